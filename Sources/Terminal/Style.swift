// Style: how the program writes to one of its streams: characters, colour, width.

import Formulas
import Glibc

/// How the program writes.
public struct Style: Sendable {
    /// Only ASCII characters.
    public var isPlain = false
    public var hasColor = false
    /// How formulas are written: with words that a calculator reads, or with mathematical signs.
    public var notation = Notation.ascii
    /// The columns of the screen.
    public var width = 80
    /// Whether there is a screen, on which text that is wider goes on below; a file keeps its lines.
    public var isScreen = false
    /// The rows of the screen; nil where there is none.
    public var height: Int?

    public init(isPlain: Bool = false, hasColor: Bool = false, notation: Notation = .ascii, width: Int = 80) {
        self.isPlain = isPlain
        self.hasColor = hasColor
        self.notation = notation
        self.width = width
    }

    /// What suits a stream. Flags go before variables; of these NO_COLOR goes before CLICOLOR_FORCE, which colours pipes
    /// too, then CLICOLOR=0 and TERM=dumb.
    public init(stream: Int32, isPlain: Bool, noColor: Bool, variable: (String) -> String? = variable) {
        let isTerminal = isatty(stream) == 1
        self.isPlain = isPlain
        notation = isTerminal && !isPlain ? .signs : .ascii
        width = Self.columns(of: stream) ?? 80
        height = Self.size(of: stream).map { Int($0.ws_row) }
        if isPlain || noColor || variable("NO_COLOR") != nil {
            hasColor = false
        } else if let force = variable("CLICOLOR_FORCE"), force != "0" {
            hasColor = true
        } else {
            hasColor = isTerminal && !Self.isDumb(variable) && variable("CLICOLOR") != "0"
        }
    }

    /// Whether the terminal knows no cursor movement.
    static func isDumb(_ variable: (String) -> String? = variable) -> Bool {
        variable("TERM").map { $0 == "dumb" } ?? true
    }

    /// The present width of a terminal, nil where there is none.
    static func columns(of stream: Int32) -> Int? {
        size(of: stream).map { max(Int($0.ws_col), 20) }
    }

    private static func size(of stream: Int32) -> winsize? {
        var size = winsize()
        guard ioctl(stream, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return size
    }
}

/// The value of an environment variable; nil when it is missing or empty.
public func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
}
