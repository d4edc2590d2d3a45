// The peak memory of the program itself in whole sessions.

import ArgumentParser
import Glibc
import TestSupport

extension Figures {
    static var memory: [Figure] {
        let large = network("784 512 relu 256 relu 10", batch: 128) + String(repeating: "\nstep", count: 60)
        return [
            memory("iris, 5 epochs", iris + "\ntrain epochs=5\nW1\nexplain W1[0, 0]"),
            memory(
                "784-512-256-10, 60 steps, undo", large + String(repeating: "\nundo", count: 25) + "\nundo 10\nredo 5"),
            memory(
                "784-512-256-10, 60 steps, back", large + String(repeating: "\nback", count: 10) + "\ngoto 7\nstep 9"),
        ]
    }

    /// What dlrepl has taken at most when it has run `lines` and waits at its prompt.
    private static func memory(_ name: String, _ lines: String) -> Figure {
        Figure(name: "memory, \(name)", unit: "MB") {
            let program = PseudoTerminal.product("dlrepl")
            let folder = TemporaryFolder()
            folder.write(lines, to: "lines.dl")
            return {
                let terminal = try PseudoTerminal([program, "-i", folder.path + "/lines.dl"])
                try terminal.waitForPrompt()
                return try peak(of: terminal.process) / 1024
            }
        }
    }

    /// In KiB, as the system counts it since the program began. What `wait4` tells of a program begins with what its
    /// parent had.
    private static func peak(of process: pid_t) throws -> Double {
        guard let file = fopen("/proc/\(process)/status", "r") else { throw ValidationError("no /proc/\(process)") }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                .split { $0.isWhitespace }
            if words.first == "VmHWM:", let value = Double(words[1]) { return value }
        }
        throw ValidationError("/proc/\(process)/status has no VmHWM")
    }
}

extension PseudoTerminal {
    /// Waits until the program asks for a line.
    func waitForPrompt() throws {
        try waitForScreen("a prompt", timeout: 120) { $0.currentLine.hasSuffix("» ") || $0.currentLine.hasSuffix("»") }
    }
}
