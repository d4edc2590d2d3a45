// The max-norm constraint in a step, and what it did to one element of the last update.

import CKernels
import Formulas
import Learning
import Tensors

extension ParameterLayout.Entry {
    /// How many neurons the weights lead into: the columns of a matrix, or the filters of a convolution, which are its first
    /// axis; nil for vectors and numbers, which are not constrained.
    var neurons: Int? { shape.rank < 2 || shape.count == 0 ? nil : isFilters ? shape.axes.first : shape.axes.last }
    private var isFilters: Bool { shape.rank == 4 }
    /// What the weights into one neuron are called.
    var neuronName: String { isFilters ? "filter" : "column" }

    /// The offsets of the weights into a neuron.
    func weights(into neuron: Int) -> StrideTo<Int> {
        let (count, all) = (neurons ?? 1, shape.count)
        return isFilters
            ? stride(from: neuron * (all / count), to: (neuron + 1) * (all / count), by: 1)
            : stride(from: neuron, to: all, by: count)
    }

    /// The neuron that the weight at `offset` leads into.
    func neuron(of offset: Int) -> Int {
        let count = neurons ?? 1
        return isFilters ? offset / (shape.count / count) : offset % count
    }

    /// The lengths of the weights into each neuron.
    func lengths(in parameters: [Double]) -> [Double] {
        guard let neurons else { return [] }
        var norms = [Double](repeating: 0, count: neurons)
        parameters.withUnsafeBufferPointer { parameters in
            guard let base = parameters.baseAddress else { return }
            let (length, inner) = (shape.count / neurons, isFilters ? 1 : neurons)
            ck_norm(&norms, base + offset, neurons / inner, length, inner)
        }
        return norms
    }
}

extension Session {
    /// The factor of weights of this length.
    static func scale(_ norm: Double, _ settings: Settings) -> Double {
        MaxNorm.lines(settings)[0].formula.value { $0 == MaxNorm.length ? norm : settings.number($0) }
    }

    /// After the optimizer's rule has changed a parameter: shortens the weights of neurons where they are too long.
    mutating func constrain(_ entry: ParameterLayout.Entry) {
        guard let maxNorm, entry.neurons != nil else { return }
        let scales = entry.lengths(in: training.parameters).map { Self.scale($0, maxNorm) }
        for (offset, place) in entry.range.enumerated() {
            training.parameters[place] *= scales[entry.neuron(of: offset)]
        }
    }
}

/// The constraint of one element in the last update.
struct ElementConstraint {
    /// The length of the weights of its neuron, over the elements that the rule gave.
    let norm: (formula: Formula, values: [String: Double], result: Double)
    /// The factor and the weight that is kept, with what they read.
    let lines: [ElementUpdate.Line]

    var result: Double { lines.last?.result ?? .nan }

    /// `parameters`: what the rule gave, before the constraint.
    init(_ settings: Settings, _ entry: ParameterLayout.Entry, _ offset: Int, _ parameters: [Double]) {
        let neuron = entry.neuron(of: offset)
        var values: [String: Double] = [:]
        let symbols = entry.weights(into: neuron).map { place in
            let symbol = Self.symbol(entry, place)
            values[symbol] = parameters[entry.offset + place]
            return symbol
        }
        let length = entry.lengths(in: parameters)[neuron]
        norm = (.sqrt(.sum(symbols.map { Formula.symbol($0).squared })), values, length)
        var known = ["w": parameters[entry.offset + offset], MaxNorm.length: length]
        lines = MaxNorm.lines(settings).map { line in
            var read: [String: Double] = [:]
            for symbol in line.formula.symbols { read[symbol] = known[symbol] ?? settings.number(symbol) }
            let result = line.formula.value { read[$0] }
            known[line.name] = result
            return ElementUpdate.Line(name: line.name, formula: line.formula, values: read, result: result)
        }
    }

    /// What an element is called between the rule and the constraint.
    static func symbol(_ entry: ParameterLayout.Entry, _ offset: Int) -> String {
        "\(entry.name).free[\(entry.shape.position(of: offset).map(String.init).joined(separator: ","))]"
    }
}

extension Session {
    /// What the constraint did to an element in the update that began with the session `past`. `read` are the gradients that
    /// the rule read, laid out as the present parameters.
    func elementConstraint(
        _ entry: ParameterLayout.Entry, _ offset: Int, from past: Session, _ optimizer: ChosenOptimizer, read: [Double],
        rate: Double, solution: NewtonSolution?
    ) -> ElementConstraint? {
        guard let settings = past.maxNorm, entry.neurons != nil, let then = past.layout[entry.name] else { return nil }
        var (parameters, slots) = (past.training.parameters, past.training.slots)
        var gradients = [Double](repeating: 0, count: past.layout.count)
        gradients.replaceSubrange(then.range, with: read[entry.range])
        if let solution, let slot = optimizer.rule.slots.firstIndex(where: { $0.name == NewtonDirection.slot }) {
            let start = slot * past.layout.count + then.offset
            for place in 0..<entry.shape.count {
                slots[start + place] = solution.direction[solution.curvature.row(of: entry, place)]
            }
        }
        optimizer.update(
            then.range, parameters: &parameters, gradients: gradients, slots: &slots,
            time: past.training.optimizerUpdates + 1, rate: rate)
        return ElementConstraint(settings, then, offset, parameters)
    }
}

extension Explanation {
    /// Adds the lines of a constraint behind those of the rule, which gave `free`.
    mutating func add(_ constraint: ElementConstraint, _ symbol: String, free: String) {
        add(MaxNorm.length, constraint.norm.formula, constraint.norm.values, constraint.norm.result)
        for line in constraint.lines {
            var values = line.values
            values[free] = values["w"]
            let formula = line.formula.substituting { $0 == "w" ? .symbol(free) : nil }
            add(line.name == "w" ? symbol : line.name, formula, values, line.result)
        }
    }
}
