// Lexer: cuts source text into tokens, one at a time.

import Formulas

/// A piece of source text.
struct Token: Hashable {
    enum Kind: Hashable {
        case number(Double)
        case name(String)
        case string(String)
        /// Whole numbers with x between them: `8x8`.
        case size([Double])
        case symbol(String)
        case end
    }

    var kind: Kind
    var range: Range<Int>
    /// Whether a line break stands before it, inside of brackets.
    var startsLine = false

    func isSymbol(_ symbol: String) -> Bool { kind == .symbol(symbol) }
    func isName(_ name: String) -> Bool { kind == .name(name) }

    var name: String? {
        if case .name(let name) = kind { return name }
        return nil
    }
}

/// Reads tokens from UTF-8 text on demand, so that a long line costs nothing before it is needed.
struct Lexer {
    private let text: [UInt8]
    private(set) var position: Int
    private let end: Int

    init(_ text: [UInt8], _ range: Range<Int>) {
        self.text = text
        position = range.lowerBound
        end = range.upperBound
    }

    private func byte(_ offset: Int = 0) -> UInt8 { position + offset < end ? text[position + offset] : 0 }

    /// Signs of print that stand for symbols, as lessons and explanations write them and learners copy them.
    private static let printed: [(sign: [UInt8], symbol: String)] = [
        ("−", "-"), ("·", "*"), ("×", "*"), ("≤", "<="), ("≥", ">="), ("≠", "!="), ("≈", "~="),
    ].map { (Array($0.utf8), $1) }

    /// The sign of print that begins here or `offset` bytes on.
    private func printed(_ offset: Int = 0) -> (sign: [UInt8], symbol: String)? {
        guard byte(offset) >= 128 else { return nil }
        let rest = text[min(position + offset, end)..<end]
        return Self.printed.first { rest.starts(with: $0.sign) }
    }

    /// Whether a name begins here.
    private var isAtLetter: Bool { Self.isLetter(byte()) && printed() == nil }
    private var isAtNamePart: Bool { isAtLetter || Self.isDigit(byte()) }

    mutating func next() throws(Diagnostic) -> Token {
        let startsLine = skipBlanks()
        var token = try read()
        token.startsLine = startsLine
        return token
    }

    private mutating func read() throws(Diagnostic) -> Token {
        let start = position
        guard start < end else { return Token(kind: .end, range: end..<end) }
        let first = byte()
        if Self.isDigit(first) || (first == UInt8(ascii: ".") && Self.isDigit(byte(1))) { return try number() }
        if isAtLetter {
            while position < end, isAtNamePart { position += 1 }
            return Token(kind: .name(String(decoding: text[start..<position], as: UTF8.self)), range: start..<position)
        }
        if first == UInt8(ascii: "\"") { return try string() }
        return try symbol()
    }

    /// Skips spaces, line breaks (inside brackets), backslashes at line ends, and comments. True when a line ended.
    private mutating func skipBlanks() -> Bool {
        var startsLine = false
        while position < end {
            switch byte() {
            case UInt8(ascii: "\n"):
                position += 1
                startsLine = true
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
            case UInt8(ascii: "#"): while position < end, byte() != UInt8(ascii: "\n") { position += 1 }
            case UInt8(ascii: "\\") where byte(1) == UInt8(ascii: "\n"): position += 2
            case UInt8(ascii: "\\") where byte(1) == UInt8(ascii: "\r") && byte(2) == UInt8(ascii: "\n"): position += 3
            default: return startsLine
            }
        }
        return startsLine
    }

    private mutating func number() throws(Diagnostic) -> Token {
        let start = position
        func skipDigits(_ lexer: inout Lexer) {
            while Self.isDigit(lexer.byte()) { lexer.position += 1 }
        }
        skipDigits(&self)
        if let sizes = size(from: start) { return sizes }
        if byte() == UInt8(ascii: "."), !Self.isLetter(byte(1)) {
            position += 1
            skipDigits(&self)
        }
        if byte() | 0x20 == UInt8(ascii: "e") {
            let minus = printed(1).flatMap { $0.symbol == "-" ? $0.sign.count : nil }
            let sign = 1 + (minus ?? (byte(1) == UInt8(ascii: "-") || byte(1) == UInt8(ascii: "+") ? 1 : 0))
            if Self.isDigit(byte(sign)) {
                position += sign
                skipDigits(&self)
            }
        }
        if isAtLetter {
            while isAtNamePart { position += 1 }
            let word = String(decoding: text[start..<position], as: UTF8.self)
            throw Diagnostic(
                "\(word) is neither a number nor a name", hint: "names begin with a letter", at: start..<position)
        }
        let digits = String(decoding: text[start..<position], as: UTF8.self).replacing("−", with: "-")
        guard let value = Digits.parse(digits) else {
            throw Diagnostic("\(digits) is not a number", at: start..<position)
        }
        return Token(kind: .number(value), range: start..<position)
    }

    /// The rest of `3x8x8`, of which the first number has been read; nil where none follows.
    private mutating func size(from start: Int) -> Token? {
        let first = position
        while byte() == UInt8(ascii: "x"), Self.isDigit(byte(1)) {
            position += 1
            while Self.isDigit(byte()) { position += 1 }
        }
        guard position > first, !Self.isLetter(byte()) else {
            position = first
            return nil
        }
        let numbers = text[start..<position].split(separator: UInt8(ascii: "x"))
        let sizes = numbers.map { Digits.parse(String(decoding: $0, as: UTF8.self)) ?? .infinity }
        return Token(kind: .size(sizes), range: start..<position)
    }

    private mutating func string() throws(Diagnostic) -> Token {
        let start = position
        position += 1
        var content: [UInt8] = []
        while position < end, byte() != UInt8(ascii: "\""), byte() != UInt8(ascii: "\n") {
            if byte() == UInt8(ascii: "\\"), byte(1) == UInt8(ascii: "\"") || byte(1) == UInt8(ascii: "\\") {
                position += 1
            }
            content.append(byte())
            position += 1
        }
        guard position < end, byte() == UInt8(ascii: "\"") else {
            throw Diagnostic("the string is not closed", hint: "end it with \"", at: start..<position)
        }
        position += 1
        return Token(kind: .string(String(decoding: content, as: UTF8.self)), range: start..<position)
    }

    private static let hints: [UInt8: String] = [
        UInt8(ascii: "'"): "strings stand in \"…\"; the transpose is transpose(a)",
        UInt8(ascii: "%"): "33 % is written 0.33",
    ]

    private static let pairs: Set<String> = ["<=", ">=", "==", "!=", "~="]
    private static let singles = Set("+-*/@^<>=()[]{},:;.".utf8)

    private mutating func symbol() throws(Diagnostic) -> Token {
        let start = position
        if let (sign, symbol) = printed() {
            position += sign.count
            return Token(kind: .symbol(symbol), range: start..<position)
        }
        let pair = String(decoding: text[start..<min(start + 2, end)], as: UTF8.self)
        if Self.pairs.contains(pair) {
            position += 2
            return Token(kind: .symbol(pair), range: start..<position)
        }
        guard Self.singles.contains(byte()) else {
            throw Diagnostic(
                "the character \(String(decoding: [byte()], as: UTF8.self)) has no meaning here",
                hint: Self.hints[byte()],
                at: start..<start + 1)
        }
        position += 1
        return Token(kind: .symbol(String(decoding: [text[start]], as: UTF8.self)), range: start..<position)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    /// Letters, the underscore, and everything outside ASCII, so that names may be in any script.
    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= 97 && byte | 0x20 <= 122) || byte == 95 || byte >= 128
    }
}
