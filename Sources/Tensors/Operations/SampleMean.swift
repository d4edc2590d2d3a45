// SampleMean: means over the samples of a batch, as they were measured: of units, or of the products of two groups of units.

import CKernels
import Formulas

/// The mean over the rows of one matrix [n×d] gives [d]; of two, [n×d] and [n×h], the mean of `v[s,i]·h[s,j]` gives [d×h].
///
/// It is measured: what the samples depend on counts as fixed, so no gradient goes back through it, and difference
/// quotients leave it as it is.
public struct SampleMean: Operation {
    public init() {}

    public var name: String { "sample mean" }
    public var isMeasured: Bool { true }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        guard inputs.allSatisfy({ $0.rank == 2 }), inputs.allSatisfy({ $0[0] == inputs[0][0] }) else {
            throw OperationError(
                "a mean over samples takes matrices with the same number of rows, not "
                    + inputs.map(\.description).joined(separator: " and "))
        }
        return Shape(inputs.map { $0[1] })
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let rows = inputs[0][0]
        guard inputs.count == 2 else { return Sum(axis: 0, mean: true).kernel(inputs, output) }
        let product = MatMul(transposeA: true).kernel(inputs, output)
        let (count, divisor) = (output.count, Double(rows))
        return { (operands) throws(OperationError) in
            try product(operands)
            let result = operands.output
            for index in 0..<count { result[index] /= divisor }
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        node.inputs.map { _ in nil }
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        guard inputs.count == 2 else { return Sum(axis: 0, mean: true).element(offset, inputs, output) }
        let sum = MatMul(transposeA: true).element(offset, inputs, output)
        return .apply(.divide, [sum, .number(Double(inputs[0][0]))])
    }

    public func label(_ operands: [String]) -> String {
        operands.count == 2
            ? "transpose(\(operands[0])) @ \(operand(operands[1])) / n" : "mean(\(operands[0]), axis=0)"
    }
}
