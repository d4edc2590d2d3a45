// A lesson at the prompt: Enter, answers, hints, free commands, again, leaving and coming back.

import TestSupport
import Testing

@Suite("Lesson player")
struct LessonPlayerTests {
    static let folder = "\(packageFolder)/Tests/Fixtures/lessons"

    private func line(_ text: String, _ terminal: PseudoTerminal, shows expected: String) throws {
        terminal.send(text + "\r")
        try terminal.waitForScreen("'\(expected)' after '\(text)'") { screen in
            screen.lines.contains { $0.hasPrefix(expected) } && screen.currentLine.contains("»")
        }
    }

    /// Presses Enter until the screen shows a line.
    private func goOn(_ terminal: PseudoTerminal, to expected: String) throws {
        for _ in 0..<40 {
            if terminal.screen.lines.contains(where: { $0.hasPrefix(expected) }) { return }
            let before = terminal.screen.currentLine
            terminal.send("\r")
            try terminal.waitForScreen("a step on") { $0.currentLine != before && $0.currentLine.contains("»") }
        }
        Issue.record("\(expected) never came: \(terminal.screen.lines)")
    }

    @Test("a wrong answer, a mistake, hints, the right answer")
    func questions() throws {
        let terminal = try start(rows: 60, columns: 100)
        try line("lesson \"\(Self.folder)/91-test.dl\"", terminal, shows: "Lesson 91 · A test")
        try goOn(terminal, to: "What is the slope at w = 1?")
        try line("7", terminal, shows: "Not yet: 7 is not it. hint helps.")
        try line("-2", terminal, shows: "Not yet. -2 is what one gets by this: turned the sign.")
        try line("1", terminal, shows: "Not yet. 1 is what one gets by this: forgot the 2.")
        try line("hint", terminal, shows: "derive w²")
        try line("hint", terminal, shows: "it is 2w")
        try line("hint", terminal, shows: "that was the last hint")
        try line("2 +", terminal, shows: "error:")
        try line("[1, 2]", terminal, shows: "Not yet: the answer is one number.")
        try line("4/2", terminal, shows: "Right: 2.")
        try goOn(terminal, to: "Where is w after it?")
        try line("reveal", terminal, shows: "0.64 = 0.64")
        try goOn(terminal, to: "Lesson 91 · A test: done. 1 of 2 questions answered.")
        try line("w", terminal, shows: "0.64")
    }

    @Test("free commands in between, and again")
    func again() throws {
        let terminal = try start(rows: 60, columns: 100)
        try line("lesson \"\(Self.folder)/91-test.dl\"", terminal, shows: "Lesson 91 · A test")
        try goOn(terminal, to: "» minimize J")
        try line("w = 5; q = 3", terminal, shows: "[91-test")
        try line("q", terminal, shows: "3")
        try line("again", terminal, shows: "the session is as it was at this line")
        try line("w", terminal, shows: "1")
        try line("list", terminal, shows: "--> » minimize J")
        try goOn(terminal, to: "What is the slope at w = 1?")
        try line("skip", terminal, shows: "passed over")
        // An expectation that no longer holds keeps the lesson at its line.
        try line("w = 3", terminal, shows: "[91-test")
        try goOn(terminal, to: "» expect w ~= 0.8")
        terminal.send("\r")
        try terminal.waitForScreen { $0.lines.contains { $0.contains("again sets the session back to it") } }
    }

    @Test("a lesson that was left goes on where it was")
    func leaveAndResume() throws {
        let home = TemporaryFolder()
        let first = try start(home: home, rows: 60, columns: 100)
        try line("lesson \"\(Self.folder)/91-test.dl\"", first, shows: "Lesson 91 · A test")
        try goOn(first, to: "» optimizer sgd lr=0.1")
        try line("quit", first, shows: "left at step")
        first.send("\u{04}")
        #expect(try first.waitForExit() == .status(0))

        let second = try start(home: home, rows: 60, columns: 100)
        try line("lesson \"\(Self.folder)/91-test.dl\"", second, shows: "Lesson 91 · A test: goes on at step")
        try line("J", second, shows: "1")
        try goOn(second, to: "What is the slope at w = 1?")
        try line("quit", second, shows: "left at step")
        try line("lesson \"\(Self.folder)/91-test.dl\" start", second, shows: "Lesson 91 · A test")
        try line("lesson \"\(Self.folder)/91-test.dl\" fast", second, shows: "What is the slope at w = 1?")
    }

    @Test("a broken lesson says where, and keeps its place")
    func broken() throws {
        let terminal = try start(rows: 60, columns: 120)
        try line("lesson \"\(Self.folder)/92-broken.dl\"", terminal, shows: "Lesson 92 · Broken")
        try goOn(terminal, to: "» explode a")
        terminal.send("\r")
        try terminal.waitForScreen {
            $0.lines.contains { $0.contains("92-broken.dl:7:1: error: there is no command explode") }
        }
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[92-broken 4/6] »") }
        try line("lesson 99", terminal, shows: "error: there is no lesson 99")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[92-broken 4/6] »") }
    }

    @Test("what is done and begun is listed")
    func progress() throws {
        let terminal = try start(rows: 60, columns: 100)
        try line("lesson 5", terminal, shows: "Lesson 5 · Gradient descent")
        try goOn(terminal, to: "» new")
        try line("", terminal, shows: "──")
        try line("quit", terminal, shows: "left at step")
        terminal.send("lessons\r")
        try terminal.waitForScreen { $0.lines.contains { $0.hasPrefix("05-gradient-descent") && $0.contains("begun") } }
        try line("lesson reset", terminal, shows: "no lesson is done or begun")
    }
}
