// explain: how a number came about.

struct ExplainCommand: Command {
    let verb = "explain"
    let group = CommandGroup.inspect
    let summary = "how that very number came about: formula, numbers put in, result; deep unfolds the operands too"
    let examples = ["explain W1.grad[0,3]", "explain W1[0,0]", "explain loss deep"]
    let grammar = Grammar.expectation
    let effect = Effect.none

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? [] : [.word("deep", note: "operands too")]
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        guard let expression = call.expression, call.expected == nil else {
            throw Diagnostic("explain which number?", hint: examples[0], at: call.range)
        }
        try call.atMost(1, example: examples[2])
        let word = try call.word(0, "deep", example: examples[2])
        guard word == nil || word == "deep" else {
            throw Diagnostic("explain knows no \(word ?? "")", hint: examples[2], at: call.items[0].range)
        }
        let target = ExplainTarget(expression, context.session)
        do throws(Diagnostic) {
            context.emit(.explanation(try target.explain(deep: word != nil)))
        } catch { throw error.at(expression.range) }
    }
}
