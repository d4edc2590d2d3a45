// Derivatives of formulas against central differences.

import Formulas
import Tensors
import Testing

@Suite("Derivatives of formulas")
struct DerivativeTests {
    /// The derivative by five points, good to about the fourth power of `h`.
    private func slope(_ formula: Formula, by name: String, at point: [String: Double], h: Double) -> Double {
        func value(_ offset: Double) -> Double { formula.value { $0 == name ? point[$0]! + offset : point[$0] } }
        return (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h)
    }

    /// The sides that the formula's comparisons take; where they change there is a kink or a step.
    private func branches(_ formula: Formula, _ point: [String: Double]) -> [Double] {
        guard case .apply(let function, let operands) = formula else {
            if case .sum(let terms) = formula { return terms.flatMap { branches($0, point) } }
            return []
        }
        let inner = operands.flatMap { branches($0, point) }
        let values = operands.map { $0.value { point[$0] } }
        switch function {
        case .max, .min, .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual:
            return inner + [values[0] < values[1] ? -1 : values[0] > values[1] ? 1 : 0]
        case .abs, .sign, .and, .or, .not, .choose: return inner + values.map { $0 < 0 ? -1 : $0 > 0 ? 1 : 0 }
        case .floor: return inner + [values[0].rounded(.down)]
        default: return inner
        }
    }

    /// False where a part of the formula is infinite, large (its difference would lose digits), or at the border of its
    /// domain, as a root or a logarithm of 0.
    private func isTame(_ formula: Formula, _ point: [String: Double]) -> Bool {
        guard formula.value({ point[$0] }).magnitude < 1e6 else { return false }
        guard case .apply(let function, let operands) = formula else {
            if case .sum(let terms) = formula { return terms.allSatisfy { isTame($0, point) } }
            return true
        }
        guard operands.allSatisfy({ isTame($0, point) }) else { return false }
        switch function {
        case .sqrt, .log: return operands[0].value { point[$0] } > 1e-3
        case .power where operands[1].symbols.isEmpty: return operands[0].value { point[$0] } != 0
        case .power: return operands[0].value { point[$0] } > 1e-3
        default: return true
        }
    }

    /// The difference quotient at a point, or nil where two step sizes disagree: at kinks and where it is too coarse.
    private func reference(_ formula: Formula, by name: String, at point: [String: Double]) -> Double? {
        let h = 1e-3
        let sides = branches(formula, point)
        guard isTame(formula, point) else { return nil }
        for offset in [-2, -1, 1, 2] {
            var other = point
            other[name]! += Double(offset) * h
            if branches(formula, other) != sides { return nil }
        }
        let (wide, narrow) = (slope(formula, by: name, at: point, h: h), slope(formula, by: name, at: point, h: h / 2))
        guard narrow.isFinite, (wide - narrow).magnitude <= 2e-8 * max(1, narrow.magnitude) else { return nil }
        return narrow
    }

    /// Compares at random points; returns how many were fit for it.
    private func compare(_ formula: Formula, _ symbols: [String], points: Int, _ random: inout Random) -> Int {
        var compared = 0
        for _ in 0..<points {
            var point: [String: Double] = [:]
            for symbol in symbols { point[symbol] = random.uniform(-3, 3) }
            for symbol in symbols {
                guard let expected = reference(formula, by: symbol, at: point) else { continue }
                compared += 1
                let found = formula.derivative(by: symbol).value { point[$0] }
                guard (found - expected).magnitude <= 1e-7 * max(1, expected.magnitude) else {
                    Issue.record("d/d\(symbol) of \(formula.text()) at \(point) is \(found), not \(expected)")
                    return compared
                }
            }
        }
        return compared
    }

    @Test("of every function by every operand", arguments: Function.allCases)
    func everyFunction(function: Function) {
        let symbols = Array(["a", "b", "c"].prefix(function.arity))
        var random = Random(seed: 1)
        let compared = compare(.apply(function, symbols.map { .symbol($0) }), symbols, points: 300, &random)
        // Logarithms and roots have values on half of the points only, powers on those with a positive base.
        #expect(compared >= 100)
    }

    @Test("of every function of formulas", arguments: Function.allCases)
    func chainRule(function: Function) {
        let inner: [Formula] = ["x" * "y" + 1, 2 + .tanh("x" - "y"), "y".power(3) - "x"]
        var random = Random(seed: 2)
        let compared = compare(
            .apply(function, Array(inner.prefix(function.arity))), ["x", "y"], points: 300, &random)
        #expect(compared >= 100)
    }

    @Test("of random formulas")
    func random() {
        var maker = FormulaMaker(seed: 5)
        var compared = 0
        for _ in 0..<3000 {
            compared += compare(maker.formula(depth: 4), ["x", "y", "z"], points: 2, &maker.random)
        }
        #expect(compared > 6000)
    }

    @Test("at kinks it is the mean of both sides; of powers with base 0 the limit")
    func kinks() {
        func slope(_ formula: Formula, _ x: Double, _ y: Double = 0) -> Double {
            formula.derivative(by: "x").value { ["x": x, "y": y][$0] }
        }
        #expect(slope(.abs("x"), 0) == 0)
        #expect(slope(.max("x", 0), 0) == 0.5)
        #expect(slope(.min("x", "y"), 2, 2) == 0.5)
        #expect(slope(.max("x", "x"), 3) == 1)
        #expect(slope("x".power(0), 0) == 0)
        #expect(slope("x".power("y"), 0, 0) == 0)
        #expect(slope("x".power("y"), 0, 2) == 0)
        #expect(slope("y".power("x"), 3, 0) == 0)
        #expect(slope("x".squared, -3) == -6)
    }
}

extension String {
    fileprivate func power(_ exponent: Formula) -> Formula { Formula.symbol(self).power(exponent) }
    fileprivate var squared: Formula { Formula.symbol(self).squared }
}
