// What operations refuse: shapes that do not fit, and values that are no class numbers.

import Formulas
import Tensors
import Testing

@Suite("Errors of operations")
struct ErrorTests {
    /// Operations of two inputs with shapes that do not fit.
    private static let mismatches: [(any Operation, Shape, Shape)] = [
        (Pointwise(.add), [2, 3], [2]), (Pointwise(.multiply), [4], [5]), (Pointwise(.max), [2, 3], [3, 2]),
        (Pointwise("bce each", ["p", "y"], "p" - "y"), [7], [2, 1, 3]),
        (MatMul(), [2, 3], [2, 3]), (MatMul(), [3], [2, 3]), (MatMul(), [2, 3], [2]), (MatMul(), [2], [3]),
        (MatMul(), [], [2, 3]), (MatMul(), [2, 3], []), (MatMul(), [2, 3, 5], [5, 2]),
        (MatMul(transposeA: true), [2, 3], [3, 2]), (MatMul(transposeB: true), [2, 3], [3, 2]),
        (Concat(), [2, 3], [2, 4]), (SampleMean(), [4, 2], [3, 2]), (SampleMean(), [4], [4, 2]),
        (Concat(axis: 1), [2, 3], [3, 3]), (Concat(), [2, 3], [3]),
        (CrossEntropy(), [5, 3], [4]), (CrossEntropy(), [5, 3], [5, 2]), (CrossEntropy(), [5, 3], [5, 1]),
        (CrossEntropy(), [], []), (CrossEntropy(), [2, 3, 4], [2, 3]), (CrossEntropy(), [2, 0], [2]),
    ]

    @Test("a mismatch names both shapes", arguments: mismatches.indices)
    func mismatch(index: Int) {
        let (operation, a, b) = Self.mismatches[index]
        #expect {
            try operation.evaluate([Tensor(repeating: 0, a), Tensor(repeating: 0, b)])
        } throws: { error in
            guard let message = (error as? OperationError)?.message else { return false }
            return message.contains("\(a)") && message.contains("\(b)")
        }
    }

    /// Operations of one input that refuse its shape.
    private static let refusals: [(any Operation, Shape)] = [
        (Sum(axis: 2), [2, 3]), (Sum(axis: -3, mean: true), [2, 3]), (Sum(axis: 0), []), (Norm(axis: 1), [5]),
        (Extreme(max: true, axis: 1), [2]), (Extreme(max: true), [0]), (Extreme(max: false, axis: 0), [0, 3]),
        (Extreme(max: true, axis: 1), [2, 0]), (ArgMax(axis: 0), [0, 2]), (ArgMax(), [0]), (ArgMax(axis: 5), [2]),
        (Softmax(), []), (Softmax(axis: 2), [2, 3]), (Concat(), []), (Concat(axis: 3), [2]),
        (Reshape([7]), [2, 3]), (Reshape([2, -3]), [2, 3]), (Reshape([1 << 28]), [1]),
        (Slice([.index(3)]), [3]), (Slice([.index(-4)]), [3]), (Slice([.index(0)]), []), (Slice([.index(0)]), [0]),
        (Slice([.index(0), .index(0)]), [3]), (OneHot(classes: 0), [2]), (OneHot(classes: -1), [2]),
        (Pointwise("expand", ["x"], "x", target: [3]), [2]), (Pointwise("expand", ["x"], "x", target: [3]), [2, 3]),
        (Pointwise("expand", ["x"], "x", target: [1]), [3]), (OneHot(classes: 1 << 20), [1 << 10]),
    ]

    @Test("a shape that does not fit is refused, by a graph too", arguments: refusals.indices)
    func refusal(index: Int) {
        let (operation, shape) = Self.refusals[index]
        #expect(throws: OperationError.self) { try operation.evaluate([Tensor(repeating: 0, shape)]) }
        var graph = Graph()
        let x = graph.parameter("x", shape)
        #expect(throws: OperationError.self) { try graph.apply(operation, [x]) }
        #expect(graph.nodes.count == 1)
    }

    @Test("a cross entropy of no rows is refused")
    func noRows() {
        let nothing = [Tensor(repeating: 0, [0, 3]), Tensor(repeating: 0, [0])]
        #expect(throws: OperationError("cross_entropy needs at least one row")) {
            try CrossEntropy().evaluate(nothing)
        }
    }

    @Test(
        "a target that is no class number is named, with its place",
        arguments: [(3, "3"), (-1, "-1"), (0.5, "0.5"), (.nan, "nan"), (.infinity, "inf"), (1e300, "1e+300")]
            as [(Double, String)])
    func badClass(value: Double, text: String) {
        let expected = OperationError(
            "\(text) is no class number: there are 3 classes, numbered 0 to 2", hint: "it is target number 1")
        let targets = Tensor(vector: [2, value])
        #expect(throws: expected) { try CrossEntropy().evaluate([Tensor(repeating: 0, [2, 3]), targets]) }
        #expect(throws: expected) { try OneHot(classes: 3).evaluate([targets]) }
    }

    @Test("a tape stops at a bad class number")
    func badClassOnTape() throws {
        var graph = Graph()
        let z = graph.parameter("z", [2, 3])
        let loss = try graph.apply(CrossEntropy(), [z, graph.input("y", [2])])
        var layout = ParameterLayout()
        layout.append("z", [2, 3])
        let tape = try Tape(graph, roots: [], objective: loss, layout: layout, inputShapes: ["y": [2]])
        let parameters = [Double](repeating: 0, count: 6)
        var gradients = parameters
        var values = [Double](repeating: 7, count: tape.valueCount)
        #expect(throws: OperationError.self) {
            try tape.run(tape.forwardSteps, parameters: parameters, gradients: &gradients, values: &values)
        }
    }
}
