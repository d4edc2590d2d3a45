// Questions at the prompt: asking, judging what is typed, hints and the answer.

import Formulas
import Tensors

extension Workbench {
    /// Asks; the next expression that is typed is an answer.
    func ask(_ question: Question) {
        self.question = question
        emit(.prose([question.text]))
        emit(.prose(["  (an answer is a number or an expression; hint, reveal and skip help on)"]))
    }

    /// Goes on after a question.
    func closeQuestion() throws(Diagnostic) {
        if let step = question?.step, step == player?.index { player?.index = step + 1 }
        question = nil
        try present()
    }

    /// Takes a line as an answer when it is one expression.
    func judge(_ line: String) throws(Diagnostic) -> Bool {
        guard let question else { return false }
        let script = Script(name: "", line)
        let statements: [Statement]
        do throws(Diagnostic) { statements = try parse(script.text, script.text.indices) } catch {
            var error = error
            // Two words side by side are more likely an answer in words than a command.
            if line.contains(",") {
                error.hint = "several numbers stand in square brackets, [8, 0, -4]; 2.5 has a point"
            } else if error.hint == nil || error.message.hasPrefix("there is no command") {
                error.hint = "an answer is a number or an expression, such as 1/3; hint, reveal and skip help on"
            }
            throw error.placed(in: script)
        }
        guard statements.count == 1, case .expression(let expression) = statements[0].kind else {
            if statements.contains(where: { if case .assignment = $0.kind { true } else { false } }) {
                emit(.prose(["this is for the session and no answer; an answer is the number alone"]))
            }
            return false
        }
        var context = Context(session: session, workbench: self, folder: "")
        var isRight = false
        do throws(Diagnostic) {
            let value = try context.value(expression)
            let verdict = try question.verdict(value, &context)
            switch verdict {
            case .right:
                emit(.prose(["Right: \(context.text(value))."]))
                if let step = question.step { player?.right.insert(step) }
            case .mistake(let name):
                emit(.prose(["Not yet. \(context.text(value)) is what one gets by this: \(name)."]))
            case .shape(let shape):
                var text = "Not yet: the answer is \(shape.rank == 0 ? "one number" : "of shape \(shape)")."
                if case .name(let name) = expression.kind { text += " print \(name) shows \(name)." }
                emit(.prose([text]))
            case .wrong:
                let left = question.hints.count - question.hintsGiven
                emit(.prose(["Not yet: \(context.text(value)) is not it." + (left > 0 ? " hint helps." : "")]))
            }
            isRight = if case .right = verdict { true } else { false }
        } catch { throw misspelled(expression, error).placed(in: script) }
        if isRight { try closeQuestion() }
        return true
    }

    /// The error with a hint, when a name that does not exist is nearly a word of the lesson.
    private func misspelled(_ expression: Expression, _ error: Diagnostic) -> Diagnostic {
        guard case .name(let name) = expression.kind,
            let word = Suggestion.nearest(to: name, in: Self.lessonWords)
        else { return error }
        var error = error
        error.hint = "did you mean \(word)?"
        return error
    }

    func giveHint() {
        guard var question else { return }
        guard question.hintsGiven < question.hints.count else {
            return emit(
                .text(
                    question.hints.isEmpty
                        ? "there is no hint; reveal shows the answer"
                        : "that was the last hint; reveal shows the answer"))
        }
        emit(.prose([question.hints[question.hintsGiven]]))
        question.hintsGiven += 1
        self.question = question
    }

    func reveal() throws(Diagnostic) {
        guard let question else { return }
        var context = Context(session: session, workbench: self, folder: "")
        emit(.prose(["\(question.answer.text) = \(context.text(try context.value(question.answer)))"]))
        try closeQuestion()
    }
}
