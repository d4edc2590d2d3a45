// Syntax: what a line says, as values.

/// An expression with its place in the source.
struct Expression {
    indirect enum Kind {
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

    struct Argument {
        let key: String?
        let value: Expression
    }

    enum Index {
        case at(Expression)
        case range(Expression?, Expression?)
    }

    let kind: Kind
    let range: Range<Int>
}

/// An operator between two operands.
enum Operator: String {
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
        case range(Double, Double)
        case string(String)
        case list([Item])
        case expression(Expression)
        /// `skip( … )`: a word with items in parentheses right behind it.
        case group(String, [Element])
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
