// step: whole training steps.

struct StepCommand: Command {
    let verb = "step"
    let group = CommandGroup.step
    let summary = "n whole training steps: forward, backward, update"
    let examples = ["step", "step 100"]
    let effect = Effect.steps

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[1])
        let count = try call.count(0, &context, example: examples[1]) ?? 1
        let before = context.session.layout.count <= 8 || count == 1 ? context.session : nil
        var trainer = Trainer(unit: "step", total: count)
        let done = try trainer.run(&context) { _, _ in false }
        if done < count { context.replacement = "step \(done)" }
        if let before { context.showChanges(since: before) }
        context.say("update \(context.session.training.updates): \(context.lossBefore)")
    }
}

extension Context {
    /// The objective's value that the last update started from.
    var lossBefore: String {
        guard let value = session.lossValue, let name = session.objective else { return "" }
        return "\(name) was \(text(value))"
    }

    /// The objective's name and value in the last forward.
    var lossText: String {
        guard let value = session.lossValue, let name = session.objective else { return "" }
        return "\(name) = \(text(value))"
    }
}
