// StandardInput: runs the lines of a pipe as they arrive.

import Commands
import Glibc

public enum StandardInput {
    /// Runs every logical line as soon as it is complete; stops at the first that fails.
    public static func run(_ workbench: Workbench) throws(Diagnostic) {
        var pending: [UInt8] = []
        var lineNumber = 1
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var end = LineEnd()
        while !workbench.wantsToQuit {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw Diagnostic("cannot read standard input: \(String(cString: strerror(errno)))") }
            guard count > 0 else { break }
            for byte in buffer[..<count] {
                pending.append(byte)
                // A NUL byte ends the line as well, so that endless ones are refused.
                guard end.isReached(at: byte) || byte == 0 else { continue }
                try workbench.run(Script(name: "stdin", text: pending, firstLine: lineNumber))
                lineNumber += pending.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
                pending.removeAll(keepingCapacity: true)
                if workbench.wantsToQuit { return }
            }
        }
        if !pending.isEmpty, !workbench.wantsToQuit {
            try workbench.run(Script(name: "stdin", text: pending, firstLine: lineNumber))
        }
    }
}
