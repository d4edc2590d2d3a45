// LessonPlayer: plays a lesson step by step at the prompt; everything else that is typed is an ordinary command.

import Formulas
import Tensors

/// Where a lesson stands.
struct LessonPlayer {
    let lesson: Lesson
    /// The step that comes next: a paragraph that has been shown, a command that Enter runs, a question that waits.
    var index = 0
    /// The furthest place that `redo` can lead to.
    var reached = 0
    /// Commands of the lesson that changed the session, each with the length of the history after it.
    var changes: [(step: Int, history: Int)] = []
    /// The questions that were asked, and those that were answered rightly, as steps.
    var asked: Set<Int> = []
    var right: Set<Int> = []
    /// Goes on by itself until the next question.
    var isFast = false
    /// The command that failed when it was last run, which `skip` passes over.
    var failed: Int?
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

    /// Whether the prompt should read on: inside of a bracket, except after a word of the lesson.
    public func isOpen(_ text: String) -> Bool { lessonWord(endingIn: text) == nil && Script.isOpen(text) }

    /// The lesson's word on the last line of a text; what stands before it is an answer that was given up.
    private func lessonWord(endingIn text: String) -> String? {
        guard player != nil || question != nil else { return nil }
        let last = text.split(separator: "\n").last.map { String($0).trimmed } ?? ""
        return Self.lessonWords.contains(last) ? last : nil
    }

    /// Begins a lesson, or goes on where it was left. The lines before are run without being shown; when one of them
    /// fails or is interrupted, all is as it was before.
    func play(_ lesson: Lesson, from start: Int, isFast: Bool) throws(Diagnostic) {
        let before = (player: player, question: question, history: history.index)
        question = nil
        player = LessonPlayer(lesson: lesson, isFast: isFast)
        do throws(Diagnostic) { try replay(to: start) } catch {
            (player, question) = (before.player, before.question)
            try rewind(to: before.history)
            throw error
        }
        if start > 0 { emit(.prose(["\(lesson.title): goes on at step \(start), where it was left"])) }
        if !isFast {
            emit(
                .prose([
                    "Enter goes on. Anything else is an ordinary command; again, list, skip and quit are the lesson's."
                ]))
        }
        emit(.text(""))
        try present()
    }

    private func replay(to start: Int) throws(Diagnostic) {
        let shows = emits
        emits = false
        defer { emits = shows }
        while let player, player.index < start {
            if player.lesson.isQuestion(player.lesson.steps[player.index]) {
                self.player?.index += 1
            } else {
                try doStep()
            }
        }
    }

    /// What a line typed at the prompt means to the lesson or the open question. False when it is an ordinary line.
    public func respond(_ line: String) throws(Diagnostic) -> Bool {
        guard player != nil || question != nil else { return false }
        switch lessonWord(endingIn: line) ?? line.trimmed {
        case "" where question != nil: emit(.text("type an answer, or hint, reveal, skip"))
        case "": try advance()
        case "again" where player != nil: try returnToLesson()
        case "list" where player != nil: listLesson()
        case "skip": try skip()
        case "hint" where question != nil: giveHint()
        case "reveal" where question != nil: try reveal()
        case "hint", "reveal": emit(.text("no question waits; Enter goes on"))
        case "quit" where player != nil: leaveLesson()
        default: return try judge(line)
        }
        return true
    }

    /// Does the present step and shows what comes next.
    private func advance() throws(Diagnostic) {
        guard let player else { return }
        if player.index < player.lesson.steps.count { try doStep() }
        if question == nil { try present() }
    }

    /// Does the step at the lesson's place and goes on to the next. A question waits at its place until it is answered,
    /// a paragraph has been shown already, and a command that Ctrl-C has stopped is taken back.
    private func doStep() throws(Diagnostic) {
        guard let player else { return }
        let (index, before) = (player.index, history.index)
        if case .command(let range) = player.lesson.steps[index] {
            do throws(Diagnostic) { try runLine(range, of: player.lesson.script) } catch {
                var error = error
                error.hint = [
                    error.hint, "the lesson waits at this line: again sets the session back to it, skip passes over it",
                ].compactMap(\.self).joined(separator: " — ")
                self.player?.isFast = false
                self.player?.failed = index
                throw error
            }
            if isInterrupted() {
                try rewind(to: before)
                self.player?.isFast = false
                throw Diagnostic("stopped by Ctrl-C, and taken back", hint: "Enter runs the line again, skip goes on")
            }
            if question != nil {
                question?.step = index
                self.player?.asked.insert(index)
                return
            }
        }
        if history.index > before { self.player?.changes.append((index, history.index)) }
        self.player?.index = index + 1
    }

    /// Shows the step that comes next: a paragraph, or the command that Enter will run. Questions are asked at once.
    func present() throws(Diagnostic) {
        while let player, question == nil {
            guard player.index < player.lesson.steps.count else { return try finishLesson() }
            self.player?.reached = max(player.reached, player.index)
            try? progress.set(player.lesson.name, player.index == 0 ? nil : .left(player.index))
            let step = player.lesson.steps[player.index]
            switch step {
            case .prose(let lines, _):
                // What a command has answered stands apart.
                if player.index > 0, case .command = player.lesson.steps[player.index - 1] { emit(.text("")) }
                emit(.prose(lines))
                emit(.text(""))
                // A heading goes with what it heads.
                if !player.isFast, !player.lesson.isHeading(step) { return }
            case .command(let range):
                let isQuestion = player.lesson.isQuestion(step)
                if !isQuestion { emit(.text("» \(player.lesson.text(range).trimmed)")) }
                guard player.isFast || isQuestion else { return }
            }
            if player.isFast, isInterrupted() {
                self.player?.isFast = false
                return
            }
            try doStep()
        }
    }

    private func finishLesson() throws(Diagnostic) {
        guard let player else { return }
        self.player = nil
        let questions =
            player.asked.isEmpty ? "" : " \(player.right.count) of \(player.asked.count) questions answered."
        emit(.prose(["\(player.lesson.title): done.\(questions)"]))
        try progress.set(player.lesson.name, .done)
        guard let names = LessonShelf.standard?.names, let place = names.firstIndex(of: player.lesson.name),
            place + 1 < names.count
        else { return }
        emit(.text("lesson \(names[place + 1]) comes next"))
    }

    // MARK: Time

    /// After `undo` and `redo`: when a command of the lesson was taken back or done again, the lesson's place is there.
    func followHistory() throws(Diagnostic) {
        guard let player else { return }
        let place = player.changes.first { $0.history > history.index }?.step ?? player.reached
        guard place != player.index else { return }
        question = nil
        self.player?.index = place
        self.player?.isFast = false
        emit(.prose(["the lesson stands at step \(place) of \(player.lesson.steps.count) again"]))
        emit(.text(""))
        try present()
    }

    /// After a new line nothing that was undone can be done again.
    func forgetUndone() {
        guard let player else { return }
        self.player?.changes.removeAll { $0.step >= player.index }
        self.player?.reached = player.index
    }

    // MARK: The lesson's words

    private func leaveLesson() {
        guard let player else { return }
        self.player = nil
        question = nil
        let start = player.index == 0 ? "begins anew" : "goes on there"
        emit(
            .prose([
                "left at step \(player.index) of \(player.lesson.steps.count); lesson \(player.lesson.name) \(start)"
            ]))
    }

    /// The lesson's lines up to its place are run again in a fresh session, without being shown: free commands since then,
    /// and what later lines made of them, are gone.
    private func returnToLesson() throws(Diagnostic) {
        guard let player else { return }
        let bench = silent(from: freshSession())
        for step in player.lesson.steps[..<player.index] where !player.lesson.isQuestion(step) {
            guard case .command(let range) = step else { continue }
            try bench.runLine(range, of: player.lesson.script)
            if isInterrupted() { throw Diagnostic("stopped by Ctrl-C; the session is as it was before again") }
        }
        restore(bench)
        emit(.text("the session is as it was at this line"))
        // What stands at the place has long gone from the screen.
        if let question { emit(.prose([question.text])) } else { try present() }
    }

    /// Passes over a question or a command that failed, or runs on to the next question or the next section.
    private func skip() throws(Diagnostic) {
        if question != nil {
            emit(.text("passed over"))
            return try closeQuestion()
        }
        if let player, player.failed == player.index {
            emit(.text("passed over"))
            self.player?.index += 1
            return try present()
        }
        repeat {
            try advance()
        } while player.map { player in
            question == nil && player.index < player.lesson.steps.count
                && !player.lesson.isHeading(player.lesson.steps[max(player.index - 1, 0)]) && !isInterrupted()
        } ?? false
    }

    private func listLesson() {
        guard let player else { return }
        let (steps, place) = (player.lesson.steps, player.index)
        for index in max(0, place - 5)..<min(steps.count, place + 6) {
            let mark = index == place ? "-->" : "   "
            switch steps[index] {
            case .prose(let lines, _):
                let first = player.lesson.isHeading(steps[index]) ? lines[0].replacing("─", with: "") : lines[0]
                emit(.prose(["\(mark)   \(first.trimmed)\(lines.count > 1 ? " …" : "")"]))
            case .command(let range):
                // A question's answer and hints stand in its line.
                let text = player.lesson.text(range).trimmed
                let parts = text.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
                let isQuestion = player.lesson.isQuestion(steps[index]) && parts.count > 1
                emit(.prose(["\(mark) » \(isQuestion ? "ask \"\(parts[1])\"" : text)"]))
            }
        }
    }
}
