// What the tests of tensors share: element formulas put to numbers, objectives run by a tape, and their differences.

import Formulas
import Tensors

func same(_ a: Double, _ b: Double) -> Bool { a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) }

/// The value of an element formula's symbol `input:offset`; nil where there is no such element.
func elementValue(_ symbol: String, _ inputs: [Tensor]) -> Double? {
    var (input, offset) = (0, 0)
    for byte in symbol.utf8 {
        if byte == UInt8(ascii: ":") { (input, offset) = (offset, 0) } else { offset = offset * 10 + Int(byte) - 48 }
    }
    guard inputs.indices.contains(input), inputs[input].elements.indices.contains(offset) else { return nil }
    return inputs[input].elements[offset]
}

/// The sum of the magnitudes of the terms that a formula adds up: the measure of its rounding errors.
func magnitude(_ formula: Formula, _ lookup: (String) -> Double?) -> Double {
    func value(_ formula: Formula) -> Double { formula.value(lookup).magnitude }
    switch formula {
    case .number, .symbol: return value(formula)
    case .sum(let terms): return terms.reduce(0) { $0 + magnitude($1, lookup) }
    case .apply(let function, let operands):
        switch function {
        case .add, .subtract: return magnitude(operands[0], lookup) + magnitude(operands[1], lookup)
        case .multiply: return magnitude(operands[0], lookup) * magnitude(operands[1], lookup)
        case .divide: return magnitude(operands[0], lookup) / value(operands[1])
        case .negate: return magnitude(operands[0], lookup)
        case .log: return value(formula) + 1
        default: return value(formula)
        }
    }
}

/// A number that a tape computes from parameters.
struct Objective {
    let tape: Tape
    let layout: ParameterLayout

    init(_ graph: Graph, _ objective: Int, _ layout: ParameterLayout) throws {
        self.layout = layout
        tape = try Tape(graph, roots: [], objective: objective, layout: layout, inputShapes: [:])
    }

    func value(_ parameters: [Double]) throws -> Double {
        var (gradients, values) = (parameters, [Double](repeating: 0, count: tape.valueCount))
        try tape.run(tape.forwardSteps, parameters: parameters, gradients: &gradients, values: &values)
        return tape.value(tape.objective!, parameters: parameters, gradients: gradients, values: values).scalar!
    }

    /// The gradient with respect to every parameter. What the arrays held before must not matter.
    func gradient(_ parameters: [Double]) throws -> [Double] {
        var gradients = [Double](repeating: 99, count: parameters.count)
        var values = [Double](repeating: 77, count: tape.valueCount)
        try tape.run(tape.forwardSteps, parameters: parameters, gradients: &gradients, values: &values)
        try tape.run(tape.backwardSteps, parameters: parameters, gradients: &gradients, values: &values)
        return gradients
    }

    /// The derivative by parameter number `index`, from the values at five points.
    func difference(_ parameters: [Double], _ index: Int) throws -> Double {
        let h = 1e-4
        func at(_ steps: Double) throws -> Double {
            var moved = parameters
            moved[index] += steps * h
            return try value(moved)
        }
        return (8 * (try at(1) - at(-1)) - (try at(2) - at(-2))) / (12 * h)
    }

    /// The first place where gradient and difference are farther apart than 1e-7·max(1, |gradient|), in words.
    /// What is not trained must make no difference.
    func disagreement(_ parameters: [Double]) throws -> String? {
        var gradient = try gradient(parameters)
        for entry in layout.entries where !tape.trained.contains(entry.name) {
            for index in entry.range { gradient[index] = 0 }
        }
        for index in parameters.indices {
            let expected = try difference(parameters, index)
            guard (gradient[index] - expected).magnitude <= 1e-7 * max(1, expected.magnitude) else {
                return "parameter \(index): gradient \(gradient[index]), difference \(expected)"
            }
        }
        return nil
    }
}

/// A graph under construction, with the numbers of its parameters.
struct Laboratory {
    var graph = Graph()
    var layout = ParameterLayout()
    var parameters: [Double] = []
    private var random = Random(seed: 77)

    init() {}

    mutating func parameter(_ name: String, _ value: Tensor) -> Int {
        layout.append(name, value.shape)
        parameters += value.elements
        return graph.parameter(name, value.shape)
    }

    /// A random number for each element of `node`, times the element, all summed: a number that depends on them all.
    mutating func weighted(_ node: Int) throws -> Int {
        let shape = graph.nodes[node].shape
        let weights = graph.constant(Tensor(shape, (0..<shape.count).map { _ in random.uniform(-1, 1) }))
        return try graph.apply(Sum(), [try graph.apply(Pointwise(.multiply), [node, weights])])
    }

    /// The case's operation over parameters, or constants where the inputs are fixed; returns its node and the parameters'.
    mutating func apply(_ operationCase: OperationCase, seed: UInt64) throws -> (node: Int, parameters: [Int]) {
        var nodes: [Int] = []
        var trained: [Int] = []
        for (index, input) in operationCase.inputs(seed: seed).enumerated() {
            if operationCase.isFixed(index) {
                nodes.append(graph.constant(input))
            } else {
                nodes.append(parameter("p\(index)", input))
                trained.append(nodes[index])
            }
        }
        return (try graph.apply(operationCase.operation, nodes), trained)
    }
}
