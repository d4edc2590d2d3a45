// The startup file and the output at the prompt: colour, width, progress.

import TestSupport
import Testing

@Suite("Startup and output")
struct StartupTests {
    private func home(_ script: String) -> TemporaryFolder {
        let home = TemporaryFolder()
        home.write(script, to: ".config/dlrepl/init.dl")
        return home
    }

    @Test("the startup file is run before the first prompt, and its lines can be undone")
    func startupFile() throws {
        let terminal = try start(home: home("digits 3\nstart = 1 / 3\n"))
        terminal.send("start\r")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["0.333", prompt] }
        terminal.send("undo\r")
        try terminal.waitForScreen { $0.lines.contains("undone: start = 1 / 3") }
    }

    @Test("XDG_CONFIG_HOME says where it is")
    func startupFolder() throws {
        let folder = TemporaryFolder()
        folder.write("start = 7\n", to: "dlrepl/init.dl")
        let terminal = try start(environment: ["XDG_CONFIG_HOME": folder.path])
        terminal.send("start\r")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["7", prompt] }
    }

    @Test("a mistake in it is shown with its place, what stands before it is kept, and the prompt opens")
    func startupMistake() throws {
        let terminal = try start(home: home("a = 5\nnonsense\nb = 6\n"), columns: 120)
        try terminal.waitForScreen { screen in
            screen.lines.contains { $0.contains(".config/dlrepl/init.dl:2:1: error: there is no nonsense") }
        }
        terminal.send("a\r")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["5", prompt] }
    }

    @Test("it is not run with --no-init, nor after scripts", arguments: [["--no-init"], ["-i", "-c", "b = 2"]])
    func noStartup(arguments: [String]) throws {
        let terminal = try start(arguments, home: home("sooner = 5\n"))
        terminal.send("sooner\r")
        try terminal.waitForScreen { $0.lines.contains("error: there is no sooner") }
    }

    // MARK: Output

    @Test("a short form of several verbs is answered with all of them")
    func ambiguousVerb() throws {
        let terminal = try start()
        for line in ["s", "st 5", "s; 1"] {
            terminal.send(line + "\r")
            try terminal.waitForScreen { screen in
                screen.currentLine == prompt
                    && screen.lines.contains { $0.contains("short for more than one command") }
                    && screen.lines.contains { $0.contains("state, step") }
            }
            terminal.send("1+1\r")
            try terminal.waitForScreen { $0.lines.suffix(2) == ["2", prompt] }
        }
        terminal.send("s = 4\r")
        try terminal.waitForLine(prompt)
        terminal.send("s\r")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["4", prompt] }
    }

    @Test("matrices and texts use the width that the terminal has now")
    func width() throws {
        let terminal = try start(columns: 60)
        terminal.send("ones(2, 25)\r")
        try terminal.waitForScreen { $0.lines.contains { $0.hasPrefix("[2×25] mean 1") } }
        terminal.resize(rows: 24, columns: 120)
        try terminal.waitForLine(prompt)
        terminal.send("ones(2, 25)\r")
        try terminal.waitForScreen { $0.lines.contains { $0.hasPrefix("[[1  1  1  1") } }
    }

    @Test("columns under Korean headings stand below each other")
    func wideHeadings() throws {
        let home = TemporaryFolder()
        home.write("꽃잎길이,너비,종\n1.5,22,장미\n13.25,4,나리\n", to: "꽃.csv")
        let terminal = try start(home: home)
        terminal.send("data csv \"\(home.path)/꽃.csv\" target=종; data show\r")
        try terminal.waitForScreen {
            $0.lines.suffix(4) == ["   꽃잎길이  너비  종", "0      1.5     22  장미", "1     13.25     4  나리", prompt]
        }
    }

    @Test(
        "an error is red only where colour is wanted",
        arguments: [
            ([:], true), (["NO_COLOR": "1"], false), (["CLICOLOR": "0"], false), (["TERM": "dumb"], false),
            (["CLICOLOR": "0", "CLICOLOR_FORCE": "1"], true),
        ] as [([String: String], Bool)])
    func color(variables: [String: String], isColored: Bool) throws {
        let terminal = try PseudoTerminal(
            [PseudoTerminal.product("dlrepl"), "-c", "nonsense"], environment: variables)
        #expect(try terminal.waitForExit() == .status(1))
        #expect(terminal.received.contains("\u{1B}[1;31merror:") == isColored)
        #expect(terminal.received.contains("error:"))
    }

    // MARK: Progress

    @Test(
        "long work shows how far it is, how fast, and how long still; Ctrl-C ends it",
        arguments: [
            ("train steps=1000000000", "step ", "stopped by Ctrl-C after"),
            ("step 1000000000", "step ", "stopped by Ctrl-C after"),
            ("trials 5 lr { train steps=1000000000 }", "trial 0/5", "stopped by Ctrl-C after 0 trials"),
            ("check gradients", "element ", "error: stopped by Ctrl-C"),
        ])
    func progress(line: String, shown: String, end: String) throws {
        let terminal = try start()
        terminal.send("net 200 400 relu 100; loss mse; optimizer sgd lr=0; x = ones(100, 200); y = ones(100, 100)\r")
        try terminal.waitForLine(prompt)
        terminal.send(line + "\r")
        try terminal.waitForScreen {
            $0.currentLine.hasPrefix(shown) && $0.currentLine.contains("/s")
                && (shown.hasPrefix("trial") || $0.currentLine.contains(" left"))
        }
        terminal.send("\u{03}")
        try terminal.waitForScreen { screen in screen.lines.contains { $0.hasPrefix(end) } }
        try terminal.waitForScreen { $0.currentLine.hasSuffix(prompt) }
    }
}
