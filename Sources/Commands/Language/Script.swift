// Script: source text cut into logical lines; a line goes on while a bracket is open or after a backslash.

/// Named source text.
public struct Script: Sendable {
    public let name: String
    public let text: [UInt8]
    /// The folder to which file names in it are relative; empty for the working directory.
    public let folder: String
    /// The number of its first line.
    public let firstLine: Int

    public init(name: String, text: [UInt8], folder: String = "", firstLine: Int = 1) {
        self.name = name
        // A byte order mark is no text.
        self.text = text.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(text.dropFirst(3)) : text
        self.folder = folder
        self.firstLine = firstLine
    }

    public init(name: String, _ text: String, folder: String = "") {
        self.init(name: name, text: Array(text.utf8), folder: folder)
    }

    /// The logical line that begins at `start`, and where the next one begins. nil at the end of the text.
    func line(from start: Int) -> (range: Range<Int>, next: Int)? {
        guard start < text.count else { return nil }
        var end = LineEnd()
        for index in start..<text.count where end.isReached(at: text[index]) { return (start..<index, index + 1) }
        return (start..<text.count, text.count)
    }

    /// Whether `text` ends inside an open bracket or after a backslash, so that a prompt should read on.
    public static func isOpen(_ text: String) -> Bool {
        var end = LineEnd()
        for byte in text.utf8 { _ = end.isReached(at: byte) }
        return !end.isReached(at: UInt8(ascii: "\n"))
    }

    /// The place of a UTF-8 offset: line and column (in characters), both from 1.
    func place(of range: Range<Int>) -> Diagnostic.Place {
        let offset = min(range.lowerBound, text.count)
        let isBreak = { (byte: UInt8) in byte == UInt8(ascii: "\n") }
        let lineStart = (text[..<offset].lastIndex(where: isBreak) ?? -1) + 1
        let lineEnd = text[offset...].firstIndex(where: isBreak) ?? text.count
        let column = String(decoding: text[lineStart..<offset], as: UTF8.self).count + 1
        let marked = text[offset..<max(min(range.upperBound, lineEnd), offset)]
        var line = text[lineStart..<lineEnd]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return Diagnostic.Place(
            source: name, line: text[..<offset].reduce(firstLine) { $0 + (isBreak($1) ? 1 : 0) }, column: column,
            text: String(decoding: line, as: UTF8.self), width: max(String(decoding: marked, as: UTF8.self).count, 1))
    }

    /// Fails on text that is not UTF-8 or holds NUL bytes, naming the place of the first bad byte.
    func check() throws(Diagnostic) {
        if let bad = text.firstIndex(of: 0) {
            throw Diagnostic("the text holds a NUL byte", at: bad..<bad + 1)
        }
        guard String(validating: text, as: UTF8.self) == nil else { return }
        // The longest valid prefix ends where the text is broken.
        var (good, bad) = (0, text.count)
        while bad - good > 1 {
            let middle = (good + bad) / 2
            let valid = (0..<4).contains {
                middle + $0 <= text.count
                    && String(validating: text[..<(middle + $0)], as: UTF8.self) != nil
            }
            if valid { good = middle } else { bad = middle }
        }
        throw Diagnostic("the text is not UTF-8", hint: "save it as UTF-8", at: good..<min(good + 1, text.count))
    }
}

/// Finds where a logical line ends, following brackets, strings and comments byte by byte.
public struct LineEnd {
    private var depth = 0
    private var isComment = false
    /// The last byte, carriage returns aside.
    private var previous: UInt8 = 0
    private var isString = false
    private var isEscaped = false

    public init() {}

    /// Takes in one byte; true when it is a line break that ends the logical line.
    public mutating func isReached(at byte: UInt8) -> Bool {
        defer { if byte != UInt8(ascii: "\r") { previous = byte } }
        switch byte {
        case UInt8(ascii: "\n"):
            let goesOn = !isComment && (previous == UInt8(ascii: "\\"))
            (isComment, isString, isEscaped) = (false, false, false)
            return depth <= 0 && !goesOn
        case _ where isComment: break
        case _ where isEscaped: isEscaped = false
        case UInt8(ascii: "\\") where isString: isEscaped = true
        case UInt8(ascii: "\""): isString.toggle()
        case _ where isString: break
        case UInt8(ascii: "#"): isComment = true
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
        default: break
        }
        return false
    }
}
