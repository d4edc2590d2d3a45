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
        try StepPlan(unit: .step, left: count, until: nil, isTraining: false, isBounded: true).run(&context)
    }
}
