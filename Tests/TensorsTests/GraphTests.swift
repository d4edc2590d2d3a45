// Graphs: transposes that a product absorbs, pruning, and what a node depends on.

import Formulas
import Tensors
import Testing

@Suite("Graph")
struct GraphTests {
    /// The value of `node` in a graph of constants.
    private func value(_ node: Int, _ graph: Graph) throws -> Tensor {
        switch graph.nodes[node].source {
        case .constant(let value): return value
        case .operation(let operation, let inputs): return try operation.evaluate(inputs.map { try value($0, graph) })
        default: throw OperationError("only constants here")
        }
    }

    private func constant(_ shape: Shape, _ graph: inout Graph) -> Int {
        graph.constant(Tensor(shape, (0..<shape.count).map { Double($0 * $0 % 7) - 2 }))
    }

    @Test(
        "a product reads transposed matrices by their strides", arguments: [(true, false), (false, true), (true, true)])
    func absorbed(isLeft: Bool, isRight: Bool) throws {
        var graph = Graph()
        let a = constant(isLeft ? [3, 2] : [2, 3], &graph)
        let b = constant(isRight ? [5, 3] : [3, 5], &graph)
        let left = isLeft ? try graph.apply(Transpose(), [a]) : a
        let right = isRight ? try graph.apply(Transpose(), [b]) : b
        let product = try graph.apply(MatMul(), [left, right])
        #expect(graph.nodes[product].inputs == [a, b])
        #expect(graph.nodes[product].shape == [2, 5])
        #expect(try value(product, graph) == MatMul().evaluate([try value(left, graph), try value(right, graph)]))
    }

    @Test("the transpose of a vector is the vector")
    func vector() throws {
        var graph = Graph()
        let a = constant([3], &graph)
        let b = constant([3, 2], &graph)
        let product = try graph.apply(MatMul(), [try graph.apply(Transpose(), [a]), b])
        #expect(try value(product, graph) == MatMul().evaluate([try value(a, graph), try value(b, graph)]))
    }

    @Test("ancestors and dependents")
    func relatives() throws {
        var graph = Graph()
        let a = graph.parameter("a", [2])
        let b = graph.parameter("b", [2])
        let sum = try graph.apply(Pointwise(.add), [a, a])
        let other = try graph.apply(Pointwise(.negate), [b])
        let both = try graph.apply(Pointwise(.multiply), [sum, other])
        #expect(graph.ancestors(of: [sum]) == [a, sum])
        #expect(graph.ancestors(of: [both]) == [a, b, sum, other, both])
        #expect(graph.ancestors(of: [other, sum]) == [a, b, sum, other])
        let depends = graph.dependents { if case .parameter("b") = $0.source { true } else { false } }
        #expect(depends == [false, true, false, true, true])
    }

    @Test("pruning forgets what is not needed and keeps the value")
    func prune() throws {
        var graph = Graph()
        let a = constant([2, 3], &graph)
        let kept = try graph.apply(Pointwise(.exp), [a])
        let start = graph.nodes.count
        let unused = try graph.apply(Pointwise(.sin), [a])
        let first = try graph.apply(Pointwise(.negate), [kept])
        _ = try graph.apply(Sum(), [unused])
        let second = try graph.apply(Pointwise(.add), [first, a])
        let root = try graph.apply(Pointwise(.multiply), [second, first])
        _ = try graph.apply(Pointwise(.cos), [root])
        let before = try value(root, graph)
        let moved = graph.prune(from: start, keeping: root)
        #expect(graph.nodes.count == start + 3)
        #expect(moved == start + 2)
        #expect(graph.nodes[moved].inputs == [start + 1, start])
        #expect(graph.nodes[start].inputs == [kept])
        #expect(try value(moved, graph).hasSameBits(as: before))
    }

    @Test("pruning to an earlier node forgets everything after")
    func pruneAll() throws {
        var graph = Graph()
        let a = constant([2], &graph)
        let start = graph.nodes.count
        _ = try graph.apply(Pointwise(.exp), [a])
        #expect(graph.prune(from: start, keeping: a) == a)
        #expect(graph.nodes.count == start)
        #expect(graph.prune(from: start, keeping: a) == a)
    }

    @Test("differentiation leaves out what does not depend on parameters")
    func constants() throws {
        var graph = Graph()
        let a = graph.parameter("a", [2])
        let c = constant([2], &graph)
        let scaled = try graph.apply(Pointwise(.exp), [c])
        let product = try graph.apply(Pointwise(.multiply), [a, scaled])
        let objective = try graph.apply(Sum(), [product])
        let gradients = try graph.differentiate(objective)
        #expect(Set(gradients.keys) == [a, product, objective])
    }
}
