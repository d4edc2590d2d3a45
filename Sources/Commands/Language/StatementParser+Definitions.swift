// How definitions of one's own are read: the block of a rule, and the head of a function.

extension StatementParser {
    // block = "{" (name "=" expression (";" | line break)?)* "}"; nil when no block begins here
    mutating func assignments() throws(Diagnostic) -> [Statement]? {
        guard parser.token.isSymbol("{") else { return nil }
        try parser.advance()
        var result: [Statement] = []
        while !parser.token.isSymbol("}"), parser.token.kind != .end {
            if parser.token.isSymbol(";") {
                try parser.advance()
                continue
            }
            result.append(try assignment())
            guard parser.token.isSymbol("}") || parser.token.isSymbol(";") || parser.token.startsLine else { break }
        }
        try parser.expect("}", "close the block, or ; separate its lines")
        return result
    }

    private mutating func assignment() throws(Diagnostic) -> Statement {
        let target = parser.token.range
        guard let name = parser.token.name else {
            throw Diagnostic(
                "\(parser.described) where a name should stand", hint: RuleCommand.example, at: target)
        }
        try parser.advance()
        guard parser.token.isSymbol("=") else {
            throw Diagnostic(
                "\(parser.described) where = should follow \(name)", hint: RuleCommand.example, at: parser.token.range)
        }
        try parser.advance()
        let value = try parser.expression()
        return Statement(
            kind: .assignment(.init(name: name, member: nil, indices: [], range: target), value),
            range: target.lowerBound..<parser.lastEnd)
    }

    // function = name "(" argument ("," argument)* ")" "=" expression; argument = name ("=" item)?
    mutating func function() throws(Diagnostic) -> (elements: [Element], expression: Expression?) {
        guard !isEnd(parser.token) else { return ([], nil) }
        var elements = [try name("the name")]
        guard parser.token.isSymbol("(") else {
            throw Diagnostic(
                "\(parser.described) where ( should begin the arguments", hint: ActivationCommand.example,
                at: parser.token.range)
        }
        repeat {
            try parser.advance()
            var argument = try name("an argument")
            if parser.token.isSymbol("=") {
                try parser.advance()
                guard case .word(let key) = argument.item.kind else { break }
                argument = Element(
                    key: key, item: try item(), range: argument.range.lowerBound..<parser.lastEnd)
            }
            elements.append(argument)
        } while parser.token.isSymbol(",")
        try parser.expect(")", "close the arguments")
        try parser.expect("=", "begin the definition")
        return (elements, try parser.expression())
    }

    private mutating func name(_ purpose: String) throws(Diagnostic) -> Element {
        let range = parser.token.range
        guard let name = parser.token.name else {
            throw Diagnostic(
                "\(parser.described) where \(purpose) should stand", hint: ActivationCommand.example, at: range)
        }
        try parser.advance()
        return Element(key: nil, item: Item(kind: .word(name), range: range), range: range)
    }
}
