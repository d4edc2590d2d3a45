// The operations that a formula is made of: name, number of operands, precedence.

import CKernels

/// One arithmetic operation over scalars. Comparisons and logic give 0 and 1.
public enum Function: String, CaseIterable, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case power = "^"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case and
    case or
    case not
    case negate
    case exp
    case log
    case sqrt
    case abs
    case sin
    case cos
    case tanh
    case sigmoid
    case erf
    case sign
    case floor
    case max
    case min
    case choose = "where"

    /// The number of operands.
    public var arity: Int {
        switch self {
        case .not, .negate, .exp, .log, .sqrt, .abs, .sin, .cos, .tanh, .sigmoid, .erf, .sign, .floor: 1
        case .choose: 3
        default: 2
        }
    }

    /// How tightly the operation binds when written between its operands; nil when it is written as a call.
    var precedence: Int? {
        switch self {
        case .or: 1
        case .and: 2
        case .not: 3
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual: 4
        case .add, .subtract: 5
        case .multiply, .divide: 6
        case .negate: 7
        case .power: 8
        default: nil
        }
    }

    /// The kernel's number for the operation.
    var code: ck_op {
        switch self {
        case .add: CK_ADD
        case .subtract: CK_SUB
        case .multiply: CK_MUL
        case .divide: CK_DIV
        case .power: CK_POW
        case .less: CK_LT
        case .lessOrEqual: CK_LE
        case .greater: CK_GT
        case .greaterOrEqual: CK_GE
        case .equal: CK_EQ
        case .notEqual: CK_NE
        case .and: CK_AND
        case .or: CK_OR
        case .not: CK_NOT
        case .negate: CK_NEG
        case .exp: CK_EXP
        case .log: CK_LOG
        case .sqrt: CK_SQRT
        case .abs: CK_ABS
        case .sin: CK_SIN
        case .cos: CK_COS
        case .tanh: CK_TANH
        case .sigmoid: CK_SIGMOID
        case .erf: CK_ERF
        case .sign: CK_SIGN
        case .floor: CK_FLOOR
        case .max: CK_MAX
        case .min: CK_MIN
        case .choose: CK_WHERE
        }
    }

    /// The value for given operands; the same C expression as in a compiled program.
    func callAsFunction(_ a: Double, _ b: Double = 0, _ c: Double = 0) -> Double {
        ck_apply(code, a, b, c)
    }
}
