// The line editor as a person meets it: keys, Ctrl-C, the ends of the program, stopping and resizing.

import Glibc
import TestSupport
import Testing

@Suite("Line editor")
struct LineEditorTests {
    @Test("typed keys are shown, edited and run")
    func typing() throws {
        let terminal = try start()
        terminal.send("1+2\u{7F}1")
        try terminal.waitForLine("» 1+1")
        terminal.send("\r")
        try terminal.waitForLine(prompt)
        #expect(terminal.screen.lines.suffix(3) == ["» 1+1", "2", prompt])
    }

    @Test("Home, End, arrows, Delete and the control keys move and delete")
    func editingKeys() throws {
        let terminal = try start()
        terminal.send("one two three\u{1B}[H\u{1B}[3~\u{1B}[C\u{1B}[C")
        try terminal.waitForScreen { $0.currentLine == "» ne two three" && $0.cursor.column == 4 }
        terminal.send("\u{1B}[1;5C\u{17}")
        try terminal.waitForScreen { $0.currentLine == "» ne  three" || $0.currentLine == "» ne three" }
        terminal.send("\u{1B}OF!\u{01}?")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("» ?ne") && $0.currentLine.hasSuffix("three!") }
        terminal.send("\u{0B}")
        try terminal.waitForLine("» ?")
        terminal.send("\u{19}")
        try terminal.waitForScreen { $0.currentLine.hasSuffix("three!") }
    }

    @Test("Tab completes a word and lists what is possible")
    func completion() throws {
        let terminal = try start()
        terminal.send("hel\t")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("» help") }
        terminal.send("\u{15}h\t")
        try terminal.waitForScreen("a list") { screen in
            ["help", "history"].allSatisfy { word in screen.lines.dropLast().contains { $0.contains(word) } }
                && screen.currentLine == "» h"
        }
        terminal.send("\u{7F}1+1\r")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["2", prompt] }
    }

    @Test("Tab shows present values beside keys, and completes file names")
    func completionOfKeysAndFiles() throws {
        let home = TemporaryFolder()
        home.write("1+41\n", to: "꽃 밭/수.dl")
        let terminal = try start(home: home)
        try terminal.enter("digits full")
        terminal.send("optimizer adam lr=0.25\r")
        try terminal.waitForScreen { $0.currentLine == prompt && $0.lines.contains { $0.contains("vhat") } }
        terminal.send("optimizer adam \t\t")
        try terminal.waitForScreen { screen in
            screen.lines.contains { $0.contains("lr=") && $0.contains("0.25") }
                && screen.currentLine == "» optimizer adam"
        }
        terminal.send("\u{15}run \"\(home.path)/꽃\t\t\r")
        try terminal.waitForScreen { $0.lines.suffix(3) == ["» run \"\(home.path)/꽃 밭/수.dl\"", "42", prompt] }
    }

    @Test("an open bracket goes on with the continuation prompt, and comes back from the history as one entry")
    func continuation() throws {
        let terminal = try start()
        terminal.send("(1+\r")
        try terminal.waitForLine("…")
        terminal.send("1)\r")
        try terminal.waitForScreen { $0.lines.suffix(4) == ["» (1+", "… 1)", "2", prompt] }
        terminal.send("\u{1B}[A")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["» (1+", "1)"] }
        terminal.send("\r")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["2", prompt] }
    }

    // MARK: Ctrl-C and the ends

    @Test("Ctrl-C drops the line, whatever its rows")
    func interrupt() throws {
        let terminal = try start(columns: 20)
        // The kernel drops what is typed but unread at Ctrl-C.
        terminal.send("1+1")
        try terminal.waitForLine("» 1+1")
        terminal.send("\u{03}")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["» 1+1^C", prompt] }
        let long = String(repeating: "x", count: 50)
        terminal.send(long + "\u{01}")
        try terminal.waitForScreen { $0.lines.suffix(3).joined() == "» " + long && $0.cursor.column == 2 }
        terminal.send("\u{03}")
        try terminal.waitForScreen { $0.lines.suffix(4).joined() == "» " + long + "^C" + prompt }
        terminal.send("(\r")
        try terminal.waitForLine("…")
        terminal.send("\u{03}")
        try terminal.waitForLine(prompt)
        try terminal.enter("1+1")
        #expect(terminal.screen.lines.suffix(2) == ["2", prompt])
    }

    @Test("Ctrl-D leaves on an empty line only, and gives up a block")
    func endOfInput() throws {
        let terminal = try start()
        terminal.send("ab\u{02}\u{04}")
        try terminal.waitForLine("» a")
        terminal.send("\u{04}\u{15}(\r")
        try terminal.waitForLine("…")
        terminal.send("\u{04}")
        try terminal.waitForLine(prompt)
        terminal.send("\u{04}")
        #expect(try terminal.waitForExit() == .status(0))
        #expect(terminal.settings == terminal.originalSettings)
        #expect(terminal.screen.cursor.column == 0)
    }

    @Test("Ctrl-\\ is too near to other keys to end a session while a line is typed")
    func quitKey() throws {
        let terminal = try start()
        // The terminal drops what was typed before the key.
        terminal.send("\u{1C}")
        try terminal.enter("2 + 3")
        try terminal.waitForScreen { $0.lines.contains("5") }
    }

    @Test(
        "whatever signal ends the program, the terminal is as before",
        arguments: [SIGTERM, SIGHUP, SIGSEGV, SIGABRT, SIGILL, SIGTRAP])
    func fatalSignals(signal: Int32) throws {
        let terminal = try start()
        terminal.send("some text")
        try terminal.waitForLine("» some text")
        #expect(terminal.settings != terminal.originalSettings)
        kill(terminal.process, signal)
        #expect(try terminal.waitForExit() == .signal(signal))
        #expect(terminal.settings == terminal.originalSettings)
        #expect(terminal.screen.cursor.column == 0)
    }

    @Test("Ctrl-Z stops the program and fg brings back line and session")
    func suspending() throws {
        let terminal = try PseudoTerminal(
            ["/bin/bash", "--norc", "--noprofile", "-i"], environment: ["PS1": "shell "])
        try terminal.waitForLine("shell")
        terminal.send("\(PseudoTerminal.product("dlrepl"))\r")
        try terminal.waitForLine(prompt)
        try terminal.enter("a = 1")
        terminal.send("1+a")
        try terminal.waitForLine("» 1+a")
        terminal.send("\u{1A}")
        try terminal.waitFor("Stopped")
        try terminal.waitForLine("shell")
        terminal.send("fg\r")
        try terminal.waitForLine("» 1+a")
        terminal.send("\r")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["2", prompt] }
    }

    @Test("another width draws the line anew")
    func resizing() throws {
        let terminal = try start(columns: 40)
        let long = (10..<40).map(String.init).joined()
        terminal.send(long)
        try terminal.waitForScreen { $0.lines.suffix(2).joined() == "» " + long }
        terminal.resize(rows: 24, columns: 80)
        try terminal.waitForScreen { $0.currentLine == "» " + long && $0.cursor.column == 62 }
        terminal.resize(rows: 24, columns: 30)
        try terminal.waitForScreen { $0.lines.suffix(3).joined() == "» " + long }
        terminal.send("\u{15}1+1\r")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["2", prompt] }
    }
}
