// ask: a question with its answer; at a prompt it waits for one, in a script it checks itself.

import Formulas
import Learning

struct AskCommand: Command {
    let verb = "ask"
    let group = CommandGroup.lessons
    let summary =
        "asks a question. While it waits at the prompt, a line that is one expression is an answer, be it 0.19, 0.9*0.1 + 0.1 "
        + "or the name of something that has the value; it is compared with answer= by value, within tol= absolutely or "
        + "relatively. mistake=\"name\": EXPR names what a wrong answer looks like. hint, reveal and skip help on. Commands "
        + "and assignments run as ever, so that print w shows w without answering. In a script without a prompt the "
        + "question checks itself"
    let examples = [
        "ask \"What is 0.9 * 0.1 + 0.1 * 1?\" answer=0.9*0.1 + 0.1 tol=0.005 hint=\"multiply first\" "
            + "mistake=\"forgot the first part\": 0.1"
    ]
    let grammar = Grammar.question
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let question = try Self.question(call, &context)
        if let problem = try question.problems(&context).first { throw problem }
        if context.workbench.isInteractive {
            context.workbench.ask(question)
        } else {
            context.say(question.text)
            context.say("  \(question.answer.text) = \(context.text(try context.value(question.answer)))")
        }
    }

    static func question(_ call: Call, _ context: inout Context) throws(Diagnostic) -> Question {
        guard case .string(let text) = call.items.first?.kind else {
            throw Diagnostic("the question stands in quotes", hint: "ask \"What is 1 + 1?\" answer=2", at: call.range)
        }
        try call.atMost(1, example: "ask \"What is 1 + 1?\" answer=2")
        var answer: Expression?
        var tolerance = Question.tolerance
        var hints: [String] = []
        var mistakes: [(name: String, value: Expression)] = []
        for element in call.keys {
            switch (element.key, element.item.kind) {
            case ("answer", .expression(let expression)) where answer == nil: answer = expression
            case ("tol", .expression(let expression)):
                guard let value = try context.value(expression).scalar, value >= 0, value.isFinite else {
                    throw Diagnostic("tol must be a number from 0 on", hint: "tol=0.005", at: element.range)
                }
                tolerance = value
            case ("hint", .string(let hint)): hints.append(hint)
            case ("mistake", .labelled(let name, let expression)): mistakes.append((name, expression))
            default:
                throw Diagnostic(
                    "\(element.key ?? "this") is not understood here",
                    hint: "answer=EXPR tol=0.005 hint=\"…\" mistake=\"name\": EXPR", at: element.range)
            }
        }
        guard let answer else { throw Diagnostic("the answer is missing", hint: "answer=0.19", at: call.range) }
        return Question(text: text, answer: answer, tolerance: tolerance, hints: hints, mistakes: mistakes)
    }
}
