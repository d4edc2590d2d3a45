// Eigenvalues of symmetric matrices, and Hessians whose closed form is known.

import Formulas
import Tensors
import Testing

@Suite("Eigenvalues and Hessians")
struct EigenTests {
    /// A symmetric matrix of normal numbers, plus its transpose; `rank` of its eigenvalues are not 0.
    private static func matrix(_ n: Int, rank: Int, _ random: inout Random) -> Tensor {
        var elements = [Double](repeating: 0, count: n * n)
        for _ in 0..<rank {
            let (vector, weight) = ((0..<n).map { _ in random.normal() }, random.normal())
            for row in 0..<n {
                for column in 0..<n { elements[row * n + column] += weight * vector[row] * vector[column] }
            }
        }
        return Tensor([n, n], elements)
    }

    @Test("A·q = λ·q, vectors stand at right angles and have length 1, values ascend", arguments: 1..<41)
    func decomposition(n: Int) throws {
        var random = Random(seed: UInt64(n))
        for rank in [0, 1, n / 2, n] {
            let matrix = Self.matrix(n, rank: rank, &random)
            let eigen = try Eigen(matrix)
            let scale = max(1, matrix.norm)
            #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 <= $1 })
            for (value, vector) in zip(eigen.values, eigen.vectors) {
                for row in 0..<n {
                    let product = (0..<n).reduce(0) { $0 + matrix.elements[row * n + $1] * vector[$1] }
                    #expect((product - value * vector[row]).magnitude <= 1e-13 * scale)
                }
            }
            for (index, a) in eigen.vectors.enumerated() {
                for (other, b) in eigen.vectors.enumerated() {
                    let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
                    #expect((product - (index == other ? 1 : 0)).magnitude <= 1e-13)
                }
            }
            #expect((eigen.condition == .infinity) == (rank < n))
        }
    }

    @Test("what has no eigenvalues is refused")
    func refusals() {
        for matrix in [
            Tensor(vector: [1, 2]), Tensor([1, 2], [1, 2]), Tensor([2, 2], [1, 2, 3, 4]), Tensor([1, 1], [.nan]),
            Tensor([2, 2], [1, .infinity, .infinity, 1]),
        ] { #expect(throws: OperationError.self) { try Eigen(matrix) } }
    }

    private func hessian(_ lab: Laboratory, _ objective: Int) throws -> (Hessian, Tensor) {
        let hessian = try Hessian(try Objective(lab.graph, objective, lab.layout).tape, lab.layout)
        return (hessian, try hessian.matrix(of: hessian.entries, parameters: lab.parameters, batch: [:]))
    }

    @Test("of a quadratic over two parameters it is the matrix, whatever the point")
    func quadratic() throws {
        var lab = Laboratory()
        let a = lab.parameter("a", Tensor(vector: [0.3, -2, 5]))
        _ = lab.parameter("unused", Tensor(scalar: 1))
        let b = lab.parameter("b", Tensor(scalar: 7))
        // a₀² + 3·a₁·a₂ + b·Σ 2a − 4·b²
        func element(_ index: Int) throws -> Int { try lab.graph.apply(Slice([.index(index)]), [a]) }
        let (first, second, third) = (try element(0), try element(1), try element(2))
        let sum = try lab.graph.apply(Sum(), [a])
        let formula: Formula = "x" * "x" + 3 * "y" * "z" + "b" * 2 * "s" - 4 * "b" * "b"
        let all = Pointwise("quadratic", ["x", "y", "z", "b", "s"], formula)
        let objective = try lab.graph.apply(all, [first, second, third, b, sum])
        let (hessian, matrix) = try hessian(lab, objective)
        #expect(hessian.entries.map(\.name) == ["a", "b"])
        #expect(matrix == Tensor([4, 4], [2, 0, 0, 2, 0, 0, 3, 2, 0, 3, 0, 2, 2, 2, 2, -8]))
        let part = try hessian.matrix(of: [hessian.entries[1]], parameters: lab.parameters, batch: [:])
        #expect(part == Tensor([1, 1], [-8]))
    }

    @Test("of what is linear, or does not change at all, it is 0")
    func linear() throws {
        var lab = Laboratory()
        let x = lab.parameter("x", Tensor(vector: [1, -2]))
        let sum = try lab.graph.apply(Sum(), [x])
        #expect(try hessian(lab, sum).1 == Tensor(repeating: 0, [2, 2]))
        let steps = try lab.graph.apply(Sum(), [try lab.graph.apply(Pointwise(.sign), [x])])
        #expect(try hessian(lab, steps).1 == Tensor(repeating: 0, [2, 2]))
    }

    @Test("too many parameters are refused before anything is computed")
    func limit() {
        #expect(throws: Never.self) { try Hessian.check(Hessian.limit) }
        do {
            try Hessian.check(1_000_000)
            Issue.record("accepted")
        } catch { #expect(error.message.contains("8.0 TB")) }
    }
}
