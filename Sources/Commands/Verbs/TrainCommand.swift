// train: many steps, counted in epochs or steps, or until a condition holds.

import Formulas
import Learning
import Tensors

struct TrainCommand: Command {
    let verb = "train"
    let group = CommandGroup.step
    let summary = "trains for epochs or steps, or until a condition holds; Ctrl-C stops between two steps"
    let examples = ["train epochs=100", "train steps=500", "train until loss < 0.1"]
    let settings: [Setting] = [
        .integer("epochs", nil, .atLeast(1), "passes through the training samples"),
        .integer("steps", nil, .atLeast(1), "updates"),
    ]
    let effect = Effect.steps
    /// Where `train until` gives up, counted in epochs.
    static let patience = 100_000

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let settings = try call.settings(settings, &context)
        var items = call.items
        if call.expression != nil, case .word("until") = items.last?.kind { items.removeLast() }
        if let item = items.first { throw Diagnostic("train knows no such word", hint: examples[0], at: item.range) }
        let (epochs, steps) = (settings.integer("epochs"), settings.integer("steps"))
        guard epochs == nil || steps == nil else {
            throw Diagnostic("give either epochs or steps", hint: examples[0], at: call.range)
        }
        guard epochs != nil || steps != nil || call.expression != nil else {
            throw Diagnostic("how long?", hint: examples.joined(separator: " · "), at: call.range)
        }
        let unit = steps == nil ? "epoch" : "step"
        let total = epochs ?? steps ?? Self.patience
        try train(call, &context, unit: unit, total: total, isBounded: epochs ?? steps != nil)
    }

    private func train(
        _ call: Call, _ context: inout Context, unit: String, total: Int, isBounded: Bool
    ) throws(Diagnostic) {
        var trainer = Trainer(unit: unit, total: total)
        var isReached = false
        let done = try trainer.run(&context) { (context, meanLoss) throws(Diagnostic) in
            guard let condition = call.expression else { return false }
            isReached = try context.holds(condition, loss: meanLoss)
            return isReached
        }
        if context.workbench.isInterrupted() { context.replacement = "step \(done)" }
        report(context, unit: unit)
        if call.expression != nil, !isReached, !isBounded {
            context.say("given up after \(total) \(unit)s: the condition never held")
        }
    }

    private func report(_ context: Context, unit: String) {
        let training = context.session.training
        var line = "update \(training.updates)"
        if context.session.data != nil { line = "epoch \(training.epoch), " + line }
        line += ": \(context.lossText)"
        let session = context.session
        if session.network != nil, session.data != nil, session.live["loss"] != nil, session.batchByHand.isEmpty {
            let isClassification = !(session.data?.set.classes.isEmpty ?? true)
            for part in Session.Part.allCases {
                guard let samples = try? session.samples(part) else { continue }
                if let loss = try? session.loss(on: samples) { line += "  \(part.rawValue) loss \(context.text(loss))" }
                if isClassification, let accuracy = try? session.accuracy(on: samples) {
                    line += " accuracy \(Digits.significant(4).text(accuracy))"
                }
            }
        }
        context.say(line)
    }
}
