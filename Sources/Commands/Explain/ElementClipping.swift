// ElementClipping: how one element of a gradient was clipped before the optimizer read it.

import Formulas
import Learning
import Tensors

struct ElementClipping {
    /// The element as `backward` left it.
    let gradient: Double
    /// The length that it was measured by, as a formula; nil where none is needed.
    let norm: (formula: Formula, values: [String: Double], result: Double)?
    let lines: [ElementUpdate.Line]

    var result: Double { lines.last?.result ?? gradient }
}

extension Session {
    /// The clipping of the element at `offset` of the parameter at `index`, when those in `updated` were changed together.
    func elementClipping(
        _ clipping: ChosenClipping, _ index: Int, among updated: [Int], _ offset: Int, gradient: Double
    ) -> ElementClipping {
        let norm = clipping.usesNorm ? clippingNorm(of: index, among: updated, clipping) : .nan
        var known = ["grad": gradient]
        var lines: [ElementUpdate.Line] = []
        for line in clipping.lines {
            var values: [String: Double] = [:]
            for symbol in line.formula.symbols { values[symbol] = known[symbol] ?? clipping.value(symbol, norm: norm) }
            let result = line.formula.value { values[$0] }
            known[line.name] = result
            lines.append(.init(name: line.name, formula: line.formula, values: values, result: result))
        }
        guard clipping.usesNorm else { return ElementClipping(gradient: gradient, norm: nil, lines: lines) }
        let (formula, values) = normFormula(clipping.isGlobal ? updated : [index])
        return ElementClipping(gradient: gradient, norm: (formula, values, norm), lines: lines)
    }

    /// The length of some gradients: of several over their own lengths, of one over its elements.
    private func normFormula(_ indices: [Int]) -> (Formula, [String: Double]) {
        let entries = indices.map { layout.entries[$0] }
        var values: [String: Double] = [:]
        if entries.count > 1 {
            for entry in entries { values["norm(\(entry.name).grad)"] = gradientNorm(entry) }
            return (.sqrt(.sum(entries.map { Formula.symbol("norm(\($0.name).grad)").squared })), values)
        }
        let symbols = entries.flatMap { entry in
            (0..<entry.shape.count).map { offset in
                let position = entry.shape.position(of: offset).map(String.init).joined(separator: ",")
                let symbol = entry.shape.rank == 0 ? "\(entry.name).grad" : "\(entry.name).grad[\(position)]"
                values[symbol] = step.gradients[entry.offset + offset]
                return symbol
            }
        }
        return (.sqrt(.sum(symbols.map { Formula.symbol($0).squared })), values)
    }

    /// The length that the clipping of a parameter is measured by in the update under way; nil where none is needed.
    func clippingLength(of entry: ParameterLayout.Entry) -> (value: Double, isGlobal: Bool)? {
        guard let clipping, clipping.usesNorm, let index = layout.entries.firstIndex(of: entry) else { return nil }
        return (clippingNorm(of: index, among: step.updating, clipping), clipping.isGlobal)
    }

    /// What the clipping of a parameter's gradient gives in the update under way, line by line.
    func clippingResults(_ entry: ParameterLayout.Entry) -> [(line: Rule.Line, result: Tensor)] {
        guard let clipping else { return [] }
        let norm = clippingLength(of: entry)?.value ?? .nan
        var values = ["grad": Tensor(entry.shape, Array(step.gradients[entry.range]))]
        return clipping.lines.compactMap { line in
            let symbols = line.formula.symbols
            let operands = symbols.map { values[$0] ?? Tensor(scalar: clipping.value($0, norm: norm)) }
            values[line.name] = try? Pointwise(line.name, symbols, line.formula).evaluate(operands)
            return values[line.name].map { (line, $0) }
        }
    }
}

extension Rule.Line {
    /// The same line reading the clipped gradient.
    var ofClipped: Rule.Line {
        Rule.Line(name: name, formula: formula.substituting { $0 == "grad" ? .symbol(Clipping.result) : nil })
    }
}

extension Explanation {
    /// Adds the lines of a clipping.
    mutating func add(_ clipping: ElementClipping) {
        if let norm = clipping.norm { add(Clipping.length, norm.formula, norm.values, norm.result) }
        for line in clipping.lines { add(line.name, line.formula, line.values, line.result) }
    }
}
