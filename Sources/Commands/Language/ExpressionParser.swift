// ExpressionParser: tokens to expressions, by precedence.

/// Reads expressions; the statement parser builds on it.
///
/// Nesting is limited, since every level costs stack here and again wherever the tree is walked or freed. Chains like
/// `1 + 1 + …` nest to the left and count as well; lists do not.
struct ExpressionParser {
    static let depthLimit = 1000

    private var lexer: Lexer
    private(set) var token: Token
    /// Where the last token that was taken ended.
    private(set) var lastEnd: Int
    private var depth = 0

    init(_ lexer: Lexer) throws(Diagnostic) {
        self.lexer = lexer
        lastEnd = lexer.position
        token = try self.lexer.next()
    }

    mutating func advance() throws(Diagnostic) {
        lastEnd = token.range.upperBound
        token = try lexer.next()
    }

    /// The token after the present one.
    func peek() throws(Diagnostic) -> Token {
        var copy = lexer
        return try copy.next()
    }

    mutating func expect(_ symbol: String, _ purpose: String) throws(Diagnostic) {
        guard token.isSymbol(symbol) else {
            throw Diagnostic("\(described) where \(symbol) should \(purpose)", at: token.range)
        }
        try advance()
    }

    /// The present token in words.
    var described: String {
        switch token.kind {
        case .end: "the line ends"
        case .number, .name, .size: "there is a value"
        case .string: "there is a string"
        case .symbol(let symbol): "there is \(symbol)"
        }
    }

    /// Goes one level deeper; `leave` comes back.
    mutating func enter() throws(Diagnostic) {
        depth += 1
        try checkDepth(depth)
    }

    mutating func leave() { depth -= 1 }

    private func checkDepth(_ depth: Int) throws(Diagnostic) {
        if depth > Self.depthLimit {
            throw Diagnostic(
                "the expression is nested deeper than \(Self.depthLimit) levels",
                hint: "give a part of it a name, or use sum([…])", at: token.range)
        }
    }

    // expression = unary (operator unary)*, by precedence; ^ binds to the right
    mutating func expression(above limit: Int = 0) throws(Diagnostic) -> Expression {
        try enter()
        defer { leave() }
        var left = try prefix()
        var chain = 0
        while let operation = binaryOperator(), operation.precedence > limit {
            chain += 1
            try checkDepth(depth + chain)
            try advance()
            let precedence = operation.precedence
            let right = try expression(above: operation == .power ? precedence - 1 : precedence)
            left = Expression(
                kind: .binary(operation, left, right), range: left.range.lowerBound..<right.range.upperBound)
        }
        return left
    }

    private func binaryOperator() -> Operator? {
        switch token.kind {
        case .symbol(let text), .name(let text): Operator(rawValue: text)
        default: nil
        }
    }

    // unary = ("-" | "+" | "not") unary | postfix; -a^b is -(a^b), and the right side of ^ may have a sign
    private mutating func prefix() throws(Diagnostic) -> Expression {
        let start = token.range.lowerBound
        if token.isSymbol("-") || token.isSymbol("+") {
            let isMinus = token.isSymbol("-")
            try advance()
            let operand = try expression(above: 7)
            if !isMinus { return operand }
            if case .number(let value) = operand.kind {
                return Expression(kind: .number(-value), range: start..<operand.range.upperBound)
            }
            return Expression(kind: .negate(operand), range: start..<operand.range.upperBound)
        }
        if token.isName("not") {
            try advance()
            let operand = try expression(above: 3)
            return Expression(kind: .not(operand), range: start..<operand.range.upperBound)
        }
        return try postfix()
    }

    // postfix = primary ("[" indices "]" | "." name)*
    private mutating func postfix() throws(Diagnostic) -> Expression {
        var value = try primary()
        var chain = 0
        while true {
            chain += 1
            try checkDepth(depth + chain)
            if token.isSymbol("[") {
                value = Expression(kind: .index(value, try indices()), range: value.range.lowerBound..<lastEnd)
            } else if token.isSymbol(".") {
                try advance()
                guard let member = token.name else {
                    throw Diagnostic(
                        "a member's name should follow the point", hint: "such as W1.grad", at: token.range)
                }
                try advance()
                value = Expression(kind: .member(value, member), range: value.range.lowerBound..<lastEnd)
            } else {
                return value
            }
        }
    }

    // indices = "[" index ("," index)* "]"; index = expression | expression? ":" expression?
    mutating func indices() throws(Diagnostic) -> [Expression.Index] {
        try expect("[", "open the indices")
        var result: [Expression.Index] = []
        repeat {
            if !result.isEmpty { try advance() }
            let from = token.isSymbol(":") ? nil : try expression()
            if token.isSymbol(":") {
                try advance()
                let isOpen = token.isSymbol(",") || token.isSymbol("]")
                result.append(.range(from, isOpen ? nil : try expression()))
            } else if let from {
                result.append(.at(from))
            }
        } while token.isSymbol(",")
        try expect("]", "close the indices")
        return result
    }

    // primary = number | name | name "(" arguments ")" | "(" expression ")" | "[" list "]"
    private mutating func primary() throws(Diagnostic) -> Expression {
        let start = token.range
        switch token.kind {
        case .number(let value):
            try advance()
            return Expression(kind: .number(value), range: start)
        case .size:
            throw Diagnostic(
                "sizes such as 8x8 stand behind net, not in expressions", hint: "a product is written 8*8", at: start)
        case .name(let name) where name != "and" && name != "or":
            try advance()
            guard token.isSymbol("(") else { return Expression(kind: .name(name), range: start) }
            return Expression(kind: .call(name, try arguments()), range: start.lowerBound..<lastEnd)
        case .symbol("("):
            try advance()
            let inner = try expression()
            try expect(")", "close the bracket")
            return Expression(kind: inner.kind, range: start.lowerBound..<lastEnd)
        case .symbol("["):
            try advance()
            var elements: [Expression] = []
            while !token.isSymbol("]") {
                elements.append(try expression())
                if token.isSymbol(",") {
                    try advance()
                } else if !token.isSymbol("]") {
                    throw Diagnostic("\(described) where , or ] should follow", at: token.range)
                }
            }
            try advance()
            return Expression(kind: .list(elements), range: start.lowerBound..<lastEnd)
        case .string: throw Diagnostic("a string is no number", hint: "strings are file names and texts", at: start)
        case .end: throw Diagnostic("a value is missing at the end", at: start)
        case .symbol(let symbol): throw Diagnostic("a value is missing before \(symbol)", at: start)
        case .name(let name): throw Diagnostic("a value is missing before \(name)", at: start)
        }
    }

    // arguments = "(" ((name "=")? expression ("," …)*)? ")"
    private mutating func arguments() throws(Diagnostic) -> [Expression.Argument] {
        try advance()
        var result: [Expression.Argument] = []
        while !token.isSymbol(")") {
            if let key = token.name, try peek().isSymbol("=") {
                try advance()
                try advance()
                result.append(.init(key: key, value: try expression()))
            } else {
                result.append(.init(key: nil, value: try expression()))
            }
            if token.isSymbol(",") {
                try advance()
            } else if !token.isSymbol(")") {
                throw Diagnostic("\(described) where , or ) should follow", at: token.range)
            }
        }
        try advance()
        return result
    }
}
