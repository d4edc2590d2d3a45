// Syntax: what a line says, as values.

import Formulas

/// An expression with its place in the source.
struct Expression: Sendable {
    indirect enum Kind: Sendable {
        case number(Double)
        case name(String)
        case list([Expression])
        case negate(Expression)
        case not(Expression)
        case binary(Operator, Expression, Expression)
        case call(String, [Argument])
        case index(Expression, [Index])
        case member(Expression, String)
    }

    struct Argument: Sendable {
        let key: String?
        let value: Expression
    }

    enum Index: Sendable {
        case at(Expression)
        case range(Expression?, Expression?)
    }

    let kind: Kind
    let range: Range<Int>
}

extension Expression {
    /// The expression as it could be typed.
    var text: String { written.text }

    /// The text, and how tightly its outermost operation binds.
    private var written: (text: String, precedence: Int) {
        func operand(_ expression: Expression, _ limit: Int) -> String {
            let (text, precedence) = expression.written
            return precedence < limit ? "(\(text))" : text
        }
        switch kind {
        case .number(let value): return (Digits.full.text(value), value < 0 ? 5 : 10)
        case .name(let name): return (name, 10)
        case .list(let elements): return ("[\(elements.map(\.text).joined(separator: ", "))]", 10)
        case .negate(let inner): return ("-\(operand(inner, 8))", 7)
        case .not(let inner): return ("not \(operand(inner, 3))", 3)
        case .binary(let operation, let a, let b):
            let precedence = operation.precedence
            let isPower = operation == .power
            let (left, right) = (operand(a, precedence + (isPower ? 1 : 0)), operand(b, precedence + (isPower ? 0 : 1)))
            return (isPower ? "\(left)^\(right)" : "\(left) \(operation.rawValue) \(right)", precedence)
        case .call(let name, let arguments):
            let texts = arguments.map { argument in (argument.key.map { "\($0)=" } ?? "") + argument.value.text }
            return ("\(name)(\(texts.joined(separator: ", ")))", 10)
        case .index(let whole, let indices):
            let texts = indices.map { index -> String in
                switch index {
                case .at(let expression): expression.text
                case .range(let from, let to): "\(from?.text ?? ""):\(to?.text ?? "")"
                }
            }
            return ("\(operand(whole, 10))[\(texts.joined(separator: ","))]", 10)
        case .member(let owner, let member): return ("\(operand(owner, 10)).\(member)", 10)
        }
    }
}

/// An operator between two operands.
enum Operator: String, Sendable {
    case or, and
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case product = "@"
    case power = "^"

    /// How tightly it binds; `not` is 3 and the unary minus 7.
    var precedence: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual: 4
        case .add, .subtract: 5
        case .multiply, .divide, .product: 6
        case .power: 8
        }
    }
}

/// A word, number, range, string, list or parenthesized expression after a verb.
struct Item {
    enum Kind {
        case word(String)
        case number(Double)
        /// `8x8`, `3x8x8`
        case size([Double])
        case range(Double, Double)
        case string(String)
        case list([Item])
        case expression(Expression)
        /// `skip( … )`: a word with items in parentheses right behind it.
        case group(String, [Element])
        /// `"label": EXPR`
        case labelled(String, Expression)
    }

    let kind: Kind
    let range: Range<Int>
}

/// An item, or a key with its value; their order matters to `net`.
struct Element {
    let key: String?
    let item: Item
    let range: Range<Int>
}

/// One command, assignment or expression.
struct Statement {
    enum Kind {
        case expression(Expression)
        case assignment(Target, Expression)
        case command(Call)
    }

    /// What is assigned to: `name`, `name[0,1]`, `name.grad` or `name.grad[0]`.
    struct Target {
        let name: String
        let member: String?
        let indices: [Expression.Index]
        let range: Range<Int>
    }

    let kind: Kind
    let range: Range<Int>
}

/// A verb with what follows it.
struct Call {
    let verb: String
    let verbRange: Range<Int>
    let range: Range<Int>
    var elements: [Element] = []
    /// The expression that a verb like `print` takes, or the one after `if` or `until`.
    var expression: Expression?
    /// The right side of `expect a ~= b`.
    var expected: Expression?
    /// The statements of a block in `{ … }`.
    var block: [Statement]?
}
