// Random keys: control characters, escape sequences, UTF-8 and bytes that are no text. The program neither crashes nor
// hangs, still answers, and leaves the terminal as it found it.

import Glibc
import Tensors
import TestSupport
import Testing

@Suite("Random keys")
struct KeyFuzzTests {
    private static let words = [
        "1+1", "help", "step 3", "optimizer ", "w", "W1[0", "loss", " ", "(", ")", "\"", "#", "한글", "é", "e\u{301}",
        "🙂",
        "\u{1112}\u{1161}\u{11AB}", "\t", "\t", "\r", "\r", "\u{1B}[A", "\u{1B}[B", "\u{1B}[C", "\u{1B}[D", "\u{1B}[3~",
        "\u{1B}[H", "\u{1B}[F", "\u{1B}[1;5C", "\u{1B}[1;5D", "\u{1B}f", "\u{1B}b", "\u{1B}d",
        "\u{1B}[200~a = 1\nb\u{1B}[201~",
        "\u{1B}[200~", "\u{1B}[201~", "\u{1B}", "\u{1B}[", "\u{12}st", "\u{07}", "\u{03}",
    ]
    /// Ctrl-D leaves on an empty line, Ctrl-Z and Ctrl-\ stop and kill: they mean what they do.
    private static let left: Set<UInt8> = [0x04, 0x1A, 0x1C]

    private static func keys(_ random: inout Random, count: Int) -> [UInt8] {
        var keys: [UInt8] = []
        while keys.count < count {
            switch random.index(below: 10) {
            case 0: keys.append(UInt8(random.index(below: 32)))
            case 1: keys.append(UInt8(128 + random.index(below: 128)))
            case 2: keys += [UInt8](repeating: UInt8(ascii: "x"), count: random.index(below: 200))
            case 3...4: keys.append(UInt8(32 + random.index(below: 96)))
            default: keys += Array(words[random.index(below: words.count)].utf8)
            }
        }
        return keys.filter { !left.contains($0) }
    }

    @Test("whatever is typed, the program answers and the terminal is sane", arguments: 0..<24)
    func randomKeys(seed: Int) throws {
        var random = Random(seed: UInt64(seed))
        let home = TemporaryFolder()
        if seed % 2 == 1 { home.write("bind -v\n", to: ".editrc") }
        let terminal = try start(
            ["-i", "-c", "w = param([1, 2]); J = sum(w^2); minimize J; optimizer sgd lr=0"], home: home,
            rows: 3 + random.index(below: 22), columns: 12 + random.index(below: 70))
        for _ in 0..<12 {
            terminal.send(bytes: Self.keys(&random, count: 120))
            terminal.resize(rows: 3 + random.index(below: 22), columns: 12 + random.index(below: 70))
        }
        terminal.resize(rows: 24, columns: 80)
        // The end of a paste, of a character that Ctrl-V takes as it is, and of what is being typed.
        terminal.send("\u{1B}[201~\r")
        // Ctrl-C drops what is typed but unread, and the program may still be busy with what it has read. So each one is
        // given time to take effect: what is typed before that would be dropped too.
        for _ in 0..<20 {
            terminal.send("\u{03}")
            try? terminal.waitForScreen("quiet", timeout: 0.5) { _ in false }
            if terminal.screen.currentLine.hasSuffix(prompt) { break }
        }
        try terminal.waitForScreen("a prompt") { $0.currentLine.hasSuffix(prompt) }
        terminal.send("40+2\r")
        try terminal.waitFor("42")
        kill(terminal.process, SIGTERM)
        #expect(try terminal.waitForExit() == .signal(SIGTERM))
        #expect(terminal.settings == terminal.originalSettings)
    }
}
