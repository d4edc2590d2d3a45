// What stands after a verb: items, keys with their values, lists and numbers.

import Formulas

extension StatementParser {
    /// `answer=EXPR hint="…" mistake="…": EXPR`
    mutating func questionKeys() throws(Diagnostic) -> [Element] {
        var result: [Element] = []
        while let key = parser.token.name, try isKey() {
            let start = parser.token.range.lowerBound
            try parser.advance()
            try parser.advance()
            let from = parser.token.range.lowerBound
            var kind: Item.Kind
            if case .string(let text) = parser.token.kind {
                try parser.advance()
                kind = .string(text)
                if parser.token.isSymbol(":") {
                    try parser.advance()
                    kind = .labelled(text, try parser.expression())
                }
            } else {
                kind = .expression(try parser.expression())
            }
            let item = Item(kind: kind, range: from..<parser.lastEnd)
            result.append(Element(key: key, item: item, range: start..<parser.lastEnd))
        }
        return result
    }

    /// Whether a key and its value stand here.
    func isKey() throws(Diagnostic) -> Bool {
        guard parser.token.name != nil else { return false }
        return try parser.peek().isSymbol("=")
    }

    /// Whether what stands behind a word begins something new, so that the word is none of an expression's.
    func startsElement(_ next: Token) -> Bool {
        if case .symbol(let symbol) = next.kind { return ["(", "[", "-", ";", "}"].contains(symbol) }
        if case .name(let word) = next.kind { return Operator(rawValue: word) == nil }
        return true
    }

    // elements = (key "=" item | item)*
    mutating func elements(until isEnd: (Token) -> Bool) throws(Diagnostic) -> [Element] {
        var result: [Element] = []
        while !isEnd(parser.token) {
            let start = parser.token.range.lowerBound
            var key: String?
            if let name = parser.token.name, try parser.peek().isSymbol("=") {
                key = name
                try parser.advance()
                try parser.advance()
            }
            let item = try item()
            result.append(Element(key: key, item: item, range: start..<parser.lastEnd))
        }
        return result
    }

    mutating func word() throws(Diagnostic) -> Element {
        let range = parser.token.range
        let item = Item(kind: .word(parser.token.name ?? ""), range: range)
        try parser.advance()
        return Element(key: nil, item: item, range: range)
    }

    mutating func item() throws(Diagnostic) -> Item {
        try parser.enter()
        defer { parser.leave() }
        let start = parser.token.range.lowerBound
        switch parser.token.kind {
        case .name(let word):
            let end = parser.token.range.upperBound
            try parser.advance()
            guard parser.token.isSymbol("("), parser.token.range.lowerBound == end else {
                return try wordWithNumber(word, start..<end)
            }
            try parser.advance()
            let inner = try elements { $0.isSymbol(")") || $0.kind == .end }
            try parser.expect(")", "close the bracket")
            return Item(kind: .group(word, inner), range: start..<parser.lastEnd)
        case .string(let text):
            try parser.advance()
            return Item(kind: .string(text), range: start..<parser.lastEnd)
        case .symbol("("):
            try parser.advance()
            let expression = try parser.expression()
            try parser.expect(")", "close the bracket")
            return Item(kind: .expression(expression), range: start..<parser.lastEnd)
        case .symbol("["): return try list()
        case .size(let sizes):
            try parser.advance()
            return Item(kind: .size(sizes), range: start..<parser.lastEnd)
        default:
            let from = try number()
            guard parser.token.isSymbol(":") else { return Item(kind: .number(from), range: start..<parser.lastEnd) }
            try parser.advance()
            return Item(kind: .range(from, try number()), range: start..<parser.lastEnd)
        }
    }

    /// A word, or one with a number right behind a minus sign: `K-1`.
    private mutating func wordWithNumber(_ word: String, _ range: Range<Int>) throws(Diagnostic) -> Item {
        let number = try parser.peek()
        guard parser.token.isSymbol("-"), parser.token.range.lowerBound == range.upperBound,
            number.range.lowerBound == parser.token.range.upperBound, case .number(let value) = number.kind
        else { return Item(kind: .word(word), range: range) }
        try parser.advance()
        try parser.advance()
        return Item(
            kind: .word("\(word)-\(Digits.full.text(value))"), range: range.lowerBound..<number.range.upperBound)
    }

    private mutating func list() throws(Diagnostic) -> Item {
        let start = parser.token.range.lowerBound
        try parser.advance()
        var items: [Item] = []
        while !parser.token.isSymbol("]") {
            items.append(try item())
            if parser.token.isSymbol(",") {
                try parser.advance()
            } else if !parser.token.isSymbol("]") {
                throw Diagnostic("\(parser.described) where , or ] should follow", at: parser.token.range)
            }
        }
        try parser.advance()
        return Item(kind: .list(items), range: start..<parser.lastEnd)
    }

    private mutating func number() throws(Diagnostic) -> Double {
        var sign = 1.0
        if parser.token.isSymbol("-") || parser.token.isSymbol("+") {
            sign = parser.token.isSymbol("-") ? -1 : 1
            try parser.advance()
        }
        guard case .number(let value) = parser.token.kind else {
            throw Diagnostic(
                "\(parser.described) where a word or a number should stand",
                hint: parser.token.isSymbol(".") || parser.token.isSymbol("/")
                    ? "file names stand in \"quotes\"" : "an expression stands in parentheses, as in lr=(1/3)",
                at: parser.token.range)
        }
        try parser.advance()
        return sign * value
    }
}
