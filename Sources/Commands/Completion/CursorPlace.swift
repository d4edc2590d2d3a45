// CursorPlace: what stands before the cursor in a line that is being typed, and may therefore be unfinished.

/// The statement in which the cursor is, cut into pieces up to the word that is being typed.
struct CursorPlace {
    enum Piece: Hashable {
        case word(String)
        case string(String)
        case number
        case symbol(UInt8)

        func isSymbol(_ symbol: Unicode.Scalar) -> Bool { self == .symbol(UInt8(ascii: symbol)) }

        var word: String? {
            if case .word(let word) = self { return word }
            return nil
        }
    }

    /// An open bracket: the name right before it, if any, and how many pieces of the statement stand up to it.
    struct Bracket {
        let symbol: UInt8
        let name: String?
        let pieces: Int
    }

    /// What stands for any number among the items of a verb.
    static let number = "0"

    /// What stands before the word at the cursor.
    private(set) var pieces: [Piece] = []
    private(set) var brackets: [Bracket] = []
    /// The word at the cursor, and the UTF-8 offset of its beginning; in a string the text after the quote.
    private(set) var prefix = ""
    private(set) var start = 0
    private(set) var isString = false
    private(set) var isComment = false
    /// The statements around the block in which the cursor is.
    private var outer: [(pieces: [Piece], brackets: [Bracket])] = []

    init(_ text: [UInt8]) {
        var position = 0
        while position < text.count {
            let byte = text[position]
            let from = position
            if Self.isWord(byte) {
                while position < text.count, Self.isWord(text[position]) || Self.isPoint(text, position, from) {
                    position += 1
                }
                take(text[from..<position], at: from, isLast: position == text.count)
            } else if byte == UInt8(ascii: "\"") {
                position = string(text, from: position + 1)
            } else if byte == UInt8(ascii: "#") {
                isComment = true
                while position < text.count, text[position] != UInt8(ascii: "\n") { position += 1 }
                if position < text.count { isComment = false }
            } else {
                symbol(byte, after: position == 0 ? nil : text[position - 1])
                position += 1
            }
        }
        if prefix.isEmpty, !isString { start = text.count }
    }

    /// Letters, digits, the underscore, and everything outside ASCII.
    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 128 || byte == 95 || (byte >= 48 && byte <= 57) || (byte | 0x20 >= 97 && byte | 0x20 <= 122)
    }

    /// Whether a point belongs to the number that began at `start`.
    private static func isPoint(_ text: [UInt8], _ position: Int, _ start: Int) -> Bool {
        text[position] == UInt8(ascii: ".") && text[start] >= 48 && text[start] <= 57
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>, at offset: Int, isLast: Bool) {
        let word = String(decoding: bytes, as: UTF8.self)
        if isLast {
            (prefix, start) = (word, offset)
        } else if let first = bytes.first, first >= 48, first <= 57 {
            pieces.append(.number)
        } else {
            pieces.append(.word(word))
        }
    }

    /// Reads a string; returns the position after it.
    private mutating func string(_ text: [UInt8], from begin: Int) -> Int {
        var content: [UInt8] = []
        var position = begin
        while position < text.count, text[position] != UInt8(ascii: "\"") {
            if text[position] == UInt8(ascii: "\\"), position + 1 < text.count { position += 1 }
            content.append(text[position])
            position += 1
        }
        let value = String(decoding: content, as: UTF8.self)
        guard position < text.count else {
            (isString, prefix, start) = (true, value, begin)
            return position
        }
        pieces.append(.string(value))
        return position + 1
    }

    private mutating func symbol(_ byte: UInt8, after previous: UInt8?) {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\\"): break
        case UInt8(ascii: ";") where brackets.isEmpty, UInt8(ascii: "\n") where brackets.isEmpty: pieces = []
        case UInt8(ascii: "\n"): break
        case UInt8(ascii: "{"):
            outer.append((pieces, brackets))
            (pieces, brackets) = ([], [])
        case UInt8(ascii: "}"): (pieces, brackets) = outer.popLast() ?? ([], [])
        case UInt8(ascii: "("), UInt8(ascii: "["):
            let name = previous.map(Self.isWord) == true ? pieces.last?.word : nil
            pieces.append(.symbol(byte))
            brackets.append(Bracket(symbol: byte, name: name, pieces: pieces.count))
        case UInt8(ascii: ")"), UInt8(ascii: "]"):
            _ = brackets.popLast()
            pieces.append(.symbol(byte))
        default: pieces.append(.symbol(byte))
        }
    }
}

extension [CursorPlace.Piece] {
    /// The words, numbers and strings outside brackets that are no keys, and the keys, in the order of their places; in
    /// `lastKeys` those behind the last item.
    var itemsAndKeys: (items: [String], keys: [String], lastKeys: [String]) {
        var (items, keys, lastKeys): ([String], [String], [String]) = ([], [], [])
        func add(_ item: String) {
            items.append(item)
            lastKeys = []
        }
        var depth = 0
        for (index, piece) in enumerated() {
            if piece.isSymbol("(") || piece.isSymbol("[") { depth += 1 }
            if piece.isSymbol(")") || piece.isSymbol("]") { depth -= 1 }
            let isKey = index + 1 < count && self[index + 1].isSymbol("=")
            let isValue = index > 0 && self[index - 1].isSymbol("=")
            guard depth == 0, !isValue else { continue }
            switch piece {
            case .word(let word) where isKey:
                keys.append(word)
                lastKeys.append(word)
            case .word(let word): add(word)
            case .string(let text): add("\"\(text)\"")
            case .number: add(CursorPlace.number)
            case .symbol: break
            }
        }
        return (items, keys, lastKeys)
    }
}
