// The derivative of a formula, as another formula.

extension Formula {
    /// The derivative by one symbol.
    ///
    /// At a kink the mean of both sides is taken: 0 for |x| at 0, half of each for max and min of equal operands, as
    /// PyTorch and central differences have it. Comparisons, sign and floor count as constant.
    public func derivative(by name: String) -> Formula {
        switch self {
        case .number: 0
        case .symbol(let symbol): symbol == name ? 1 : 0
        case .sum(let terms): terms.reduce(0) { $0 + $1.derivative(by: name) }
        case .apply(let function, let operands):
            Self.chainRule(function, operands, operands.map { $0.derivative(by: name) }, whole: self)
        }
    }

    /// `d` holds the operands' derivatives; `whole` is the formula itself, reused where its value occurs again.
    private static func chainRule(_ function: Function, _ operands: [Formula], _ d: [Formula], whole: Formula)
        -> Formula
    {
        if d.allSatisfy({ $0 == 0 }) { return 0 }
        let a = operands[0]
        if operands.count > function.arity {
            // max(a, b, c) is max(max(a, b), c).
            let last = operands.count - 1
            let rest = Formula.apply(function, Array(operands[..<last]))
            let slope = chainRule(function, Array(operands[..<last]), Array(d[..<last]), whole: rest)
            return chainRule(function, [rest, operands[last]], [slope, d[last]], whole: whole)
        }
        switch function {
        case .add: return d[0] + d[1]
        case .subtract: return d[0] - d[1]
        case .multiply: return d[0] * operands[1] + a * d[1]
        case .divide: return d[0] / operands[1] - a * d[1] / operands[1].squared
        case .power: return powerRule(a, operands[1], d, whole: whole)
        case .negate: return -d[0]
        case .exp: return whole * d[0]
        case .log: return d[0] / a
        case .sqrt: return d[0] / (2 * whole)
        case .abs: return sign(a) * d[0]
        case .sin: return cos(a) * d[0]
        case .cos: return -.apply(.sin, [a]) * d[0]
        case .tanh: return (1 - whole.squared) * d[0]
        case .sigmoid: return whole * (1 - whole) * d[0]
        case .erf: return .number(1.1283791670955126) * exp(-a.squared) * d[0]  // 2/√π
        case .max: return choose(a > operands[1], d[0], tie(a, operands[1], d))
        case .min: return choose(a < operands[1], d[0], tie(a, operands[1], d))
        case .choose: return choose(a, d[1], d[2])
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual, .and, .or, .not, .sign, .floor: return 0
        }
    }

    /// The derivative of max(a, b) or min(a, b) where a is not the one chosen: b's, or half of both where they are equal.
    private static func tie(_ a: Formula, _ b: Formula, _ d: [Formula]) -> Formula {
        choose(.apply(.equal, [a, b]), 0.5 * (d[0] + d[1]), d[1])
    }

    /// a^b. By convention 0^b does not change with b, and a^0 not with a: the limits are 0 where they matter.
    private static func powerRule(_ a: Formula, _ b: Formula, _ d: [Formula], whole: Formula) -> Formula {
        var result: Formula = 0
        if d[0] != 0 {
            if case .number(let exponent) = b {
                result = exponent == 0 ? 0 : b * a.power(.number(exponent - 1)) * d[0]
            } else {
                result = choose(.apply(.equal, [b, 0]), 0, b * a.power(b - 1)) * d[0]
            }
        }
        if d[1] != 0 { result = result + choose(.apply(.equal, [a, 0]), 0, whole * log(a)) * d[1] }
        return result
    }
}
