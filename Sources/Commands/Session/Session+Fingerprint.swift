// What tests compare and loop over: a session's numbers bit by bit, and everything in it that can be explained.

import Formulas
import Learning
import Tensors

extension Session {
    /// Every number that later commands depend on, bit by bit.
    package var fingerprint: [String] {
        func bits(_ values: [Double]) -> String {
            values.map { String($0.bitPattern, radix: 16) }.joined(separator: " ")
        }
        let settings = optimizer?.settings.given.map { "\($0.key)=\($0.value.text())" }.sorted() ?? []
        let values = plain.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.shape) \(bits($0.value.elements))" }
        let hand = batchByHand.sorted { $0.key < $1.key }.map { "\($0.key) \(bits($0.value.elements))" }
        return [
            "parameters \(bits(training.parameters))", "slots \(bits(training.slots))",
            "clock \(training.updates) \(training.optimizerUpdates) \(training.epoch) \(training.drawn) \(training.samples)",
            "penalty \(regularizer?.text ?? "") clipping \(clipping?.text ?? "") profile \(profile?.name ?? "")",
            "batch \(training.batch) \(training.batchIsUsed) \(training.order)", "random \(training.random)",
            "layers \(training.layers.tensors.sorted { $0.key < $1.key }.map { "\($0.key) \(bits($0.value.elements))" })",
            "augmentation \(augmentations.map(\.text)) "
                + "\(training.layers.augmentation.sorted { $0.key < $1.key }.map { "\($0.key) \(bits($0.value.elements))" })",
            "pretext \(pretext?.text ?? "")",
            "layout \(layout.entries)", "objective \(objective ?? "")",
            "optimizer \(optimizer?.member.name ?? "") \(settings)", "schedule \(schedule.label)",
            "early stopping \(earlyStopping?.text ?? "") max norm \(maxNorm?.text ?? "")",
            "live \(liveOrder)", "plain \(values)",
            "hand \(hand)", "data \(data?.set.name ?? "") \(data?.trainingRows ?? []) \(data?.batchSize ?? 0)",
            "display \(digits) \(accumulates)", "frozen \(frozen.sorted())", "fork \(fork) \(forks.keys.sorted())",
            "stops \(stops.map(\.label))",
            "own \(own.texts)",
            "machines \(stack?.machines.map { "\($0.visible) \($0.hidden) \($0.settings.text)" } ?? []) \(stack?.step == nil)",
            "gibbs \(gibbs.map { bits($0.values) } ?? "")",
            "trials \(bits(trials.values))",
        ]
    }

    /// Everything with a name whose elements may be explained, with its shape.
    package var explainable: [(String, Shape)] {
        var targets = layout.entries.map { ($0.name, $0.shape) }
        for name in liveOrder {
            if let value = try? value(of: name) { targets.append((name, value.shape)) }
        }
        targets += targets.map { ("\($0.0).grad", $0.1) }
        for slot in optimizer?.rule.slots ?? [] {
            targets += layout.entries.map { ("\($0.name).\(slot.name)", $0.shape) }
        }
        if optimizer != nil { targets.append(("lr", .scalar)) }
        for name in GibbsStep.names {
            if gibbsStep(of: name) != nil, let value = plain[name] { targets.append((name, value.shape)) }
        }
        if isBatchName("x"), let x = try? value(of: "x") {
            targets.append(("x", x.shape))
            if (try? member("grad", of: "x")) != nil { targets.append(("x.grad", x.shape)) }
        }
        let givesTargets = pretext != nil || augmentations.contains { $0.member.mixesLabels }
        for name in augmentationNames + (givesTargets ? ["y"] : []) {
            if let value = try? value(of: name) { targets.append((name, value.shape)) }
        }
        if let attacked, plain[Self.attackedName] == attacked.result {
            targets.append((Self.attackedName, attacked.result.shape))
        }
        return targets
    }

    /// The value of something explainable: `W1`, `W1.grad`, `W1.m`.
    package func value(ofExplainable text: String) throws(Diagnostic) -> Tensor {
        let parts = text.split(separator: ".").map(String.init)
        return parts.count == 2 ? try member(parts[1], of: parts[0]) : try value(of: text)
    }

    /// The rule of the updates with its settings.
    package var chosenRule: (rule: Rule, settings: Settings)? { optimizer.map { ($0.rule, $0.settings) } }

    /// The updates of the present run after which a moment is kept.
    package var keptMoments: [Int] { track.checkpoints.map(\.updates) }

    /// The parts of the last change of a scalar parameter.
    package func parts(of name: String) throws(Diagnostic) -> [Double] {
        guard let entry = layout[name] else { return [] }
        return try lastUpdate(of: entry, 0, name).parts.map(\.amount)
    }
}

extension Workbench {
    /// How many lines can be undone.
    package var lineCount: Int { history.lines.count }

    /// What the sessions that are kept for `undo` take together.
    package var historyBytes: Int { history.bytes }
}

extension Script {
    /// The logical lines, one by one.
    package var lines: [String] {
        var lines: [String] = []
        var start = 0
        while let (range, next) = line(from: start) {
            lines.append(String(decoding: text[range], as: UTF8.self))
            start = next
        }
        return lines
    }
}
