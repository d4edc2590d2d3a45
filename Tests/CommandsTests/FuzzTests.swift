// Random and mutated lines: every outcome is a result or a diagnostic, never a trap, and a failing line changes nothing.

import Commands
import Tensors
import TestSupport
import Testing

@Suite struct FuzzTests {
    /// Lines of the lessons and one of each kind of command, to be mutated.
    static let seeds: [String] = {
        var lines = BadInputTests.setup.split(separator: "\n").map(String.init) + BadInputTests.cases.map(\.line)
        for name in files(in: "lessons", endingIn: ".dl") {
            let script = try? Script.read("\(packageFolder)/lessons/\(name)")
            lines += (script?.lines ?? []).filter { !$0.hasPrefix("#") && !$0.contains("epochs=") }
        }
        // Nothing here may write files or run for long.
        return lines.filter { line in
            !["save", "load", "run", "train", "csv"].contains { line.contains($0) } && line.count < 200
        }
    }()

    private static let pieces = [
        "(", ")", "[", "]", "{", "}", ",", ":", ";", "=", "==", "~=", "+", "-", "*", "/", "^", "@", ".", "\"", "#",
        "\\", "0", "1",
        "-1", "2", "0.5", "1e9", "nan", "inf", "x", "y", "W1", "b1", "z1", "out", "loss", "grad", "m", "lr", "t", "w",
        "a",
        "and", "not", "if", "until", "axis=", "sum", "max", "softmax", "param", "zeros", "randn", "reshape", "concat",
        "numgrad",
        "explain", "next", "step", "forward", "backward", "update", "back", "goto", "undo", "redo", "fork", "switch",
        "diff",
        "why", "deep", "break", "display", "delete", "net", "init", "minimize", "optimizer", "adam", "sgd", "rule",
        "activation", "mine", "f(x)",
        "schedule",
        "cosine", "steps=", "landscape", "start=", "fans", "데이터", "é",
        "\u{301}", "\n", "\t",
    ]

    /// Bytes put in, taken out, doubled or exchanged: what a slip of the finger or a bad file makes.
    private static func damaged(_ line: String, _ random: inout Random) -> [UInt8] {
        var bytes = Array(line.utf8)
        for _ in 0..<1 + random.index(below: 4) where !bytes.isEmpty {
            let position = random.index(below: bytes.count)
            switch random.index(below: 4) {
            case 0: bytes.remove(at: position)
            case 1: bytes.insert(UInt8(random.index(below: 256)), at: position)
            case 2: bytes.swapAt(position, random.index(below: bytes.count))
            default: bytes.insert(contentsOf: bytes[position...].prefix(8), at: position)
            }
        }
        return bytes
    }

    /// Pieces in a row that nobody would type.
    private static func invented(_ random: inout Random) -> String {
        (0..<1 + random.index(below: 12)).map { _ in pieces[random.index(below: pieces.count)] }
            .joined(separator: random.index(below: 2) == 0 ? " " : "")
    }

    private static func mutated(_ line: String, _ random: inout Random) -> String {
        var words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<1 + random.index(below: 3) {
            let position = random.index(below: words.count + 1)
            switch random.index(below: 4) {
            case 0 where position < words.count: words.remove(at: position)
            case 1 where position < words.count: words[position] = pieces[random.index(below: pieces.count)]
            case 2 where position < words.count && !words[position].isEmpty:
                var characters = Array(words[position])
                characters[random.index(below: characters.count)] =
                    pieces[random.index(below: pieces.count)].first ?? "?"
                words[position] = String(characters)
            default: words.insert(pieces[random.index(below: pieces.count)], at: position)
            }
        }
        return words.joined(separator: " ")
    }

    private static func line(_ random: inout Random) -> [UInt8] {
        let seed = seeds[random.index(below: seeds.count)]
        switch random.index(below: 4) {
        case 0: return damaged(seed, &random)
        case 1: return Array(invented(&random).utf8)
        default: return Array(mutated(seed, &random).utf8)
        }
    }

    /// 100,000 lines.
    @Test(arguments: 0..<10) func everyOutcomeIsAResultOrADiagnostic(_ seed: Int) {
        onLargeStack {
            var random = Random(seed: UInt64(seed))
            var bench = TestBench()
            for round in 0..<10_000 {
                if round % 250 == 0 {
                    bench = TestBench(seed: UInt64(round))
                    bench.stopsAfterEveryStep = true
                    try? bench.run(BadInputTests.setup)
                }
                let bytes = Self.line(&random)
                let line = String(decoding: bytes, as: UTF8.self)
                // Numbers that ask for a gigabyte are allowed, but not here; nor are lines that reach for files.
                if ["e9", "00000", "save", "load", "run", "csv"].contains(where: { line.contains($0) }) { continue }
                let before = bench.lineCount
                do throws(Diagnostic) { try bench.run(Script(name: "fuzz", text: bytes)) } catch {
                    #expect(!error.message.isEmpty && error.place != nil, "\(line)")
                    // Of several lines those before the failing one stay, as in a lesson that is played fast.
                    let isOneLine = !bytes.contains(UInt8(ascii: "\n")) && !line.contains("lesson")
                    if isOneLine, !line.contains("undo"), !line.contains("redo") {
                        #expect(bench.lineCount == before, "\(line)")
                    }
                }
            }
        }
    }

    /// Tab at any place of any line: it answers, and what it offers begins as what is typed.
    @Test func completionTakesAnyLine() throws {
        var random = Random(seed: 1)
        let bench = TestBench()
        try bench.run(BadInputTests.setup)
        for _ in 0..<3000 {
            let line = String(decoding: Self.line(&random), as: UTF8.self)
            #expect(bench.completions(line).allSatisfy { !$0.isEmpty })
        }
    }
}
