// The Hessian of small networks with every activation and every loss, against differences of the gradient.

import Formulas
import Learning
import Tensors
import Testing

@Suite("Curvature of the catalogue")
struct CurvatureTests {
    /// A network 2 → 3 → 3 with an activation and a loss, as a plan over its parameters.
    private struct Net {
        let layout: ParameterLayout
        let tape: Tape
        let parameters: [Double]

        init(_ activation: Variant<Activation>, _ loss: Variant<Loss>, _ random: inout Random) throws {
            var graph = Graph()
            var layout = ParameterLayout()
            var parameters: [Double] = []
            func numbers(_ shape: Shape) -> Tensor {
                Tensor(shape, (0..<shape.count).map { _ in random.uniform(-1.5, 1.5) })
            }
            func parameter(_ name: String, _ shape: Shape) -> Int {
                layout.append(name, shape)
                parameters += numbers(shape).elements
                return graph.parameter(name, shape)
            }
            let samples = 4
            let w1 = parameter("W1", [2, 3])
            let b1 = parameter("b1", [3])
            let w2 = parameter("W2", [3, 3])
            let product = try graph.apply(MatMul(), [graph.constant(numbers([samples, 2])), w1])
            let z = try graph.apply(Pointwise("bias", ["a", "b"], "a" + "b"), [product, b1])
            let a = try graph.apply(activation.member.operation(activation.settings), [z])
            let out = try graph.apply(MatMul(), [a, w2])
            let y: Tensor =
                switch loss.member.targets {
                case .values: numbers([samples, 3])
                case .partners: Tensor(vector: [2, 3, 0, 1])
                case .classNumbers, .classes:
                    Tensor(vector: (0..<samples).map { _ in Double(random.index(below: 3)) })
                }
            let objective = try loss.member.nodes(&graph, out, graph.constant(y), loss.settings).loss
            tape = try Tape(graph, roots: [], objective: objective, layout: layout, inputShapes: [:])
            self.layout = layout
            self.parameters = parameters
        }

        func gradient(_ parameters: [Double]) throws -> [Double] {
            var gradients = parameters
            var values = [Double](repeating: 0, count: tape.valueCount)
            try tape.run(tape.forwardSteps, parameters: parameters, gradients: &gradients, values: &values)
            try tape.run(tape.backwardSteps, parameters: parameters, gradients: &gradients, values: &values)
            return gradients
        }
    }

    @Test("agrees with central differences of the gradient to 1e-6", arguments: variants(Catalog.activations))
    func hessian(activation: Variant<Activation>) throws {
        for (number, loss) in variants(Catalog.losses).enumerated() {
            var random = Random(seed: UInt64(number))
            let net = try Net(activation, loss, &random)
            let hessian = try Hessian(net.tape, net.layout)
            let matrix = try hessian.matrix(of: hessian.entries, parameters: net.parameters, batch: [:])
            let count = net.parameters.count
            #expect(matrix.shape == [count, count])
            for row in 0..<count {
                let column = try (0..<count).map { column in
                    try slope(at: net.parameters[column]) { shifted in
                        var moved = net.parameters
                        moved[column] = shifted
                        return try net.gradient(moved)[row]
                    }
                }
                for (index, expected) in column.enumerated() {
                    let value = matrix.elements[row * count + index]
                    #expect(
                        (value - expected).magnitude <= 1e-6 * max(1, expected.magnitude),
                        "\(loss.testDescription) [\(row),\(index)]: \(value), difference \(expected)")
                }
            }
        }
    }

    @Test("Newton's direction solves its equation; magnitudes of eigenvalues make it fall", arguments: 1..<12)
    func direction(n: Int) throws {
        var random = Random(seed: UInt64(n))
        let root = (0..<n * n).map { _ in random.normal() }
        let matrix = Tensor([n, n], (0..<n * n).map { root[$0] + root[$0 % n * n + $0 / n] })
        let gradient = (0..<n).map { _ in random.normal() }
        let eigen = try Eigen(matrix)
        for damping in [0, 0.3] {
            let plain = NewtonDirection(damping: damping, isAbsolute: false)
            let direction = plain.direction(eigen, try plain.amounts(eigen, gradient))
            for row in 0..<n {
                let product = (0..<n).reduce(damping * direction[row]) {
                    $0 + matrix.elements[row * n + $1] * direction[$1]
                }
                #expect((product - gradient[row]).magnitude < 1e-10)
            }
            let absolute = NewtonDirection(damping: damping, isAbsolute: true)
            let downhill = absolute.direction(eigen, try absolute.amounts(eigen, gradient))
            #expect(zip(downhill, gradient).reduce(0) { $0 + $1.0 * $1.1 } > 0)
        }
    }

    @Test("a singular Hessian is refused, with damping it is not")
    func singular() throws {
        let eigen = try Eigen(Tensor([2, 2], [1, 1, 1, 1]))
        for isAbsolute in [false, true] {
            #expect(throws: OperationError.self) {
                try NewtonDirection(damping: 0, isAbsolute: isAbsolute).amounts(eigen, [1, 2])
            }
            #expect(throws: Never.self) {
                try NewtonDirection(damping: 0.1, isAbsolute: isAbsolute).amounts(eigen, [1, 2])
            }
        }
        // Damping that takes an eigenvalue away makes it singular.
        let saddle = try Eigen(Tensor([2, 2], [2, 0, 0, -1]))
        #expect(throws: OperationError.self) {
            try NewtonDirection(damping: 1, isAbsolute: false).amounts(saddle, [1, 2])
        }
    }
}
