// StatementParser: one logical line to statements.

/// How the words after a verb are read.
enum Grammar: Sendable {
    /// Items and keys; after `if` or `until` an expression.
    case items
    /// One expression.
    case expression
    /// `EXPR` or `EXPR ~= EXPR`, then items and keys.
    case expectation
    /// A number, an expression and a block.
    case trials
    /// A name, keys, and a block of assignments.
    case rule
    /// `NAME(ARGUMENT, KEY=DEFAULT) = EXPR`.
    case function
    /// A string, then keys with expressions, strings, or `"label": EXPR`.
    case question
    /// One of these words or none, one expression or none, then keys.
    case picture(Set<String>)
}

struct StatementParser {
    var parser: ExpressionParser
    private let grammar: (String) -> Grammar?
    private let expand: (String) -> [String]
    private let nearestVerb: (String) -> String?

    /// `grammar` gives a verb's grammar, nil for a word that is no verb; `expand` gives the verbs that an
    /// abbreviated one may stand for (at the prompt).
    init(
        _ text: [UInt8], _ range: Range<Int>, grammar: @escaping (String) -> Grammar?,
        expand: @escaping (String) -> [String] = { _ in [] }, nearestVerb: @escaping (String) -> String? = { _ in nil }
    ) throws(Diagnostic) {
        parser = try ExpressionParser(Lexer(text, range))
        self.grammar = grammar
        self.expand = expand
        self.nearestVerb = nearestVerb
    }

    // line = (statement (";" statement)*)?
    mutating func statements() throws(Diagnostic) -> [Statement] {
        let result = try sequence(endingAt: nil)
        guard parser.token.kind == .end else { throw unexpected() }
        return result
    }

    private mutating func sequence(endingAt close: String?) throws(Diagnostic) -> [Statement] {
        try parser.enter()
        defer { parser.leave() }
        var result: [Statement] = []
        func atEnd(_ token: Token) -> Bool { token.kind == .end || close.map { token.isSymbol($0) } == true }
        while !atEnd(parser.token) {
            if parser.token.isSymbol(";") {
                try parser.advance()
                continue
            }
            result.append(try statement())
            // Inside of a block a line ends a statement, as it does outside.
            guard atEnd(parser.token) || parser.token.isSymbol(";") || parser.token.startsLine else {
                throw unexpected()
            }
        }
        return result
    }

    private func unexpected() -> Diagnostic {
        let hint =
            parser.token.isSymbol("=")
            ? "only a name, a part of it or its .grad can be assigned; equality is =="
            : "; separates commands on a line"
        return Diagnostic("the line goes on where it should end", hint: hint, at: parser.token.range)
    }

    private mutating func statement() throws(Diagnostic) -> Statement {
        let start = parser.token.range.lowerBound
        if let word = parser.token.name {
            let next = try parser.peek()
            if let verb = grammar(word) != nil ? word : try abbreviated(word, next), !readsAsName(verb, before: next) {
                if next.isSymbol("=") {
                    throw Diagnostic(
                        "\(verb) is a command and cannot be a name", hint: "choose another name, such as my_\(verb)",
                        at: parser.token.range)
                }
                return try command(verb)
            }
            if readsAsCommand(word, before: next) {
                throw Diagnostic(
                    "there is no command \(word)", hint: nearestVerb(word).map { "did you mean \($0)?" } ?? "try help",
                    at: parser.token.range)
            }
        }
        let expression = try parser.expression()
        if parser.token.isSymbol("="), let target = target(of: expression) {
            try parser.advance()
            let value = try parser.expression()
            return Statement(kind: .assignment(target, value), range: start..<parser.lastEnd)
        }
        return Statement(kind: .expression(expression), range: start..<parser.lastEnd)
    }

    /// A shortened verb, unless the line goes on as an expression or an assignment would.
    private func abbreviated(_ word: String, _ next: Token) throws(Diagnostic) -> String? {
        if case .symbol(let symbol) = next.kind, symbol != ";", symbol != "-" { return nil }
        let verbs = expand(word)
        guard verbs.count > 1 else { return verbs.first }
        throw Diagnostic(
            "\(word) is short for more than one command", hint: "it begins \(verbs.sorted().joined(separator: ", "))",
            at: parser.token.range)
    }

    /// Verbs that are also what learners call values of their own; alone on a line they are commands.
    private static let assignable: Set = ["noise", "scaling", "clock", "profile", "gap"]

    /// `loss`, `clip` and `trials` are also names: before an operator, `.` or `[` they begin an expression, the first two
    /// also before `(`. Other verbs that are functions too do so before `(`.
    private func readsAsName(_ verb: String, before next: Token) -> Bool {
        let isAssignable = Self.assignable.contains(verb)
        guard ["loss", "clip", "trials"].contains(verb) || isAssignable else {
            return Builtin.named(verb) != nil && next.isSymbol("(")
        }
        if verb == "trials", next.isSymbol("(") { return false }
        switch next.kind {
        case .symbol(let symbol): return symbol != ";" && (symbol != "=" || isAssignable) && symbol != "}"
        case .name(let word): return word == "and" || word == "or"
        default: return false
        }
    }

    /// Two words, or a word and a number or string, side by side can only be meant as a command.
    private func readsAsCommand(_ word: String, before next: Token) -> Bool {
        switch next.kind {
        case .name(let other): word != "not" && Operator(rawValue: other) == nil
        case .number, .string, .size: word != "not"
        default: false
        }
    }

    private func target(of expression: Expression) -> Statement.Target? {
        var indices: [Expression.Index] = []
        var current = expression
        if case .index(let inner, let parts) = current.kind { (current, indices) = (inner, parts) }
        switch current.kind {
        case .name(let name):
            return .init(name: name, member: nil, indices: indices, range: expression.range)
        case .member(let inner, let member):
            guard case .name(let name) = inner.kind else { return nil }
            return .init(name: name, member: member, indices: indices, range: expression.range)
        default: return nil
        }
    }

    private mutating func command(_ verb: String) throws(Diagnostic) -> Statement {
        let verbRange = parser.token.range
        try parser.advance()
        var elements: [Element] = []
        var expression: Expression?
        var expected: Expression?
        var block: [Statement]?
        switch grammar(verb) ?? .items {
        case .items:
            elements = try self.elements(until: isEnd)
            if parser.token.isName("if") || parser.token.isName("until") {
                elements.append(try word())
                expression = try parser.expression()
            }
        case .expression:
            guard !isEnd(parser.token) else {
                throw Diagnostic("\(verb) needs an expression", at: verbRange)
            }
            expression = try parser.expression()
        case .picture(let words):
            if let name = parser.token.name, words.contains(name), try startsElement(parser.peek()) {
                elements = [try word()]
            }
            if !isEnd(parser.token), try !isKey() { expression = try parser.expression() }
            elements += try self.elements(until: isEnd)
        case .question:
            elements = [Element(key: nil, item: try item(), range: verbRange)] + (try questionKeys())
        case .trials:
            elements = [Element(key: nil, item: try item(), range: verbRange)]
            expression = try parser.expression()
        case .expectation:
            expression = try parser.expression()
            if parser.token.isSymbol("~=") {
                try parser.advance()
                expected = try parser.expression()
            } else if parser.token.isSymbol("=") {
                throw Diagnostic("= assigns a name", hint: "equality is ==, nearness is ~=", at: parser.token.range)
            }
            elements = try self.elements(until: isEnd)
        case .rule:
            elements = try self.elements(until: isEnd)
            block = try assignments()
        case .function: (elements, expression) = try function()
        }
        if block == nil, parser.token.isSymbol("{") {
            try parser.advance()
            block = try sequence(endingAt: "}")
            try parser.expect("}", "close the block")
        }
        let range = verbRange.lowerBound..<max(parser.lastEnd, verbRange.upperBound)
        let call = Call(
            verb: verb, verbRange: verbRange, range: range, elements: elements, expression: expression,
            expected: expected, block: block)
        return Statement(kind: .command(call), range: range)
    }

    func isEnd(_ token: Token) -> Bool {
        switch token.kind {
        case .end, .symbol(";"), .symbol("}"), .symbol("{"), .name("if"), .name("until"): true
        default: token.startsLine
        }
    }
}
