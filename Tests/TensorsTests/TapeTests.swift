// Tapes: where gradients land, and graphs in which nodes serve several purposes.

import Formulas
import Tensors
import Testing

@Suite("Tape")
struct TapeTests {
    private let numbers = Tensor([2, 3], [1, -2, 3, 0.5, 4, -1])

    private func gradient(_ lab: Laboratory, _ objective: Int) throws -> [Double] {
        try Objective(lab.graph, objective, lab.layout).gradient(lab.parameters)
    }

    @Test("gradients land where the layout says")
    func layout() throws {
        // J = Σ 3·b + Σ a·c with c = 1…6; used in another order than laid out.
        var lab = Laboratory()
        let a = lab.parameter("a", numbers)
        let b = lab.parameter("b", Tensor(vector: [7, 8]))
        let three = try lab.graph.apply(Sum(), [try lab.graph.apply(Pointwise("triple", ["x"], 3 * "x"), [b])])
        let c = lab.graph.constant(Tensor([2, 3], [1, 2, 3, 4, 5, 6]))
        let product = try lab.graph.apply(Sum(), [try lab.graph.apply(Pointwise(.multiply), [a, c])])
        let objective = try lab.graph.apply(Pointwise(.add), [three, product])
        #expect(try gradient(lab, objective) == [1, 2, 3, 4, 5, 6, 3, 3])
    }

    @Test("a parameter used twice gets the sum of both gradients")
    func usedTwice() throws {
        var lab = Laboratory()
        let a = lab.parameter("a", numbers)
        let square = try lab.graph.apply(Pointwise(.multiply), [a, a])
        let triple = try lab.graph.apply(Pointwise("triple", ["x"], 3 * "x"), [a])
        let total = try lab.graph.apply(Sum(), [try lab.graph.apply(Pointwise(.add), [square, triple])])
        #expect(try gradient(lab, total) == numbers.elements.map { 2 * $0 + 3 })
    }

    @Test("two parameters may share a gradient")
    func sharedGradient() throws {
        var lab = Laboratory()
        let a = lab.parameter("a", numbers)
        let b = lab.parameter("b", numbers)
        let sum = try lab.graph.apply(Pointwise(.add), [a, b])
        let total = try lab.graph.apply(Sum(), [sum])
        #expect(try gradient(lab, total) == [Double](repeating: 1, count: 12))
        let squares = try lab.graph.apply(Sum(), [try lab.graph.apply(Pointwise(.multiply), [sum, sum])])
        let slopes = numbers.elements.map { 4 * $0 }
        #expect(try gradient(lab, squares) == slopes + slopes)
    }

    @Test("a gradient may be another one's reshaped view")
    func views() throws {
        var lab = Laboratory()
        let a = lab.parameter("a", numbers)
        let b = lab.parameter("b", numbers.reshaped([6]))
        let c = lab.parameter("c", numbers.reshaped([3, 2]))
        let square = try lab.graph.apply(Pointwise("square", ["x"], "x" * "x"), [a])
        let sum = try [b, c].reduce(square) { sum, node in
            try lab.graph.apply(Pointwise(.add), [sum, try lab.graph.apply(Reshape([2, 3]), [node])])
        }
        let flat = try lab.graph.apply(Reshape([6]), [try lab.graph.apply(Reshape([3, 2]), [sum])])
        let weights = lab.graph.constant(Tensor(vector: [1, 2, 3, 4, 5, 6]))
        let objective = try lab.graph.apply(MatMul(), [flat, weights])
        let w: [Double] = [1, 2, 3, 4, 5, 6]
        #expect(try gradient(lab, objective) == zip(numbers.elements, w).map { 2 * $0 * $1 } + w + w)
    }

    @Test("a parameter that is the objective has the gradient 1")
    func parameterAlone() throws {
        var lab = Laboratory()
        let a = lab.parameter("a", Tensor(scalar: 3))
        #expect(try gradient(lab, a) == [1])
        #expect(try Objective(lab.graph, a, lab.layout).value(lab.parameters) == 3)
        let b = lab.parameter("b", Tensor([1, 1], [5]))
        let scalar = try lab.graph.apply(Reshape([]), [b])
        #expect(try gradient(lab, scalar) == [99, 1])
    }

    @Test("a parameter that only comparisons and steps read has the gradient 0")
    func zeroGradient() throws {
        var lab = Laboratory()
        let a = lab.parameter("a", numbers)
        let zero = lab.graph.constant(Tensor(scalar: 0))
        let positive = try lab.graph.apply(Sum(), [try lab.graph.apply(Pointwise(.greater), [a, zero])])
        #expect(try Objective(lab.graph, positive, lab.layout).value(lab.parameters) == 4)
        #expect(try gradient(lab, positive) == [0, 0, 0, 0, 0, 0])
        let steps = try lab.graph.apply(Sum(), [try lab.graph.apply(Pointwise(.floor), [a])])
        #expect(try gradient(lab, steps) == [0, 0, 0, 0, 0, 0])
    }

    @Test("a parameter that the objective does not read is not trained")
    func untrained() throws {
        var lab = Laboratory()
        let a = lab.parameter("a", numbers)
        _ = lab.parameter("b", Tensor(vector: [1, 2]))
        let objective = try lab.graph.apply(Sum(), [a])
        let tape = try Objective(lab.graph, objective, lab.layout).tape
        #expect(tape.trained == ["a"])
        #expect(try gradient(lab, objective) == [1, 1, 1, 1, 1, 1, 99, 99])
    }

    @Test("batches of another size than the definition's")
    func batches() throws {
        var graph = Graph()
        let x = graph.input("x", [4, 3])
        let w = graph.parameter("w", [3, 2])
        let out = try graph.apply(MatMul(), [x, w])
        let objective = try graph.apply(Sum(), [out])
        var layout = ParameterLayout()
        layout.append("w", [3, 2])
        let tape = try Tape(graph, roots: [out], objective: objective, layout: layout, inputShapes: ["x": [2, 3]])
        let parameters: [Double] = [1, 2, 3, 4, 5, 6]
        var gradients = [Double](repeating: 99, count: 6)
        var values = [Double](repeating: 77, count: tape.valueCount)
        let slot = tape.slots[tape.inputs["x"]!]
        for (index, value) in [1, 0, 2, 0, 1, -1].enumerated() { values[slot.offset + index] = Double(value) }
        try tape.run(tape.forwardSteps, parameters: parameters, gradients: &gradients, values: &values)
        try tape.run(tape.backwardSteps, parameters: parameters, gradients: &gradients, values: &values)
        let result = tape.value(tape.nodes[out]!, parameters: parameters, gradients: gradients, values: values)
        #expect(result == Tensor([2, 2], [11, 14, -2, -2]))
        #expect(gradients == [1, 1, 1, 1, 1, 1])
        #expect(parameters == [1, 2, 3, 4, 5, 6])
    }

    /// Pointwise nodes in a row of one shape, some of which read a row, a column, a view of a node before them, or one number.
    private func pointwiseGraph(seed: Int) throws -> (lab: Laboratory, objective: Int) {
        var (lab, random) = (Laboratory(), Random(seed: UInt64(seed)))
        func numbers(_ shape: Shape) -> Tensor { Tensor(shape, (0..<shape.count).map { _ in random.normal() }) }
        let shape: Shape = [random.index(below: 20) + 1, random.index(below: 9) + 1]
        var nodes = [lab.parameter("a", numbers(shape)), lab.parameter("b", numbers(shape))]
        let others = [
            lab.parameter("row", numbers([shape[1]])), lab.parameter("column", numbers([shape[0], 1])),
            lab.parameter("one", numbers([])),
        ]
        for _ in 0..<12 {
            let last = nodes[nodes.count - 1]
            switch random.index(below: 8) {
            case 0:
                let line = try lab.graph.apply(Reshape([shape.count]), [last])
                nodes.append(try lab.graph.apply(Reshape(shape), [line]))
            case 1: nodes.append(try lab.graph.apply(Pointwise(.tanh), [nodes[random.index(below: nodes.count)]]))
            case 2: nodes.append(try lab.graph.apply(Softmax(axis: 1), [last]))
            default:
                let function = [Function.add, .multiply, .subtract, .max][random.index(below: 4)]
                let other = (nodes + others)[random.index(below: nodes.count + others.count)]
                nodes.append(try lab.graph.apply(Pointwise(function), [last, other]))
            }
        }
        let objective = try lab.graph.apply(Sum(), [nodes[nodes.count - 1]])
        return (lab, objective)
    }

    @Test("steps done one by one give the bits of all done together", arguments: 0..<100)
    func oneByOne(seed: Int) throws {
        let (lab, objective) = try pointwiseGraph(seed: seed)
        let tape = try Objective(lab.graph, objective, lab.layout).tape
        var (gradients, values) = (lab.parameters, [Double](repeating: 77, count: tape.valueCount))
        var (slowGradients, slowValues) = (gradients, values)
        for steps in [tape.forwardSteps, tape.backwardSteps] {
            try tape.run(steps, parameters: lab.parameters, gradients: &gradients, values: &values)
            for step in steps {
                try tape.run([step], parameters: lab.parameters, gradients: &slowGradients, values: &slowValues)
            }
        }
        let difference = zip(values + gradients, slowValues + slowGradients).first { !same($0, $1) }
        #expect(difference == nil)
    }

    @Test("the gradient of every node can be read, not only that of parameters")
    func innerGradients() throws {
        // J = Σ (2a)²: dJ/d(2a) = 4a.
        var lab = Laboratory()
        let a = lab.parameter("a", Tensor(vector: [1, 3]))
        let double = try lab.graph.apply(Pointwise("double", ["x"], 2 * "x"), [a])
        let objective = try lab.graph.apply(Sum(), [try lab.graph.apply(Pointwise(.multiply), [double, double])])
        let tape = try Objective(lab.graph, objective, lab.layout).tape
        let parameters = lab.parameters
        var gradients = [0.0, 0]
        var values = [Double](repeating: 0, count: tape.valueCount)
        try tape.run(tape.forwardSteps, parameters: parameters, gradients: &gradients, values: &values)
        try tape.run(tape.backwardSteps, parameters: parameters, gradients: &gradients, values: &values)
        let node = tape.gradients[tape.nodes[double]!]!
        #expect(
            tape.value(node, parameters: parameters, gradients: gradients, values: values) == Tensor(vector: [4, 12]))
        #expect(gradients == [8, 24])
    }

    @Test("nothing to train")
    func noParameters() throws {
        var graph = Graph()
        let sum = try graph.apply(Sum(), [graph.constant(numbers)])
        let objective = try Objective(graph, sum, ParameterLayout())
        #expect(try objective.value([]) == 5.5)
        #expect(try objective.gradient([]) == [])
        #expect(objective.tape.backwardSteps.isEmpty)
    }
}
