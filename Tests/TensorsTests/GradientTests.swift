// Every operation: gradients, and gradients of gradients, against central differences.

import Formulas
import Tensors
import Testing

@Suite("Gradients")
struct GradientTests {
    /// Infinite numbers have no differences; the gradient of WithoutOwn is tested with the loss that needs it.
    private static let cases = OperationCase.all.filter {
        $0.size <= 150 && !($0.operation is OneHot) && !($0.operation is WithoutOwn)
    }

    @Test("of every operation agree with central differences to 1e-7", arguments: cases)
    func first(operationCase: OperationCase) throws {
        var lab = Laboratory()
        let (node, _) = try lab.apply(operationCase, seed: 4)
        let objective = try lab.weighted(node)
        let disagreement = try Objective(lab.graph, objective, lab.layout).disagreement(lab.parameters)
        #expect(disagreement == nil)
    }

    /// Differences of a weighted sum of the gradients that `differentiate` gives for a case, in words.
    private func secondDisagreement(_ operationCase: OperationCase) throws -> String? {
        var lab = Laboratory()
        let (node, parameters) = try lab.apply(operationCase, seed: 5)
        // A square, so that gradients of linear operations are not constant.
        let square = try lab.graph.apply(Pointwise("square", ["x"], "x" * "x"), [node])
        let gradients = try lab.graph.differentiate(try lab.weighted(square))
        var total = lab.graph.constant(Tensor(scalar: 0))
        for parameter in parameters {
            guard let gradient = gradients[parameter] else { continue }
            #expect(lab.graph.nodes[gradient].shape == lab.graph.nodes[parameter].shape)
            total = try lab.graph.apply(Pointwise(.add), [total, try lab.weighted(gradient)])
        }
        return try Objective(lab.graph, total, lab.layout).disagreement(lab.parameters)
    }

    @Test("of gradients of every operation agree with central differences to 1e-7")
    func second() throws {
        var failures: [String] = []
        for operationCase in Self.cases {
            if let words = try secondDisagreement(operationCase) { failures.append("\(operationCase): \(words)") }
        }
        #expect(failures.isEmpty, "\(failures.count) of \(Self.cases.count), such as \(failures.prefix(3))")
    }

    @Test("the second derivative of 5·x² is 10, the third 0")
    func parabola() throws {
        var lab = Laboratory()
        let x = lab.parameter("x", Tensor(scalar: 3))
        let square = try lab.graph.apply(Pointwise("square", ["x"], "x" * "x"), [x])
        let five = try lab.graph.apply(Pointwise("scale", ["y"], 5 * "y"), [square])
        let first = try #require(try lab.graph.differentiate(five)[x])
        #expect(try Objective(lab.graph, first, lab.layout).value(lab.parameters) == 30)
        #expect(try Objective(lab.graph, first, lab.layout).gradient(lab.parameters) == [10])
        let second = try #require(try lab.graph.differentiate(first)[x])
        // What x does not change has no gradient.
        #expect(try Objective(lab.graph, second, lab.layout).tape.trained.isEmpty)
    }

    @Test("ties share the gradient of an extreme; an argmax and a one-hot row have none")
    func ties() throws {
        var lab = Laboratory()
        let x = lab.parameter("x", Tensor(vector: [2, 5, 5, 1]))
        let objective = try lab.graph.apply(Extreme(max: true), [x])
        #expect(try Objective(lab.graph, objective, lab.layout).gradient(lab.parameters) == [0, 0.5, 0.5, 0])
        let index = try lab.graph.apply(ArgMax(), [x])
        let row = try lab.graph.apply(Sum(), [try lab.graph.apply(OneHot(classes: 4), [index])])
        #expect(try Objective(lab.graph, row, lab.layout).gradient(lab.parameters) == [0, 0, 0, 0])
    }

    @Test("the norm of zeros has the gradient 0")
    func origin() throws {
        var lab = Laboratory()
        let x = lab.parameter("x", Tensor(vector: [0, 0]))
        let objective = try lab.graph.apply(Norm(), [x])
        #expect(try Objective(lab.graph, objective, lab.layout).gradient(lab.parameters) == [0, 0])
    }

    @Test("given derivatives take the place of the formula's")
    func overridden() throws {
        var lab = Laboratory()
        let x = lab.parameter("x", Tensor(vector: [0, 3]))
        let odd = Pointwise("odd", ["x"], "x", derivatives: ["x": 7])
        let objective = try lab.graph.apply(Sum(), [try lab.graph.apply(odd, [x])])
        #expect(try Objective(lab.graph, objective, lab.layout).gradient(lab.parameters) == [7, 7])
    }
}
