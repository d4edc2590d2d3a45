// Eigen: eigenvalues and eigenvectors of a symmetric matrix.

import CKernels

/// A symmetric matrix taken apart: A = Σ λₖ·qₖ·qₖᵀ.
public struct Eigen: Sendable {
    /// λ, ascending.
    public let values: [Double]
    /// For each eigenvalue its eigenvector of length 1, whose largest element is positive.
    public let vectors: [[Double]]

    /// Fails when `matrix` is not square, not symmetric up to rounding, or holds numbers that are not finite.
    public init(_ matrix: Tensor) throws(OperationError) {
        guard matrix.shape.rank == 2, matrix.shape[0] == matrix.shape[1] else {
            throw OperationError(
                "eigenvalues need a square matrix, not shape \(matrix.shape)", hint: "eig([[2, 1], [1, 2]])")
        }
        guard matrix.elements.allSatisfy(\.isFinite) else {
            throw OperationError("eigenvalues need finite numbers, and some of this matrix are not")
        }
        let n = matrix.shape[0]
        let largest = matrix.elements.reduce(0) { max($0, $1.magnitude) }
        for row in 0..<n {
            for column in 0..<row {
                let (a, b) = (matrix.elements[row * n + column], matrix.elements[column * n + row])
                guard (a - b).magnitude <= 1e-9 * largest else {
                    throw OperationError(
                        "the matrix is not symmetric: [\(row),\(column)] and [\(column),\(row)] differ",
                        hint: "eig((A + transpose(A)) / 2) takes its symmetric part")
                }
            }
        }
        (values, vectors) = try Self.decompose(matrix.elements, n)
    }

    private static func decompose(_ elements: [Double], _ n: Int) throws(OperationError) -> ([Double], [[Double]]) {
        var (matrix, values) = (elements, [Double](repeating: 0, count: n))
        var vectors = [Double](repeating: 0, count: n * n)
        var scratch = [Double](repeating: 0, count: 2 * n)
        guard n == 0 || ck_eigen(Int32(n), &matrix, &values, &vectors, &scratch) != 0 else {
            throw OperationError("the eigenvalues did not settle")
        }
        let order = values.indices.sorted { values[$0] < values[$1] }
        return (
            order.map { values[$0] },
            order.map { index in
                let row = Array(vectors[index * n..<(index + 1) * n])
                let largest = row.max { $0.magnitude < $1.magnitude } ?? 0
                return largest < 0 ? row.map { -$0 } : row
            }
        )
    }

    /// The largest magnitude of an eigenvalue over the smallest; infinite for a singular matrix, 1 for an empty one.
    public var condition: Double {
        let sizes = values.map(\.magnitude)
        guard let largest = sizes.max(), let smallest = sizes.min() else { return 1 }
        return smallest <= largest * Double(values.count) * 0x1p-52 ? .infinity : largest / smallest
    }

    /// The eigenvectors as columns of a matrix.
    public var matrix: Tensor {
        let n = values.count
        return Tensor([n, n], (0..<n * n).map { vectors[$0 % n][$0 / n] })
    }
}
