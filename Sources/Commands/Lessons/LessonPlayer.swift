// LessonPlayer: plays a lesson step by step at the prompt; everything else that is typed is an ordinary command.

import Formulas
import Tensors

/// Where a lesson stands.
struct LessonPlayer {
    let lesson: Lesson
    /// The step that the next Enter does; a paragraph before it has been shown.
    var index = 0
    /// The session after the last step, to which `again` returns.
    var session: Session
    /// How many questions were answered rightly, and how many were asked.
    var right = 0
    var asked = 0
    /// Goes on by itself until the next question.
    var isFast = false
}

extension Workbench {
    /// The words that a lesson or a question understands, beside all commands.
    static let lessonWords = ["again", "list", "skip", "quit", "hint", "reveal"]

    /// What the prompt says while a lesson is played.
    public var lessonPlace: String? {
        if question != nil { return player.map { "\($0.lesson.name) ?" } ?? "?" }
        return player.map { "\($0.lesson.name) \($0.index)/\($0.lesson.steps.count)" }
    }

    /// Remembers in this file which lessons are done.
    public func keepLessonProgress(in path: String?) { progress = LessonProgress(path: path) }

    /// Begins a lesson, or goes on where it was left. The lines before are run without being shown.
    func play(_ lesson: Lesson, from start: Int, isFast: Bool) throws(Diagnostic) {
        question = nil
        player = LessonPlayer(lesson: lesson, session: session, isFast: isFast)
        if start > 0 {
            let shows = emits
            emits = false
            defer { emits = shows }
            for index in 0..<start { try perform(index) }
            question = nil
        }
        player?.index = start
        player?.session = session
        if start > 0 {
            emit(.text("\(lesson.title): goes on at step \(start), where it was left"))
        }
        if !isFast {
            emit(
                .text(
                    "Enter goes on. Anything else is an ordinary command; again, list, skip and quit are the lesson's.")
            )
        }
        emit(.text(""))
        try present()
    }

    /// What a line typed at the prompt means to the lesson or the open question. False when it is an ordinary line.
    public func respond(_ line: String) throws(Diagnostic) -> Bool {
        guard player != nil || question != nil else { return false }
        let word = line.trimmed
        switch word {
        case "" where question != nil: emit(.text("type an answer, or hint, reveal, skip"))
        case "": try advance()
        case "again" where player != nil: try returnToLesson()
        case "list" where player != nil: listLesson()
        case "skip": try skip()
        case "hint" where question != nil: giveHint()
        case "reveal" where question != nil: try reveal()
        case "quit" where player != nil: leaveLesson()
        default: return try judge(line)
        }
        return true
    }

    /// Does the present step and shows what comes next.
    private func advance() throws(Diagnostic) {
        guard let index = player?.index, let count = player?.lesson.steps.count else { return }
        if index < count { try perform(index) }
        try stepDone()
    }

    private func stepDone() throws(Diagnostic) {
        guard let index = player?.index, player != nil else { return }
        player?.index = index + 1
        player?.session = session
        if question == nil { try present() }
    }

    /// Runs a command of the lesson; a paragraph has been shown already.
    private func perform(_ index: Int) throws(Diagnostic) {
        guard let lesson = player?.lesson, case .command(let range) = lesson.steps[index] else { return }
        do throws(Diagnostic) { try runLine(range, of: lesson.script) } catch {
            var error = error
            error.hint = [error.hint, "the lesson waits at this line; again sets the session back to it"].compactMap(
                \.self
            )
            .joined(separator: "; ")
            throw error
        }
        if player != nil, question != nil { player?.asked += 1 }
    }

    /// Shows the step that comes next: a paragraph, or the command that Enter will run. Questions are asked at once.
    private func present() throws(Diagnostic) {
        while let player, question == nil {
            guard player.index < player.lesson.steps.count else { return try finishLesson() }
            try? progress.set(player.lesson.name, player.index == 0 ? nil : .left(player.index))
            switch player.lesson.steps[player.index] {
            case .prose(let lines, _):
                for line in lines { emit(.text(line)) }
                emit(.text(""))
                // A heading goes with what it heads.
                if !player.isFast, !player.lesson.isHeading(player.lesson.steps[player.index]) { return }
                self.player?.index += 1
            case .command(let range):
                let text = player.lesson.text(range).trimmed
                let isQuestion = text.hasPrefix("ask ")
                if !isQuestion { emit(.text("» \(text)")) }
                guard player.isFast || isQuestion else { return }
                if isInterrupted() {
                    self.player?.isFast = false
                    return
                }
                try perform(player.index)
                self.player?.index += 1
                self.player?.session = session
            }
        }
    }

    private func finishLesson() throws(Diagnostic) {
        guard let player else { return }
        self.player = nil
        let questions = player.asked == 0 ? "" : " \(player.right) of \(player.asked) questions answered."
        emit(.text("\(player.lesson.title): done.\(questions)"))
        try progress.set(player.lesson.name, .done)
        guard let names = LessonShelf.standard?.names, let place = names.firstIndex(of: player.lesson.name),
            place + 1 < names.count
        else { return }
        emit(.text("lesson \(names[place + 1]) comes next"))
    }

    // MARK: The lesson's words

    private func leaveLesson() {
        guard let player else { return }
        self.player = nil
        question = nil
        emit(
            .text(
                "left at step \(player.index) of \(player.lesson.steps.count); lesson \(player.lesson.name) goes on there"
            ))
    }

    /// The lesson's lines up to its place are run again in a fresh session, without being shown: free commands since then,
    /// and what later lines made of them, are gone.
    private func returnToLesson() throws(Diagnostic) {
        guard let player else { return }
        let asked = question
        let bench = silent(from: freshSession())
        for case .command(let range) in player.lesson.steps[..<player.index] {
            try bench.runLine(range, of: player.lesson.script)
        }
        restore(bench.session)
        self.player?.session = session
        question = asked
        emit(.text("the session is as it was at this line"))
    }

    /// Passes over a question, or runs on to the next one or the next section.
    private func skip() throws(Diagnostic) {
        if question != nil {
            question = nil
            emit(.text("passed over"))
            return try present()
        }
        guard player != nil else { return }
        repeat {
            try advance()
        } while player.map { player in
            question == nil && player.index < player.lesson.steps.count
                && !player.lesson.isHeading(player.lesson.steps[max(player.index - 1, 0)]) && !isInterrupted()
        } ?? false
    }

    private func listLesson() {
        guard let player else { return }
        let steps = player.lesson.steps
        // A question that waits has been asked already.
        let place = question == nil ? player.index : player.index - 1
        for index in max(0, place - 5)..<min(steps.count, place + 6) {
            let mark = index == place ? "-->" : "   "
            switch steps[index] {
            case .prose(let lines, _): emit(.text("\(mark)   \(lines[0])\(lines.count > 1 ? " …" : "")"))
            case .command(let range):
                // A question's answer and hints stand in its line.
                let text = player.lesson.text(range).trimmed
                let parts = text.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
                let shown = text.hasPrefix("ask ") && parts.count > 1 ? "ask \"\(parts[1])\"" : text
                emit(.text("\(mark) » \(shown)"))
            }
        }
    }

    // MARK: Questions

    /// Asks; the next expression that is typed is an answer.
    func ask(_ question: Question) {
        self.question = question
        emit(.text(question.text))
        emit(.text("  (an answer is a number or an expression; hint, reveal and skip help on)"))
    }

    /// Takes a line as an answer when it is one expression.
    private func judge(_ line: String) throws(Diagnostic) -> Bool {
        guard let question else { return false }
        let script = Script(name: "", line)
        let statements: [Statement]
        do throws(Diagnostic) { statements = try parse(script.text, script.text.indices) } catch {
            throw error.placed(in: script)
        }
        guard statements.count == 1, case .expression(let expression) = statements[0].kind else {
            if statements.contains(where: { if case .assignment = $0.kind { true } else { false } }) {
                emit(
                    .text(
                        "this changes the session and is no answer; an answer is the number alone. again takes it back")
                )
            }
            return false
        }
        var context = Context(session: session, workbench: self, folder: "")
        do throws(Diagnostic) {
            let value = try context.value(expression)
            switch try question.verdict(value, &context) {
            case .right:
                emit(.text("Right: \(context.text(value))."))
                player?.right += 1
                self.question = nil
                try present()
            case .mistake(let name): emit(.text("Not yet. \(context.text(value)) is what one gets by this: \(name)."))
            case .shape(let shape):
                emit(.text("Not yet: the answer is \(shape.rank == 0 ? "one number" : "of shape \(shape)")."))
            case .wrong:
                let left = question.hints.count - question.hintsGiven
                emit(.text("Not yet: \(context.text(value)) is not it." + (left > 0 ? " hint helps." : "")))
            }
        } catch { throw error.placed(in: script) }
        return true
    }

    private func giveHint() {
        guard var question else { return }
        guard question.hintsGiven < question.hints.count else {
            return emit(
                .text(
                    question.hints.isEmpty
                        ? "there is no hint; reveal shows the answer"
                        : "that was the last hint; reveal shows the answer"))
        }
        emit(.text(question.hints[question.hintsGiven]))
        question.hintsGiven += 1
        self.question = question
    }

    private func reveal() throws(Diagnostic) {
        guard let question else { return }
        var context = Context(session: session, workbench: self, folder: "")
        emit(.text("\(question.answer.text) = \(context.text(try context.value(question.answer)))"))
        self.question = nil
        try present()
    }
}
