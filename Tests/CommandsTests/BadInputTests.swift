// Bad input: each gives one diagnostic with its place and leaves the session as it was.

import Commands
import TestSupport
import Testing

@Suite struct BadInputTests {
    /// A session with a bit of everything, a line that is wrong in it, and what the message must say.
    struct Case: Sendable, CustomStringConvertible {
        let line: String
        let message: String
        let hint: String?
        let column: Int

        init(_ line: String, _ message: String, hint: String? = nil, column: Int = 1) {
            self.line = line
            self.message = message
            self.hint = hint
            self.column = column
        }

        var description: String { line.count < 60 ? line : "\(line.prefix(57))…" }
    }

    static let setup = """
        data iris
        split train=0.8 seed=1
        net 4 5 relu 3
        loss cross_entropy
        optimizer adam lr=0.01
        batch 15
        w = param([1, 2])
        a = [[1, 2], [3, 4]]
        step 3
        """

    static let cases = pictures + data + networks + training + learning + language

    @Test(arguments: cases) func isReported(_ bad: Case) throws {
        let bench = TestBench()
        try bench.run(Self.setup)
        let before = bench.fingerprint
        let error = failure { () throws(Diagnostic) in try bench.run("1 + 1\n" + bad.line) }
        #expect(error?.message.contains(bad.message) == true, "\(error?.message ?? "accepted")")
        if let hint = bad.hint { #expect(error?.hint?.contains(hint) == true, "\(error?.hint ?? "no hint")") }
        #expect(error?.place?.line == 2)
        #expect(error?.place?.column == bad.column)
        #expect(bench.fingerprint == before)
    }

    /// Deep or long input is refused before it can exhaust the stack.
    @Test(arguments: [
        String(repeating: "(", count: 100_000), String(repeating: "[", count: 100_000),
        String(repeating: "-", count: 100_000) + "1", String(repeating: "not ", count: 100_000) + "1",
        "1" + String(repeating: " + 1", count: 5_000_000), "2" + String(repeating: " ^ 2", count: 100_000),
        "w" + String(repeating: "[0]", count: 100_000), String(repeating: "sin(", count: 100_000),
        String(repeating: "{", count: 100_000), "a = " + String(repeating: "skip(", count: 100_000),
        "net " + String(repeating: "skip(", count: 100_000), "net " + String(repeating: "[", count: 100_000),
        "trials 2 1 " + String(repeating: "{", count: 100_000),
    ]) func depthIsLimited(_ text: String) {
        onLargeStack {
            #expect(throws: Diagnostic.self) { try TestBench().run(text) }
        }
    }

    @Test func longFlatListsAreFine() throws {
        let bench = TestBench()
        try bench.run("a = [" + Array(repeating: "1", count: 300_000).joined(separator: ", ") + "]")
        #expect(try bench.value("a").count == 300_000)
    }

    @Test(arguments: [
        String(repeating: "(", count: 900) + "1" + String(repeating: ")", count: 900),
        "1" + String(repeating: " + 1", count: 900),
        String(repeating: "abs(", count: 900) + "1" + String(repeating: ")", count: 900),
        String(repeating: "[", count: 900) + "1" + String(repeating: "]", count: 900),
        "1" + String(repeating: " ^ 1", count: 900),
        "w" + String(repeating: " + w", count: 900),
    ]) func deepestAllowedExpressionWorks(_ text: String) {
        onLargeStack {
            let bench = TestBench()
            #expect(throws: Never.self) { try bench.run("w = param(1)\na = \(text)\na") }
        }
    }

    @Test(arguments: [[0xFF, 0xFE], [0x61, 0x00, 0x62], [0xC3]] as [[UInt8]]) func textMustBeUTF8(_ bytes: [UInt8]) {
        #expect(throws: Diagnostic.self) { try TestBench().run(Script(name: "bytes", text: bytes)) }
    }

    @Test func divisionByZeroAndOverflowAreNumbers() throws {
        let bench = TestBench()
        try bench.run("a = 1 / 0; b = 0 / 0; c = exp(1000); d = -1e308 * 10; e = 1e999; f = log(0); g = sqrt(-1)")
        #expect(try bench.value("a").scalar == .infinity)
        #expect(try bench.value("b").scalar?.isNaN == true)
        #expect(try bench.value("d").scalar == -.infinity)
    }

    @Test func scriptThatRunsItselfStops() throws {
        let folder = TemporaryFolder()
        folder.write("run \"self.dl\"\n", to: "self.dl")
        let script = try Script.read(folder.path + "/self.dl")
        let error = failure { () throws(Diagnostic) in try TestBench().run(script) }
        #expect(error?.message.contains("32") == true)
    }

    /// What the lines before a failing one did is kept; the failing line leaves nothing, not even its first half.
    @Test func failingLineLeavesNothing() throws {
        let bench = TestBench()
        #expect(throws: Diagnostic.self) { try bench.run("a = 1\nb = 2; c = nonsense\nd = 4") }
        #expect(try bench.value("a").scalar == 1)
        #expect(throws: Diagnostic.self) { try bench.value("b") }
        #expect(throws: Diagnostic.self) { try bench.value("d") }
    }
}

/// The diagnostic that `body` throws, nil when it throws none.
private func failure(_ body: () throws(Diagnostic) -> Void) -> Diagnostic? {
    do {
        try body()
        return nil
    } catch { return error }
}
