// ElementFormula: a formula that was read from an expression, with the derivatives of the functions that it calls.

import Formulas

/// A formula in which some functions declare their derivative (relu at 0, softplus) instead of leaving it to their
/// formula. Those stand under symbols of their own, so that the chain rule finds the declared one.
struct ElementFormula: Sendable {
    /// One call of such a function.
    struct Call: Sendable {
        let symbol: String
        /// Its formula, without symbols of calls.
        let formula: Formula
        /// The operands, each with the derivative of `formula` by it.
        let slopes: [(operand: Formula, slope: Formula)]
    }

    /// The most operations and operands of a formula, and of a derivative: a short text can stand for very many.
    static let sizeLimit = 1000
    static let derivativeLimit = 20_000

    var outer: Formula
    /// In the order in which they were read: an earlier one may occur in the operands of later ones.
    var calls: [Call] = []

    /// The formula as a whole.
    var formula: Formula { whole(outer) }

    /// A formula with the calls put in.
    func whole(_ formula: Formula) -> Formula {
        let known = Dictionary(calls.map { ($0.symbol, $0.formula) }, uniquingKeysWith: { first, _ in first })
        return formula.substituting { known[$0] }
    }

    /// The derivative by `name`; nil when it is too long.
    func derivative(by name: String) -> Formula? {
        var slopes: [String: Formula] = [:]
        func chain(_ formula: Formula) -> Formula {
            let inner = formula.symbols.filter { slopes[$0] != nil }
            return inner.reduce(formula.derivative(by: name)) { $0 + formula.derivative(by: $1) * slopes[$1]! }
        }
        for call in calls { slopes[call.symbol] = call.slopes.reduce(0) { $0 + $1.slope * chain($1.operand) } }
        // Derivatives share their parts, so only going through all of them takes long.
        let result = chain(outer)
        guard !result.exceeds(Self.derivativeLimit) else { return nil }
        let whole = whole(result)
        return whole.exceeds(Self.derivativeLimit) ? nil : whole
    }

    /// The same with numbers for some symbols.
    func substituting(_ numbers: (String) -> Formula?) -> ElementFormula {
        let changed = calls.map { call in
            Call(
                symbol: call.symbol, formula: call.formula.substituting(numbers),
                slopes: call.slopes.map { ($0.operand.substituting(numbers), $0.slope.substituting(numbers)) })
        }
        return ElementFormula(outer: outer.substituting(numbers), calls: changed)
    }
}
