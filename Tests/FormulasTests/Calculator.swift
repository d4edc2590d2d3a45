// A calculator that reads formulas as text; it shares no code with the program.

import Glibc

/// Reads `+ - * / ^`, comparisons, `and`, `or`, `not` and calls by recursive descent.
///
/// A minus sign may stand only in front of a sum's first term, and that term may not be a product: `-a * b` and `a + -b`
/// are refused, so that a text needs parentheses there.
struct Calculator {
    indirect enum Tree: Equatable {
        case number(Double)
        case name(String)
        case node(String, [Tree])
    }

    struct SyntaxError: Error, Equatable { let text: String }

    private let tokens: [String]
    private let text: String
    private var next = 0

    static func parse(_ text: String) throws -> Tree {
        var calculator = try Calculator(text)
        let tree = try calculator.alternatives()
        guard calculator.next == calculator.tokens.count else { throw SyntaxError(text: text) }
        return tree
    }

    private init(_ text: String) throws {
        self.text = text
        var tokens: [String] = []
        var rest = Substring(text)
        func isPartOfWord(_ c: Character) -> Bool { c.isLetter || c.isNumber || c == "_" || c == "." }
        while let first = rest.popFirst() {
            var token = String(first)
            if first == " " { continue }
            if isPartOfWord(first) {
                while let c = rest.first {
                    let isExponentSign = (c == "+" || c == "-") && first.isNumber && token.last == "e"
                    guard isPartOfWord(c) || isExponentSign else { break }
                    token.append(rest.removeFirst())
                }
            } else if "<>=!".contains(first), rest.first == "=" {
                token.append(rest.removeFirst())
            }
            tokens.append(token)
        }
        self.tokens = tokens
    }

    private mutating func take(_ choices: String...) -> String? {
        guard next < tokens.count, choices.contains(tokens[next]) else { return nil }
        next += 1
        return tokens[next - 1]
    }

    private mutating func alternatives() throws -> Tree {
        var tree = try conjunction()
        while let word = take("or") { tree = .node(word, [tree, try conjunction()]) }
        return tree
    }

    private mutating func conjunction() throws -> Tree {
        var tree = try negation()
        while let word = take("and") { tree = .node(word, [tree, try negation()]) }
        return tree
    }

    private mutating func negation() throws -> Tree {
        if let word = take("not") { return .node(word, [try negation()]) }
        var tree = try total()
        while let sign = take("<", "<=", ">", ">=", "==", "!=") { tree = .node(sign, [tree, try total()]) }
        return tree
    }

    private mutating func total() throws -> Tree {
        var tree: Tree
        if take("-") != nil {
            tree = .node("negate", [try power()])
            if take("*", "/") != nil { throw SyntaxError(text: text) }
        } else {
            tree = try product()
        }
        while let sign = take("+", "-") { tree = .node(sign, [tree, try product()]) }
        return tree
    }

    private mutating func product() throws -> Tree {
        var tree = try power()
        while let sign = take("*", "/") { tree = .node(sign, [tree, try power()]) }
        return tree
    }

    private mutating func power() throws -> Tree {
        let base = try atom()
        return take("^") == nil ? base : .node("^", [base, try power()])
    }

    private mutating func atom() throws -> Tree {
        guard next < tokens.count else { throw SyntaxError(text: text) }
        if take("(") != nil {
            let tree = try alternatives()
            guard take(")") != nil else { throw SyntaxError(text: text) }
            return tree
        }
        let token = tokens[next]
        next += 1
        if let number = Double(token) { return .number(number) }
        guard token.first!.isLetter, !["and", "or", "not"].contains(token) else { throw SyntaxError(text: text) }
        guard take("(") != nil else { return .name(token) }
        var operands = [try alternatives()]
        while take(",") != nil { operands.append(try alternatives()) }
        guard take(")") != nil else { throw SyntaxError(text: text) }
        return .node(token, operands)
    }
}

extension Calculator.Tree {
    func value(_ names: [String: Double]) throws -> Double {
        switch self {
        case .number(let number): return number
        case .name(let name):
            guard let value = names[name] else { throw Calculator.SyntaxError(text: name) }
            return value
        case .node(let operation, let operands):
            let v = try operands.map { try $0.value(names) }
            return try Self.operations[operation]?(v) ?? { throw Calculator.SyntaxError(text: operation) }()
        }
    }

    private static func truth(_ condition: Bool) -> Double { condition ? 1 : 0 }

    private static let operations: [String: @Sendable ([Double]) -> Double] = [
        "+": { $0[0] + $0[1] }, "-": { $0[0] - $0[1] }, "*": { $0[0] * $0[1] }, "/": { $0[0] / $0[1] },
        "^": { $0[1] == 2 ? $0[0] * $0[0] : pow($0[0], $0[1]) }, "negate": { -$0[0] },
        "<": { truth($0[0] < $0[1]) }, "<=": { truth($0[0] <= $0[1]) }, ">": { truth($0[0] > $0[1]) },
        ">=": { truth($0[0] >= $0[1]) }, "==": { truth($0[0] == $0[1]) }, "!=": { truth($0[0] != $0[1]) },
        "and": { truth($0[0] != 0 && $0[1] != 0) }, "or": { truth($0[0] != 0 || $0[1] != 0) },
        "not": { truth($0[0] == 0) }, "where": { $0[0] != 0 ? $0[1] : $0[2] },
        "exp": { exp($0[0]) }, "log": { log($0[0]) }, "sqrt": { sqrt($0[0]) }, "abs": { abs($0[0]) },
        "sin": { sin($0[0]) }, "cos": { cos($0[0]) }, "tanh": { tanh($0[0]) }, "erf": { erf($0[0]) },
        "sigmoid": { 1 / (1 + exp(-$0[0])) }, "floor": { floor($0[0]) },
        "sign": { $0[0].isNaN ? .nan : truth($0[0] > 0) - truth($0[0] < 0) },
        "max": { $0[0] > $0[1] || $0[0].isNaN ? $0[0] : $0[1] },
        "min": { $0[0] < $0[1] || $0[0].isNaN ? $0[0] : $0[1] },
    ]
}
