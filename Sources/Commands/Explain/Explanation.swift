// Explanation: lines `symbol = formula = numbers = result`, whose numbers give the result when they are calculated.

import Formulas

/// How one number came about.
public struct Explanation: Sendable {
    /// One equation, or a remark.
    public struct Line: Sendable {
        public var indent: Int
        /// nil for a remark, whose text is in `remark`.
        public var symbol: String?
        public var formula: Formula = 0
        /// The values of the formula's symbols.
        public var values: [String: Double] = [:]
        public var result = 0.0
        public var remark = ""
    }

    public package(set) var lines: [Line] = []
    public var digits = Digits.full

    mutating func add(
        _ symbol: String, _ formula: Formula, _ values: [String: Double], _ result: Double, indent: Int = 0
    ) {
        lines.append(Line(indent: indent, symbol: symbol, formula: formula, values: values, result: result))
    }

    /// Takes the first line apart where its result was added to an earlier gradient.
    mutating func separate(carried: Double) {
        guard var new = lines.first, let symbol = new.symbol else { return }
        let sum = new.result
        new.symbol = "new"
        new.result = new.formula.value { new.values[$0] }
        lines[0] = new
        let values = ["before": carried, "new": new.result]
        lines.insert(
            Line(indent: 0, symbol: symbol, formula: .apply(.add, ["before", "new"]), values: values, result: sum),
            at: 0)
    }

    mutating func remark(_ text: String, indent: Int = 0) {
        lines.append(Line(indent: indent, symbol: nil, remark: text))
    }
}

extension Explanation.Line {
    /// The parts of an equation as text, in order; each with the sign that stands before it (`=`, or `≈` where a number
    /// was rounded).
    public struct Part: Sendable {
        public let sign: String
        public let text: String
    }

    public func parts(_ notation: Notation, _ digits: Digits) -> [Part] {
        let names = Self.signs(notation)
        let (shown, numbers) = Abbreviation.parts(of: formula, values)
        let formulaText = shown.text(notation, digits: digits) { names[$0] ?? $0 }
        var isRounded = false
        let numberText = numbers.text(notation, digits: digits) { symbol in
            let value = values[symbol] ?? Abbreviation.value(of: symbol) ?? .nan
            let text = digits.text(value)
            if !Self.isExact(text, value) { isRounded = true }
            return text
        }
        let resultText = digits.text(result)
        let isResultRounded = isRounded || !Self.isExact(resultText, result)
        var parts = [Part(sign: "=", text: formulaText)]
        // A formula without symbols is its own numbers; where people read, a lone number is its own result.
        if numberText != formulaText { parts.append(Part(sign: isRounded ? "≈" : "=", text: numberText)) }
        let isRepeated = parts.last?.text == resultText && (notation == .signs || formula.symbols.isEmpty)
        if !isRepeated { parts.append(Part(sign: isResultRounded ? "≈" : "=", text: resultText)) }
        return parts
    }

    /// The symbol as the notation writes it.
    public func symbolText(_ notation: Notation) -> String? {
        symbol.map { Self.signs(notation)[$0] ?? $0 }
    }

    private static func isExact(_ text: String, _ value: Double) -> Bool {
        value.isNaN || Digits.parse(text) == value
    }

    /// The field's letters for the names of settings and lines of rules.
    private static func signs(_ notation: Notation) -> [String: String] {
        guard notation == .signs else { return [:] }
        return [
            "beta1": "β₁", "beta2": "β₂", "eps": "ε", "rho": "ρ", "mhat": "m̂", "vhat": "v̂", "weight_decay": "λ",
        ]
    }
}

/// Shortens long sums, maxima and minima: the first two terms, what those between give together, and the last.
private enum Abbreviation {
    private static let longest = 4
    private static let mark: Character = "\u{1}"

    /// The formula with words, and the formula with numbers, for what is left out.
    static func parts(of formula: Formula, _ values: [String: Double]) -> (shown: Formula, numbers: Formula) {
        switch formula {
        case .number, .symbol: return (formula, formula)
        case .sum(let terms):
            let (shown, numbers) = shortened(terms, "more terms", values) { hidden in .sum(hidden) }
            return (.sum(shown), .sum(numbers))
        case .apply(let function, let operands) where function == .max || function == .min:
            let (shown, numbers) = shortened(operands, "more", values) { hidden in .apply(function, hidden) }
            return (.apply(function, shown), .apply(function, numbers))
        case .apply(let function, let operands):
            let parts = operands.map { Self.parts(of: $0, values) }
            return (.apply(function, parts.map(\.shown)), .apply(function, parts.map(\.numbers)))
        }
    }

    private static func shortened(
        _ terms: [Formula], _ word: String, _ values: [String: Double], _ combine: ([Formula]) -> Formula
    ) -> ([Formula], [Formula]) {
        guard terms.count > longest else {
            let parts = terms.map { Self.parts(of: $0, values) }
            return (parts.map(\.shown), parts.map(\.numbers))
        }
        let hidden = Array(terms[2..<(terms.count - 1)])
        let together = combine(hidden).value { values[$0] }
        let visible = [terms[0], terms[1], terms[terms.count - 1]].map { Self.parts(of: $0, values) }
        let shown: Formula = .symbol("(\(hidden.count) \(word))")
        // The number stands for itself; as a symbol it is written with as many digits as the others.
        let number: Formula = .symbol("\(mark)\(together)")
        return (
            [visible[0].shown, visible[1].shown, shown, visible[2].shown],
            [visible[0].numbers, visible[1].numbers, number, visible[2].numbers]
        )
    }

    /// The value of a number that was written as a symbol.
    static func value(of symbol: String) -> Double? {
        guard symbol.first == mark else { return nil }
        return Digits.parse(String(symbol.dropFirst()))
    }
}

extension Explanation.Line {
    /// The symbols that are visible in the shortened formula.
    var visibleSymbols: [String] { Abbreviation.parts(of: formula, values).shown.symbols }
}
