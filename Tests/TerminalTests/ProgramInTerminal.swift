// The program at its prompt, as the tests of this folder start it.

import TestSupport

/// What a prompt looks like on the screen, without the space at its end.
let prompt = "»"

/// The program at its first prompt, with a home of its own.
func start(
    _ arguments: [String] = [], home: TemporaryFolder = TemporaryFolder(), environment: [String: String] = [:],
    rows: Int = 24, columns: Int = 80
) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
        [PseudoTerminal.product("dlrepl")] + arguments, home: home, environment: environment, rows: rows,
        columns: columns)
    try terminal.waitForLine(prompt)
    return terminal
}

extension PseudoTerminal {
    /// Types a line and waits for the prompt after it.
    func enter(_ line: String) throws {
        send(line)
        // The whole line must be there first: the prompt that is waited for could be the one before.
        try waitForScreen("'\(line)' typed") { $0.currentLine.hasSuffix(line.split(separator: "\n").last ?? "") }
        send("\r")
        try waitForScreen("a new prompt after '\(line)'") { $0.currentLine == prompt && $0.cursor.column == 2 }
    }
}
