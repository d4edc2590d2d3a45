// A lesson at the prompt: Enter, answers, hints, free commands, again, leaving and coming back.

import TestSupport
import Testing

@Suite("Lesson player")
struct LessonPlayerTests {
    static let folder = "\(packageFolder)/Tests/Fixtures/lessons"

    fileprivate func line(_ text: String, _ terminal: PseudoTerminal, shows expected: String) throws {
        terminal.send(text + "\r")
        try terminal.waitForScreen("'\(expected)' after '\(text)'") { screen in
            screen.lines.contains { $0.hasPrefix(expected) } && screen.currentLine.contains("»")
        }
    }

    /// Presses Enter until the screen shows a line.
    fileprivate func goOn(_ terminal: PseudoTerminal, to expected: String) throws {
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
        // It is a line as others are.
        try line("undo", terminal, shows: "undone: new …")
        try line("w", terminal, shows: "5")
        try line("redo", terminal, shows: "done again: new …")
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
        try line("skip", terminal, shows: "passed over")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[92-broken 5/6] »") }
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

// MARK: Time, words and words that look like others

extension LessonPlayerTests {
    private static let lesson = "lesson \"\(folder)/91-test.dl\""

    @Test("undo takes back the lesson's command and its place, redo brings both back")
    func undo() throws {
        let terminal = try start(rows: 60, columns: 100)
        try line(Self.lesson, terminal, shows: "Lesson 91 · A test")
        try goOn(terminal, to: "» minimize J")
        // A free command is no line of the lesson.
        try line("hint", terminal, shows: "no question waits; Enter goes on")
        try line("q = 3", terminal, shows: "[91-test 8/19]")
        try line("undo", terminal, shows: "undone: q = 3")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[91-test 8/19]") }
        try line("undo", terminal, shows: "undone: J = w^2")
        try terminal.waitForScreen { $0.lines.contains { $0.hasPrefix("the lesson stands at step 7 of 19 again") } }
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[91-test 7/19]") }
        try line("redo", terminal, shows: "done again: J = w^2")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[91-test 8/19]") }
        try goOn(terminal, to: "What is the slope at w = 1?")
        // The question goes with the place.
        try line("undo", terminal, shows: "undone: optimizer sgd lr=0.1")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[91-test 9/19]") }
        try line("q = 3", terminal, shows: "[91-test 9/19]")
        try line("r = 3", terminal, shows: "[91-test 9/19]")
        try line("undo", terminal, shows: "undone: r = 3")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[91-test 9/19]") }
    }

    @Test("Ctrl-C takes the lesson's command back; the line is not done")
    func interrupt() throws {
        let home = TemporaryFolder()
        home.write(
            "# Lesson 93 · Long\n\nw = param(1)\nJ = w^2\nminimize J\noptimizer sgd lr=0\nstep 1000000000\nw\n",
            to: "93-long.dl")
        let terminal = try start(home: home, rows: 60, columns: 100)
        try line("lesson \"\(home.path)/93-long.dl\" fast", terminal, shows: "")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("step ") }
        terminal.send("\u{03}")
        try terminal.waitForScreen { $0.lines.contains { $0.hasPrefix("error: stopped by Ctrl-C, and taken back") } }
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[93-long 5/7]") }
        try line("t", terminal, shows: "0")
        try line("quit", terminal, shows: "left at step 5 of 7")
        // Enter would run it again; skipping it in the file goes on.
        try line("lesson \"\(home.path)/93-long.dl\"", terminal, shows: "Lesson 93 · Long: goes on at step 5,")
        terminal.send("\r")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("step ") }
        terminal.send("\u{03}")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[93-long 5/7]") }
    }

    @Test("an open bracket does not swallow the lesson's words")
    func openBracket() throws {
        let terminal = try start(rows: 60, columns: 100)
        try line(Self.lesson, terminal, shows: "Lesson 91 · A test")
        try goOn(terminal, to: "What is the slope at w = 1?")
        for (word, answer) in [("hint", "derive w²"), ("list", "-->"), ("skip", "passed over")] {
            terminal.send("2*(w + 1\r")
            try terminal.waitForScreen { $0.currentLine.hasPrefix("…") }
            try line(word, terminal, shows: answer)
        }
        try goOn(terminal, to: "Where is w after it?")
        terminal.send("(1\r")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("…") }
        try line("- 0.36)", terminal, shows: "Right: 0.64.")
    }

    @Test("names and printed signs are answers, print and commands are none")
    func answers() throws {
        let terminal = try start(rows: 60, columns: 100)
        try line(Self.lesson, terminal, shows: "Lesson 91 · A test")
        try goOn(terminal, to: "What is the slope at w = 1?")
        try line("print w", terminal, shows: "1")
        try line("w", terminal, shows: "Not yet. 1 is what one gets by this: forgot the 2.")
        try line("−2·w", terminal, shows: "Not yet. -2 is what one gets by this: turned the sign.")
        try line("hnit", terminal, shows: "  hint: did you mean hint?")
        try line("two point five", terminal, shows: "  hint: an answer is a number or an expression, such as 1/3;")
        try line("v = 2", terminal, shows: "this is for the session and no answer;")
        try line("params", terminal, shows: "w")
        try line("v", terminal, shows: "Right: 2.")
        try goOn(terminal, to: "Where is w after it?")
        try line("skip", terminal, shows: "passed over")
        try goOn(terminal, to: "Lesson 91 · A test: done. 1 of 2 questions answered.")
    }

    @Test("quit, the place kept, and going on agree, at a question too; start and fast go together")
    func places() throws {
        let terminal = try start(rows: 60, columns: 100)
        try line(Self.lesson, terminal, shows: "Lesson 91 · A test")
        try goOn(terminal, to: "What is the slope at w = 1?")
        try line("quit", terminal, shows: "left at step 10 of 19; lesson 91-test goes on there")
        try line(Self.lesson + " fast", terminal, shows: "Lesson 91 · A test: goes on at step 10, where it was left")
        try line("2", terminal, shows: "Right: 2.")
        try line("quit", terminal, shows: "left at step 14 of 19;")
        terminal.send("\u{0C}")
        try line(Self.lesson + " fast start", terminal, shows: "What is the slope at w = 1?")
        try line("quit", terminal, shows: "left at step 10 of 19;")
        try line(Self.lesson + " start fast", terminal, shows: "What is the slope at w = 1?")
        try line(Self.lesson + " fast fast", terminal, shows: "error: fast is given twice")
    }

    @Test("a narrow screen breaks no word, and headings fit")
    func narrow() throws {
        let terminal = try start(rows: 40, columns: 60)
        try line("lesson 5", terminal, shows: "Enter goes on.")
        try goOn(terminal, to: "» new")
        try line("", terminal, shows: "Learning means: find the numbers that make a loss small. We")
        #expect(terminal.screen.lines.contains("── 1. A bowl " + String(repeating: "─", count: 47)))
        #expect(!terminal.screen.lines.contains { !$0.isEmpty && $0.allSatisfy { $0 == "─" } })
    }
}
