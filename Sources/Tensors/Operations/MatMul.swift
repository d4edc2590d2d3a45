// MatMul: the product of matrices and vectors, with either factor transposed by its strides.

import CKernels
import Formulas

/// `a @ b` for vectors and matrices. A vector on the left counts as a row, on the right as a column.
public struct MatMul: Operation {
    public var transposeA = false
    public var transposeB = false

    public init(transposeA: Bool = false, transposeB: Bool = false) {
        self.transposeA = transposeA
        self.transposeB = transposeB
    }

    public var name: String { "matmul" }

    public func label(_ operands: [String]) -> String {
        let a = transposeA ? "transpose(\(operands[0]))" : operand(operands[0])
        let b = transposeB ? "transpose(\(operands[1]))" : operand(operands[1])
        return "\(a) @ \(b)"
    }

    /// Rows, inner size and columns, with the strides of both factors.
    private struct Sizes {
        var rows = 1
        var inner = 1
        var columns = 1
        var strideA = (1, 1)
        var strideB = (1, 1)

        init?(_ a: Shape, _ b: Shape, _ transposeA: Bool, _ transposeB: Bool) {
            guard (1...2).contains(a.rank), (1...2).contains(b.rank) else { return nil }
            let left = a.rank == 1 ? [1, a[0]] : a.axes
            let right = b.rank == 1 ? [b[0], 1] : b.axes
            (rows, inner) = transposeA ? (left[1], left[0]) : (left[0], left[1])
            columns = transposeB ? right[0] : right[1]
            guard inner == (transposeB ? right[1] : right[0]) else { return nil }
            strideA = transposeA ? (1, left[1]) : (left[1], 1)
            strideB = transposeB ? (1, right[1]) : (right[1], 1)
        }
    }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        let (a, b) = (inputs[0], inputs[1])
        guard let sizes = Sizes(a, b, transposeA, transposeB) else {
            throw OperationError(
                "shapes \(a)\(transposeA ? "ᵀ" : "") and \(b)\(transposeB ? "ᵀ" : "") do not fit for @",
                hint: a.rank == 0 || b.rank == 0
                    ? "use * to multiply by a number" : "the last size of the left must be the first size of the right")
        }
        return Shape((a.rank == 2 ? [sizes.rows] : []) + (b.rank == 2 ? [sizes.columns] : []))
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let s = Sizes(inputs[0], inputs[1], transposeA, transposeB)!
        return { operands in
            ck_matmul(
                s.rows, s.columns, s.inner, operands.input(0), s.strideA.0, s.strideA.1, operands.input(1), s.strideB.0,
                s.strideB.1, operands.output, Processors.threads)
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        let (a, b) = (node.inputs[0], node.inputs[1])
        let (rankA, rankB) = (graph.nodes[a].shape.rank, graph.nodes[b].shape.rank)
        // Vectors are treated as matrices of one row or column and brought back to their shape at the end.
        let s = Sizes(graph.nodes[a].shape, graph.nodes[b].shape, transposeA, transposeB)!
        let left = rankA == 1 ? try graph.apply(Reshape([1, s.inner]), [a]) : a
        let right = rankB == 1 ? try graph.apply(Reshape([s.inner, 1]), [b]) : b
        var g = node.upstream
        if rankA == 1 || rankB == 1 { g = try graph.apply(Reshape([s.rows, s.columns]), [g]) }
        var result: [Int?] = [nil, nil]
        if node.wanted[0] {
            // C = A·B gives dA = G·Bᵀ; with A transposed, dA = B·Gᵀ (B as it is used).
            let d =
                transposeA
                ? try graph.apply(MatMul(transposeA: transposeB, transposeB: true), [right, g])
                : try graph.apply(MatMul(transposeB: !transposeB), [g, right])
            result[0] = rankA == 1 ? try graph.apply(Reshape(graph.nodes[a].shape), [d]) : d
        }
        if node.wanted[1] {
            let d =
                transposeB
                ? try graph.apply(MatMul(transposeA: true, transposeB: transposeA), [g, left])
                : try graph.apply(MatMul(transposeA: !transposeA), [left, g])
            result[1] = rankB == 1 ? try graph.apply(Reshape(graph.nodes[b].shape), [d]) : d
        }
        return result
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        let s = Sizes(inputs[0], inputs[1], transposeA, transposeB)!
        let (row, column) = (offset / s.columns, offset % s.columns)
        return .sum(
            (0..<s.inner).map { k in
                Tensors.element(0, row * s.strideA.0 + k * s.strideA.1)
                    * Tensors.element(1, k * s.strideB.0 + column * s.strideB.1)
            })
    }

    /// The same product reading through transpositions of its operands, or nil when there are none.
    func absorbingTransposes(_ inputs: [Int], in graph: Graph) -> (MatMul, [Int])? {
        var product = self
        var sources = inputs
        for index in 0..<2 {
            guard case .operation(let operation, let inner) = graph.nodes[inputs[index]].source,
                operation is Transpose, graph.nodes[inputs[index]].shape.rank == 2
            else { continue }
            sources[index] = inner[0]
            if index == 0 { product.transposeA.toggle() } else { product.transposeB.toggle() }
        }
        return sources == inputs ? nil : (product, sources)
    }
}
