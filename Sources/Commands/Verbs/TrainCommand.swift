// train: many steps, counted in epochs or steps, or until a condition holds.

import Learning

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

    func choices(after items: [String], _ session: Session) -> [Choice] {
        [.word("until")] + declaredChoices(after: items, session)
    }

    /// Where `train until` gives up, counted in epochs.
    private static let patience = 100_000

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
        let plan = StepPlan(
            unit: steps == nil ? .epoch : .step, left: epochs ?? steps ?? Self.patience, until: call.expression,
            isTraining: true, isBounded: epochs ?? steps != nil)
        try plan.run(&context)
    }
}
