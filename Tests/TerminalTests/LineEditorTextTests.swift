// The line editor's history, pastes, languages and modes, in a pseudo-terminal.

import Glibc
import Terminal
import TestSupport
import Testing

@Suite("Line editor: history, pastes, languages")
struct LineEditorTextTests {
    // MARK: History

    @Test("history comes back after a restart, without duplicates, in a file for the user alone")
    func history() throws {
        let home = TemporaryFolder()
        for _ in 0..<2 {
            let terminal = try start(home: home)
            for line in ["1+1", "2+2", "1+1"] { try terminal.enter(line) }
            terminal.send("\u{04}")
            _ = try terminal.waitForExit()
        }
        let terminal = try start(home: home)
        for line in ["» 1+1", "» 2+2", "» 2+2"] {
            terminal.send("\u{1B}[A")
            try terminal.waitForLine(line)
        }
        var status = stat()
        #expect(stat(home.path + "/.local/state/dlrepl/history", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test("XDG_STATE_HOME says where the history is")
    func historyFolder() throws {
        let state = TemporaryFolder()
        let terminal = try start(environment: ["XDG_STATE_HOME": state.path])
        try terminal.enter("1+1")
        #expect(HistoryFile(path: state.path + "/dlrepl/history").entries == ["1+1"])
    }

    @Test("Ctrl-R finds earlier lines, also by Korean words; Ctrl-G gives the line back")
    func search() throws {
        let terminal = try start()
        for line in ["1+1 # 덧셈 하나", "2+2 # 덧셈 둘", "a = 5"] { try terminal.enter(line) }
        terminal.send("\u{12}덧셈")
        try terminal.waitForScreen { $0.currentLine.hasSuffix(": 2+2 # 덧셈 둘") }
        terminal.send("\u{12}")
        try terminal.waitForScreen { $0.currentLine.hasSuffix(": 1+1 # 덧셈 하나") }
        terminal.send("\u{13}")
        try terminal.waitForScreen { $0.currentLine.hasSuffix(": 2+2 # 덧셈 둘") }
        terminal.send("뺄")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("not found") }
        terminal.send("\u{07}")
        try terminal.waitForLine(prompt)
        terminal.send("\u{12}1+1\r")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["2", prompt] }
        terminal.send("\u{12}a =\u{05}0\r")
        try terminal.waitForScreen { $0.lines.contains("» a = 50") && $0.currentLine == prompt }
        terminal.send("\u{12}a")
        try terminal.waitForScreen { $0.currentLine.hasSuffix(": a = 50") }
        terminal.send("\u{03}")
        try terminal.waitForScreen { $0.lines.last == prompt }
        try terminal.enter("a")
        #expect(terminal.screen.lines.suffix(2) == ["50", prompt])
    }

    // MARK: Pastes

    @Test("200 pasted lines all run, in order", arguments: [true, false])
    func paste(isMarked: Bool) throws {
        let terminal = try start()
        let lines = (1...200).map { "\($0)+200" }.joined(separator: "\n") + "\n"
        terminal.send(isMarked ? "\u{1B}[200~\(lines)\u{1B}[201~" : lines)
        try terminal.waitFor("400\n")
        try terminal.waitForLine(prompt)
        let results = terminal.answer.split(separator: "\n").compactMap { Int($0) }
        #expect(results == Array(201...400))
    }

    @Test("a pasted block arrives whole; its unfinished last line waits for Enter")
    func pastedBlock() throws {
        let terminal = try start()
        terminal.send("\u{1B}[200~(1+\n\t1)\r\na = 5\r\na\u{7}\u{1B}[201~")
        try terminal.waitForScreen { $0.lines.suffix(5) == ["» (1+", "…  1)", "2", "» a = 5", "» a"] }
        terminal.send("\r")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["5", prompt] }
    }

    // MARK: Wide characters and modes

    @Test("Korean text is edited in the middle", arguments: ["C.UTF-8", "C", "ko_KR.UTF-8"])
    func korean(locale: String) throws {
        let terminal = try start(environment: ["LANG": locale], columns: 20)
        terminal.send("한글나라\u{02}\u{02}의")
        try terminal.waitForScreen { $0.currentLine == "» 한글의나라" && $0.cursor.column == 8 }
        terminal.send("\u{7F}\u{7F}ab\u{1B}[3~")
        try terminal.waitForScreen { $0.currentLine == "» 한ab라" && $0.cursor.column == 6 }
        terminal.send("\u{05}가나다라마바사")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["» 한ab라가나다라마바", "사"] && $0.cursor.column == 2 }
    }

    @Test("vi keys by the user's .editrc; Tab and Ctrl-R stay")
    func viKeys() throws {
        let home = TemporaryFolder()
        home.write("# my keys\nbind -v\n", to: ".editrc")
        let terminal = try start(home: home)
        terminal.send("9+1\u{1B}0s1\u{1B}")
        try terminal.waitForScreen { $0.currentLine == "» 1+1" && $0.cursor.column == 2 }
        terminal.send("\r")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["2", prompt] }
        terminal.send("hel\t")
        try terminal.waitForScreen { $0.currentLine.hasPrefix("» help") }
        terminal.send("\u{03}")
        try terminal.waitForLine(prompt)
        terminal.send("\u{12}1+\r")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["2", prompt] }
        terminal.send("\u{1B}k")
        try terminal.waitForLine("» 1+1")
    }

    @Test("vi's $ on an empty line does no harm")
    func viEndOfEmptyLine() throws {
        let home = TemporaryFolder()
        home.write("bind -v\n", to: ".editrc")
        let terminal = try start(home: home)
        for _ in 0..<3 {
            terminal.send("\u{1B}$i1+1\r")
            try terminal.waitFor("2\n")
            try terminal.waitForLine(prompt)
            #expect(terminal.screen.lines.suffix(3) == ["» 1+1", "2", prompt])
        }
    }

    @Test("a line taller than the screen is typed and edited")
    func tallLine() throws {
        let terminal = try start()
        let long = String(repeating: "x", count: 2100)
        terminal.send(long)
        try terminal.waitForScreen { $0.lines.count == 24 && $0.cursor.column == 2102 % 80 }
        terminal.send("\u{01}\u{05}" + String(repeating: "y", count: 165))
        try terminal.waitForScreen { $0.lines.joined().hasSuffix(String(repeating: "y", count: 165)) }
        terminal.send("\u{15}1+1\r")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["2", prompt] }
    }

    @Test("with editing switched off the kernel's line editing serves")
    func editingOff() throws {
        let home = TemporaryFolder()
        home.write("edit off\n", to: ".editrc")
        let terminal = try start(home: home)
        terminal.send("1+2\u{7F}1\r")
        try terminal.waitForScreen { $0.lines.suffix(3) == ["» 1+1", "2", prompt] }
        terminal.send("1+")
        try terminal.waitForLine("» 1+")
        terminal.send("\u{03}")
        try terminal.waitForScreen { $0.lines.suffix(2) == ["» 1+^C", prompt] }
    }

    @Test("the user's own key goes before the program's")
    func userKeys() throws {
        let home = TemporaryFolder()
        home.write("bind ^W ed-move-to-beg\nbind no-such-thing\nbind ^T ed-delete-prev-char\n", to: ".editrc")
        let terminal = try start(home: home)
        terminal.send("+1\u{17}1")
        try terminal.waitForLine("» 1+1")
        terminal.send("\u{05}\u{14}")
        try terminal.waitForLine("» 1+")
    }
}
