// augment check: which labels the augmentations keep.

import Learning
import Tensors

extension AugmentCommand {
    /// Checks for every augmentation in use which labels it keeps.
    func check(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: "augment check")
        _ = try call.settings([], &context)
        guard !context.session.augmentations.isEmpty else {
            throw Diagnostic("training batches are used as they are", hint: examples[1], at: call.range)
        }
        let check = try LabelCheck(context.session)
        for chosen in context.session.augmentations {
            guard let trials = try context.session.keptLabels(chosen, check) else {
                context.say(
                    "\(chosen.member.name): \(chosen.member.mixesLabels ? "gives labels of its own" : "moves samples within eps")"
                )
                continue
            }
            for (change, labels) in trials {
                context.say("\(chosen.member.name), \(change):")
                var table = Table(["label", "kept before", "kept after", "becomes", "share"], numeric: [1, 2, 4])
                for kept in labels {
                    table.rows.append([
                        context.session.className(kept.label), context.percent(kept.before),
                        context.percent(kept.after) + (kept.isLost ? " ✗" : ""),
                        kept.taken.map { context.session.className($0) } ?? "", context.percent(kept.share),
                    ])
                }
                context.emit(.table(table))
            }
        }
        context.say("kept: the nearest of the \(check.y.count) training samples looked at has the same label")
        context.say("becomes: it has another one, and is as near as samples of that label are to each other")
    }
}

extension Context {
    fileprivate func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }

    /// Says which labels an augmentation that was just chosen does not keep, where the data can tell.
    func warnOfLabels(_ chosen: ChosenAugmentation) throws(Diagnostic) {
        guard chosen.member.needsImage, !chosen.member.extremes(chosen.settings).isEmpty,
            session.data?.set.classes.isEmpty == false, session.batchByHand.isEmpty,
            let trials = try session.keptLabels(chosen, try LabelCheck(session))
        else { return }
        for (change, labels) in trials {
            let lost = labels.filter(\.isLost)
            guard !lost.isEmpty else { continue }
            let texts = lost.map { kept -> String in
                let other = kept.taken.map { session.className($0) } ?? ""
                return "\(session.className(kept.label)) becomes \(other) (\(percent(kept.share)))"
            }
            say("labels are not kept at \(change): \(texts.joined(separator: ", "))")
            say("  judged by the nearest training sample; augment check tells more")
        }
    }
}
