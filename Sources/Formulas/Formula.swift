// Formula: arithmetic over named scalars, as a value. What is shown to the learner and what runs is this one thing.

/// An arithmetic expression over named scalars.
///
/// It has a text (`text`), a value (`value(_:)`), a derivative (`derivative(by:)`) and a compiled program (`Program`).
/// `value` and the program agree in every bit.
public indirect enum Formula: Hashable, Sendable {
    case number(Double)
    case symbol(String)
    case apply(Function, [Formula])
    /// A sum of many terms; added from left to right. max and min may also have more than two operands.
    case sum([Formula])

    /// The value for the given symbols; NaN for a symbol without a value.
    public func value(_ lookup: (String) -> Double?) -> Double {
        switch self {
        case .number(let value): value
        case .symbol(let name): lookup(name) ?? .nan
        case .apply(let function, let operands):
            switch operands.count {
            case 1: function(operands[0].value(lookup))
            case 3 where function == .choose:
                function(operands[0].value(lookup), operands[1].value(lookup), operands[2].value(lookup))
            default: operands.dropFirst().reduce(operands[0].value(lookup)) { function($0, $1.value(lookup)) }
            }
        case .sum(let terms): terms.reduce(0) { $0 + $1.value(lookup) }
        }
    }

    /// The names that occur, in order of first appearance.
    public var symbols: [String] {
        var found: [String] = []
        collectSymbols(into: &found)
        return found
    }

    private func collectSymbols(into found: inout [String]) {
        switch self {
        case .number: return
        case .symbol(let name): if !found.contains(name) { found.append(name) }
        case .apply(_, let operands): for operand in operands { operand.collectSymbols(into: &found) }
        case .sum(let terms): for term in terms { term.collectSymbols(into: &found) }
        }
    }

    /// Whether it consists of more than `limit` operations and operands; counts no further than that.
    public func exceeds(_ limit: Int) -> Bool {
        var left = limit
        return !fits(&left)
    }

    private func fits(_ left: inout Int) -> Bool {
        left -= 1
        guard left >= 0 else { return false }
        switch self {
        case .number, .symbol: return true
        case .apply(_, let operands): return operands.allSatisfy { $0.fits(&left) }
        case .sum(let terms): return terms.allSatisfy { $0.fits(&left) }
        }
    }

    /// The formula with symbols replaced.
    public func substituting(_ replacement: (String) -> Formula?) -> Formula {
        switch self {
        case .number: self
        case .symbol(let name): replacement(name) ?? self
        case .apply(let function, let operands): .apply(function, operands.map { $0.substituting(replacement) })
        case .sum(let terms): .sum(terms.map { $0.substituting(replacement) })
        }
    }
}

extension Formula: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
    /// A string literal is a symbol.
    public init(stringLiteral name: String) { self = .symbol(name) }
}

// Operators on this one concrete type; trivial operands are folded, since they would only be noise to a reader.
extension Formula {
    public static func + (a: Formula, b: Formula) -> Formula {
        if a == 0 { return b }
        return b == 0 ? a : .apply(.add, [a, b])
    }
    public static func - (a: Formula, b: Formula) -> Formula {
        if b == 0 { return a }
        return a == 0 ? -b : .apply(.subtract, [a, b])
    }
    public static func * (a: Formula, b: Formula) -> Formula {
        if a == 0 || b == 0 { return 0 }
        if a == 1 { return b }
        return b == 1 ? a : .apply(.multiply, [a, b])
    }
    public static func / (a: Formula, b: Formula) -> Formula {
        if a == 0 { return 0 }
        return b == 1 ? a : .apply(.divide, [a, b])
    }
    public static prefix func - (a: Formula) -> Formula {
        if case .number(let value) = a { return .number(-value) }
        return .apply(.negate, [a])
    }
    public func power(_ exponent: Formula) -> Formula {
        exponent == 1 ? self : .apply(.power, [self, exponent])
    }
    public var squared: Formula { power(2) }
    public static func < (a: Formula, b: Formula) -> Formula { .apply(.less, [a, b]) }
    public static func <= (a: Formula, b: Formula) -> Formula { .apply(.lessOrEqual, [a, b]) }
    public static func > (a: Formula, b: Formula) -> Formula { .apply(.greater, [a, b]) }
    public static func >= (a: Formula, b: Formula) -> Formula { .apply(.greaterOrEqual, [a, b]) }
    public static func exp(_ a: Formula) -> Formula { .apply(.exp, [a]) }
    public static func log(_ a: Formula) -> Formula { .apply(.log, [a]) }
    public static func sqrt(_ a: Formula) -> Formula { .apply(.sqrt, [a]) }
    public static func abs(_ a: Formula) -> Formula { .apply(.abs, [a]) }
    public static func tanh(_ a: Formula) -> Formula { .apply(.tanh, [a]) }
    public static func sigmoid(_ a: Formula) -> Formula { .apply(.sigmoid, [a]) }
    public static func erf(_ a: Formula) -> Formula { .apply(.erf, [a]) }
    public static func sign(_ a: Formula) -> Formula { .apply(.sign, [a]) }
    public static func floor(_ a: Formula) -> Formula { .apply(.floor, [a]) }
    public static func cos(_ a: Formula) -> Formula { .apply(.cos, [a]) }
    public static func max(_ a: Formula, _ b: Formula) -> Formula { .apply(.max, [a, b]) }
    public static func min(_ a: Formula, _ b: Formula) -> Formula { .apply(.min, [a, b]) }
    /// The largest of any number of operands.
    public static func max(of operands: [Formula]) -> Formula {
        operands.count == 1 ? operands[0] : .apply(.max, operands)
    }
    /// The smallest of any number of operands.
    public static func min(of operands: [Formula]) -> Formula {
        operands.count == 1 ? operands[0] : .apply(.min, operands)
    }
    /// `a` where `condition` is not 0, else `b`.
    public static func choose(_ condition: Formula, _ a: Formula, _ b: Formula) -> Formula {
        if case .number(let value) = condition { return value != 0 ? a : b }
        return a == b ? a : .apply(.choose, [condition, a, b])
    }
}
