// seed and new: the random stream, and a fresh session.

import Tensors

struct SeedCommand: Command {
    let verb = "seed"
    let group = CommandGroup.build
    let summary = "starts the session's random stream anew: the same script then gives the same numbers"
    let examples = ["seed 42"]

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[0])
        guard let seed = try call.count(0, lowest: 0, &context, example: examples[0]) else {
            throw Diagnostic("seed needs a number", hint: examples[0], at: call.range)
        }
        context.session.training.random = Random(seed: UInt64(seed))
    }
}

struct NewCommand: Command {
    let verb = "new"
    let group = CommandGroup.build
    let summary = "a fresh session"
    let examples = ["new"]

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        context.session = context.workbench.freshSession()
    }
}
