// The session at the prompt: the place that it shows, Ctrl-C in a training, the empty line, shortened verbs.

import Glibc
import TestSupport
import Testing

@Suite("Prompt")
struct PromptTests {
    @Test("Ctrl-C stops a training between two steps and keeps them")
    func interruptedTraining() throws {
        let terminal = try start()
        terminal.send("w = param(5); J = w^2; minimize J; optimizer sgd lr=0.000001\r")
        try terminal.waitForScreen { $0.currentLine == prompt && $0.lines.contains("25") }
        terminal.send("train steps=1000000000\r")
        // The progress line shows that it is under way.
        try terminal.waitForScreen { $0.currentLine.hasPrefix("step ") }
        terminal.send("\u{03}")
        try terminal.waitForScreen { $0.lines.contains { $0.hasPrefix("stopped by Ctrl-C after") } }
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[u") && $0.currentLine.hasSuffix("»") }
        terminal.send("expect t > 10\r")
        try terminal.waitForScreen { $0.lines.contains("ok") }
    }

    private static let endless =
        "w = param(5); J = w^2; minimize J; optimizer sgd lr=0.000001; train steps=1000000000\r"

    @Test("Ctrl-Z stops the program in a training too, and fg goes on with it")
    func suspendedTraining() throws {
        let terminal = try PseudoTerminal(
            ["/bin/bash", "--norc", "--noprofile", "-i"], environment: ["PS1": "shell "])
        try terminal.waitForLine("shell")
        terminal.send("\(PseudoTerminal.product("dlrepl"))\r")
        try terminal.waitForLine(prompt)
        terminal.send(Self.endless)
        try terminal.waitForScreen { $0.currentLine.hasPrefix("step ") }
        terminal.send("\u{1A}")
        try terminal.waitFor("Stopped")
        try terminal.waitForLine("shell")
        terminal.send("fg\r")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("step ") }
        terminal.send("\u{03}")
        try terminal.waitForScreen { $0.lines.contains { $0.hasPrefix("stopped by Ctrl-C after") } }
    }

    @Test("SIGTERM ends a training and leaves the terminal as it was", arguments: [SIGTERM, SIGHUP])
    func killedTraining(signal: Int32) throws {
        let terminal = try start()
        terminal.send(Self.endless)
        try terminal.waitForScreen { $0.currentLine.hasPrefix("step ") }
        kill(terminal.process, signal)
        #expect(try terminal.waitForExit() == .signal(signal))
        #expect(terminal.settings == terminal.originalSettings)
    }

    @Test("the prompt tells where the session stands")
    func place() throws {
        let terminal = try start(columns: 100)
        terminal.send("data xor; net 2 2; loss cross_entropy; optimizer sgd; batch 2; step; next\r")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[e0 b2/2 u1 forward 2/3 z1] »") }
        terminal.send("forward\r")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[u1 forward done] »") }
    }

    @Test("an empty line repeats the last stepping command, and verbs may be shortened")
    func repetition() throws {
        let terminal = try start()
        terminal.send("w = param(8); J = w^2; minimize J; opt sgd lr=0.25; ste 1\r")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[u1] »") }
        terminal.send("step\r")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[u2] »") }
        terminal.send("\r")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("[u3] »") }
        terminal.send("w\r")
        try terminal.waitForScreen { $0.lines.contains("1") }
    }

    @Test("a rule goes on over lines, and Tab knows the names of its earlier lines")
    func ruleOverLines() throws {
        let terminal = try start()
        terminal.send("rule mine friction=0.5 {  # a rule\r")
        try terminal.waitForLine("…")
        terminal.send("speed = fri\t*speed + grad\r")
        try terminal.waitForScreen { $0.lines.contains { $0.contains("speed = friction*speed + grad") } }
        terminal.send("w = w - lr*sp\t }\r")
        try terminal.waitForScreen { $0.lines.contains("mine keeps speed") }
    }

    @Test("a mistake is shown with a caret and keeps the session")
    func mistakes() throws {
        let terminal = try start()
        terminal.send("a = 5\r")
        try terminal.waitForLine(prompt)
        terminal.send("a + bee\r")
        try terminal.waitForScreen { screen in
            screen.lines.contains("error: there is no bee") && screen.lines.contains("  a + bee")
                && screen.lines.contains("      ^^^")
        }
    }

    @Test("a narrow screen breaks an error and its hint between words")
    func narrow() throws {
        let terminal = try start(columns: 44)
        terminal.send("plot\r")
        try terminal.waitForScreen { $0.lines.contains("error: plot what?") && $0.currentLine == prompt }
        let hint = terminal.screen.lines.drop { !$0.hasPrefix("  hint: ") }.dropLast()
        #expect(hint.count > 1 && hint.dropFirst().allSatisfy { $0.hasPrefix("    ") })
        #expect(hint.flatMap { $0.split(separator: " ") }.contains("layers"))
    }
}
