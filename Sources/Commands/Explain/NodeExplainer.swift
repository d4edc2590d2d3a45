// NodeExplainer: how an element of a plan's node came about, read off the nodes and the numbers that they hold.

import Formulas
import Tensors

/// Explains elements of the nodes of one plan. Nodes without a name are put into the formula where that keeps it short,
/// and get lines of their own where not.
struct NodeExplainer {
    let tape: Tape
    let names: NodeNames
    /// The value of an element of a node.
    let value: (_ node: Int, _ offset: Int) -> Double

    /// What a symbol without a name of the learner's stands for: explained in a line of its own.
    private enum Meaning {
        case element(node: Int, offset: Int)
        case step(Formula, result: Double)
    }

    private var meanings: [String: Meaning] = [:]
    private var known: [String: Double] = [:]
    private var explained: Set<String> = []
    /// Whether operands with names are explained as well, down to data and parameters.
    private var isDeep = false
    private(set) var explanation = Explanation()

    /// A formula with more symbols than this takes up no further node.
    private static let symbolLimit = 24
    private static let lineLimit = 300

    init(tape: Tape, names: NodeNames, digits: Digits, value: @escaping (Int, Int) -> Double) {
        self.tape = tape
        self.names = names
        self.value = value
        explanation.digits = digits
    }

    /// Explains one element; `symbol` is what it is called.
    mutating func explain(_ node: Int, _ offset: Int, symbol: String? = nil, deep: Bool = false) {
        isDeep = deep
        let symbol = symbol ?? names.symbol(node, offset)
        explained.insert(symbol)
        explainElement(symbol, node, offset, indent: 0)
    }

    private mutating func explainElement(_ symbol: String, _ node: Int, _ offset: Int, indent: Int) {
        guard case .operation(let operation, let inputs) = tape.graph.nodes[node].source else { return }
        let shapes = inputs.map { tape.graph.nodes[$0].shape }
        let steps = operation.derivation(offset, shapes, tape.graph.nodes[node].shape) { value(inputs[$0], $1) }
        var local: [String: Formula] = [:]
        for step in steps.dropLast() {
            // The steps of different elements have different names.
            let name = "\(step.name)\(steps.count > 4 ? "" : suffix(node, offset))"
            let formula = resolved(step.formula.substituting { local[$0] }, inputs, depth: 1)
            let result = formula.value { known[$0] }
            known[name] = result
            meanings[name] = .step(formula, result: result)
            local[step.name] = .symbol(name)
        }
        let last = (steps.last?.formula ?? 0).substituting { local[$0] }
        explainFormula(symbol, resolved(last, inputs, depth: 0), value(node, offset), indent: indent)
    }

    /// Distinguishes `top` and `total` of one softmax row from those of another.
    private func suffix(_ node: Int, _ offset: Int) -> String {
        let position = tape.graph.nodes[node].shape.position(of: offset).dropLast().map(String.init)
        return position.isEmpty ? "" : "[\(position.joined(separator: ","))]"
    }

    /// Adds the line, then lines for the symbols in it that need them.
    private mutating func explainFormula(_ symbol: String, _ formula: Formula, _ result: Double, indent: Int) {
        guard explanation.lines.count < Self.lineLimit else { return }
        var values: [String: Double] = [:]
        for name in formula.symbols { values[name] = known[name] }
        explanation.add(symbol, formula, values, result, indent: indent)
        for name in explanation.lines[explanation.lines.count - 1].visibleSymbols {
            guard let meaning = meanings[name], explained.insert(name).inserted else { continue }
            switch meaning {
            case .element(let node, let offset): explainElement(name, node, offset, indent: indent + 1)
            case .step(let formula, let result): explainFormula(name, formula, result, indent: indent + 1)
            }
        }
    }

    // MARK: Operands

    /// An element formula with its references replaced by symbols, numbers, or the formulas of nodes without a name.
    private mutating func resolved(_ formula: Formula, _ inputs: [Int], depth: Int) -> Formula {
        let symbols = formula.symbols
        // In a long sum every further node would be repeated in every term.
        let mayInline = symbols.count <= Self.symbolLimit / 2
        var replacement: [String: Formula] = [:]
        for symbol in symbols {
            guard let reference = ElementReference(symbol) else { continue }
            replacement[symbol] = operand(inputs[reference.input], reference.offset, depth: depth, mayInline: mayInline)
        }
        return formula.substituting { replacement[$0] }.withoutZeros
    }

    private mutating func operand(_ node: Int, _ offset: Int, depth: Int, mayInline: Bool) -> Formula {
        let result = value(node, offset)
        if names.name(node) == nil {
            switch tape.graph.nodes[node].source {
            case .constant: return .number(result)
            case .operation(let operation, let inputs):
                let shapes = inputs.map { tape.graph.nodes[$0].shape }
                let shape = tape.graph.nodes[node].shape
                if operation.movesElements || (mayInline && depth < 4 && operation.isShort(shapes, shape)) {
                    let steps = operation.derivation(offset, shapes, shape) { value(inputs[$0], $1) }
                    let next = operation.movesElements ? depth : depth + 1
                    return resolved(steps[steps.count - 1].formula, inputs, depth: next)
                }
            default: break
            }
        }
        let symbol = names.symbol(node, offset)
        known[symbol] = result
        if names.name(node) == nil || isDeep, case .operation = tape.graph.nodes[node].source {
            meanings[symbol] = .element(node: node, offset: offset)
        }
        return .symbol(symbol)
    }
}

/// A reference to an element of an operation's input, as `element(_:_:)` writes it.
private struct ElementReference {
    let input: Int
    let offset: Int

    init?(_ symbol: String) {
        let parts = symbol.split(separator: ":")
        guard parts.count == 2, let input = Int(parts[0]), let offset = Int(parts[1]) else { return nil }
        self.input = input
        self.offset = offset
    }
}

extension Operation {
    /// Whether it only moves elements, so that an element of the result is one of an input (or 0).
    fileprivate var movesElements: Bool {
        self is Reshape || self is SampleShape || self is ChannelRows || self is Permute || self is Slice
            || self is Place || self is TakeRows || self is Concat || self is Transpose
            || (self as? Pointwise)?.name == "expand" || (self as? Pointwise)?.name == "copy"
    }

    /// Whether an element's formula is short enough to stand inside another one.
    fileprivate func isShort(_ inputs: [Shape], _ output: Shape) -> Bool {
        switch self {
        case is Pointwise, is OneHot: true
        case is MatMul, is Convolution: true
        case is Sum: (inputs.first?.count ?? 0) / Swift.max(output.count, 1) <= 6
        default: false
        }
    }
}

extension Formula {
    /// The formula without terms that are the number 0: parts of tensors that were not touched.
    var withoutZeros: Formula {
        switch self {
        case .number, .symbol: return self
        case .sum(let terms):
            let kept = terms.map(\.withoutZeros).filter { $0 != 0 }
            return kept.isEmpty ? 0 : .sum(kept)
        case .apply(.add, let operands):
            let (a, b) = (operands[0].withoutZeros, operands[1].withoutZeros)
            if a == 0 { return b }
            return b == 0 ? a : .apply(.add, [a, b])
        case .apply(let function, let operands): return .apply(function, operands.map(\.withoutZeros))
        }
    }
}
