// augment: changes the samples of each training batch at random, and their labels with them.

import Formulas
import Learning
import Tensors

struct AugmentCommand: Command {
    let verb = "augment"
    let group = CommandGroup.data
    let summary =
        "changes samples (and labels) of each training batch at random; several act in the order given; off removes them"
    let examples = [
        "augment noise sigma=0.1", "augment mixup alpha=0.2", "augment noise off", "augment", "augment preview 4",
        "augment off",
    ]

    func members(_ session: Session) -> [any Member] { Catalog.augmentations }

    func choices(after items: [String], _ session: Session) -> [Choice] {
        let chosen = session.augmentations.first { $0.member.name == items.first }
        switch items.count {
        case 0:
            return declaredChoices(after: items, session) + [
                .word("preview", note: "the next batch as the network reads it"),
                .word("check", note: "which labels are kept"), .word("off", note: "all of them"),
            ]
        case 1 where chosen != nil:
            return keys(chosen!.settings, session) + [.word("off")]
        default: return declaredChoices(after: items, session)
        }
    }

    /// Keys with the values that they have now.
    private func keys(_ settings: Settings, _ session: Session) -> [Choice] {
        settings.declared.map { setting in
            let values: [String] = if case .choice(let choices) = setting.kind { choices } else { [] }
            return .key(setting.name, note: settings[setting.name]?.text() ?? setting.range, values: values)
        }
    }

    func changesPlan(_ call: Call) -> Bool { !call.elements.isEmpty }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if call.elements.isEmpty { return show(context) }
        if try call.isOff(example: examples[5]) { return try context.session.augment([]) }
        if case .word("check") = call.items.first?.kind { return try check(call, &context) }
        if case .word("preview") = call.items.first?.kind {
            guard !context.session.augmentations.isEmpty else {
                throw Diagnostic("training batches are used as they are", hint: examples[1], at: call.range)
            }
            return try context.preview(call, example: examples[4])
        }
        let member = try call.member(0, of: Catalog.augmentations, "an augmentation", example: examples[0])
        var chain = context.session.augmentations
        let place = chain.firstIndex { $0.member.name == member.name }
        if try call.word(1, "off", example: examples[2]) == "off" {
            try call.atMost(2, example: examples[2])
            _ = try call.settings([], &context)
            guard let place else {
                throw Diagnostic("there is no \(member.name) in use", hint: "augment shows what is", at: call.range)
            }
            chain.remove(at: place)
            try context.session.augment(chain)
            return show(context)
        }
        try call.atMost(1, example: examples[0])
        let chosen = ChosenAugmentation(
            member: member, settings: try call.settings(context.session.settings(of: member), &context))
        if let place { chain[place] = chosen } else { chain.append(chosen) }
        let lost = context.session.forgetNames(drawnBy: chosen)
        do throws(Diagnostic) { try context.session.augment(chain) } catch { throw error.at(call.range) }
        for note in lost { context.say(note) }
        context.show(chosen)
        if chain.count > 1 { context.say("in this order: \(chain.map(\.member.name).joined(separator: ", "))") }
        try context.warnOfLabels(chosen)
        if member.mixesLabels, let loss = context.session.loss?.member, ["mse", "mae", "huber"].contains(loss.name) {
            context.say("\(loss.name) of a mixed target is not the mix of the \(loss.name) of both targets")
        }
    }

    private func show(_ context: Context) {
        let chain = context.session.augmentations
        guard !chain.isEmpty else { return context.say("training batches are used as they are") }
        for chosen in chain { context.show(chosen) }
    }
}
