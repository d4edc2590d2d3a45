// digits, help, quit.

import Formulas
import Learning

struct DigitsCommand: Command {
    let verb = "digits"
    let group = CommandGroup.program
    let summary = "how many significant digits are printed; full is the shortest text that reads back exactly"
    let examples = ["digits 4", "digits full"]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? .words(["full"]) : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[0])
        guard let item = call.items.first else { throw Diagnostic("how many?", hint: examples[0], at: call.range) }
        if case .word("full") = item.kind {
            context.session.digits = .full
            return
        }
        guard let count = try call.count(0, &context, example: examples[0]), count <= 17 else {
            throw Diagnostic("digits goes from 1 to 17, or full", hint: examples[0], at: item.range)
        }
        context.session.digits = .significant(count)
    }
}

struct QuitCommand: Command {
    let verb = "quit"
    let group = CommandGroup.program
    let summary = "leaves the program"
    let examples = ["quit"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        context.workbench.quit()
    }
}
