// Every activation and every loss: elements against blocks, and slopes against central differences.

import Formulas
import Learning
import Tensors
import Testing

@Suite("Activations and losses")
struct ActivationTests {
    static let activations = variants(Catalog.activations)
    static let losses = variants(Catalog.losses)

    /// Random numbers with some special ones among them.
    private func numbers(_ count: Int, seed: UInt64) -> [Double] {
        var random = Random(seed: seed)
        let special = [0, -0.0, 1, -1, 1e-300, -1e-9, 30, -30, 800, -800, 1e300, .infinity, -.infinity, .nan]
        return special + (special.count..<count).map { _ in 3 * random.normal() }
    }

    /// The first element that differs from its formula in a bit.
    private func difference(_ operation: any Operation, _ inputs: [Tensor]) throws -> String? {
        let output = try operation.evaluate(inputs)
        let shapes = inputs.map(\.shape)
        for offset in 0..<output.count {
            let value = operation.element(offset, shapes, output.shape).value { symbol in
                let parts = symbol.split(separator: ":").compactMap { Int($0) }
                return inputs[parts[0]].elements[parts[1]]
            }
            if !same(value, output.elements[offset]) { return "\(offset): \(output.elements[offset]), not \(value)" }
        }
        return nil
    }

    @Test(
        "an activation gives for a block, bit for bit, what its formula gives for one element", arguments: activations)
    func activationBlocks(variant: Variant<Activation>) throws {
        let operation = variant.member.operation(variant.settings)
        let found = try difference(operation, [Tensor([250, 4], numbers(1000, seed: 1))])
        #expect(found == nil)
    }

    @Test("an activation's derivative agrees with central differences; kinks are left out", arguments: activations)
    func activationSlopes(variant: Variant<Activation>) throws {
        guard let operation = variant.member.operation(variant.settings) as? Pointwise else { return }
        #expect(operation.symbols == ["x"])
        let formula = operation.formula
        let derivative = operation.derivatives["x"] ?? formula.derivative(by: "x")
        var random = Random(seed: 2)
        var worst = 0.0
        for _ in 0..<1000 {
            let x = random.uniform(-8, 8)
            if x.magnitude < 1e-3 { continue }
            let expected = slope(at: x) { x in formula.value { _ in x } }
            let found = derivative.value { _ in x }
            worst = max(worst, (found - expected).magnitude / max(1, expected.magnitude))
            if worst.isNaN { break }
        }
        #expect(worst <= 1e-7)
    }

    @Test(
        "an activation's derivative is a number for large inputs, where it is flat or straight", arguments: activations)
    func saturation(variant: Variant<Activation>) throws {
        guard let operation = variant.member.operation(variant.settings) as? Pointwise else { return }
        let derivative = operation.derivatives["x"] ?? operation.formula.derivative(by: "x")
        for x in [-700.0, -50, 50, 700] {
            let value = derivative.value { _ in x }
            #expect(value.isFinite && value.magnitude <= 1.2, "\(x)")
        }
    }

    /// The nodes of a loss over a batch, or nil when it takes class numbers.
    private func graph(_ variant: Variant<Loss>, _ p: Tensor, _ y: Tensor) throws -> (Graph, Int) {
        var graph = Graph()
        let (a, b) = (graph.parameter("p", p.shape), graph.parameter("y", y.shape))
        let objective = try variant.member.nodes(&graph, a, b, variant.settings).loss
        return (graph, objective)
    }

    @Test("a loss's elements give for a block, bit for bit, what their formula gives for one", arguments: losses)
    func lossBlocks(variant: Variant<Loss>) throws {
        guard case .values = variant.member.targets else { return }
        let (p, y) = (Tensor([250, 4], numbers(1000, seed: 3)), Tensor([250, 4], numbers(1000, seed: 4).reversed()))
        let (graph, objective) = try graph(variant, p, y)
        var pointwise = 0
        for node in graph.nodes {
            guard case .operation(let operation as Pointwise, [0, 1]) = node.source else { continue }
            let found = try difference(operation, [p, y])
            #expect(found == nil)
            pointwise += 1
        }
        #expect(pointwise == 1)
        #expect(graph.nodes[objective].shape == .scalar)
    }

    @Test("a loss's gradients agree with central differences; kinks are left out", arguments: losses)
    func lossSlopes(variant: Variant<Loss>) throws {
        let rows = 5
        var random = Random(seed: 5)
        // Multiples of 0.2 against odd multiples of 0.07 differ by no kink's distance (0, 1, a margin of 1).
        let p = Tensor([rows, 3], (0..<rows * 3).map { _ in 0.2 * Double(random.index(below: 21) - 10) })
        let classes = Tensor(vector: (0..<rows).map { _ in Double(random.index(below: 3)) })
        let values = Tensor([rows, 3], (0..<rows * 3).map { _ in 0.07 + 0.2 * Double(random.index(below: 9) - 4) })
        var y = values
        var distinct = p
        if case .classNumbers = variant.member.targets { y = classes }
        if case .classes = variant.member.targets { y = classes }
        if case .partners = variant.member.targets { y = Tensor(vector: (0..<rows).map { Double(($0 + 2) % rows) }) }
        let isFixed = variant.member.targets != .values
        if isFixed {
            for index in distinct.elements.indices { distinct.elements[index] += 0.013 * Double(index) }
        }
        let (graph, objective) = try graph(variant, distinct, y)
        var layout = ParameterLayout()
        layout.append("p", distinct.shape)
        layout.append("y", y.shape)
        let trained = isFixed ? distinct.count : distinct.count + y.count
        let tape = try Tape(graph, roots: [], objective: objective, layout: layout, inputShapes: [:])
        var (gradients, values_) = (
            [Double](repeating: 0, count: layout.count), [Double](repeating: 0, count: tape.valueCount)
        )
        func value(_ parameters: [Double]) throws -> Double {
            try tape.run(tape.forwardSteps, parameters: parameters, gradients: &gradients, values: &values_)
            return tape.value(tape.objective!, parameters: parameters, gradients: gradients, values: values_).scalar!
        }
        let parameters = distinct.elements + y.elements
        _ = try value(parameters)
        try tape.run(tape.backwardSteps, parameters: parameters, gradients: &gradients, values: &values_)
        let found = gradients
        for index in 0..<trained {
            let expected = try slope(at: parameters[index]) { x in
                var moved = parameters
                moved[index] = x
                return try value(moved)
            }
            #expect((found[index] - expected).magnitude <= 1e-7 * max(1, expected.magnitude), "\(index)")
        }
    }

    @Test("a loss names both shapes of a mismatch", arguments: losses)
    func mismatch(variant: Variant<Loss>) {
        #expect {
            _ = try graph(variant, Tensor(repeating: 0, [5, 3]), Tensor(repeating: 0, [4]))
        } throws: { error in
            guard let message = (error as? OperationError)?.message else { return false }
            return message.contains("[5×3]") && message.contains("[4]")
        }
    }
}
