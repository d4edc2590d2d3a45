// TakeRows: chosen rows of a matrix, in a given order.

import Formulas

/// Row i of the result is the row of the first input that element i of the second names: `[n×d]` and `[m]` give `[m×d]`.
public struct TakeRows: Operation {
    public init() {}

    public var name: String { "rows" }

    public func label(_ operands: [String]) -> String { "\(operand(operands[0]))[\(operands[1])]" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        guard inputs[0].rank == 2, inputs[1].rank == 1 else {
            throw OperationError("rows of shape \(inputs[0]) cannot be chosen by numbers of shape \(inputs[1])")
        }
        return [inputs[1][0], inputs[0][1]]
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let (count, width) = (inputs[0][0], inputs[0][1])
        return { (operands) throws(OperationError) in
            let (x, rows) = (operands.input(0), operands.input(1))
            for index in 0..<output[0] {
                guard let row = Int(exactly: rows[index]), (0..<count).contains(row) else {
                    throw OperationError(
                        "\(Digits.full.text(rows[index])) is no row", hint: "rows go from 0 to \(count - 1)")
                }
                (operands.output + index * width).update(from: x + row * width, count: width)
            }
        }
    }

    /// A row that was taken more than once gets the sum.
    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        guard node.wanted[0] else { return [nil, nil] }
        let rows = graph.nodes[node.inputs[0]].shape[0]
        let choice = try graph.apply(OneHot(classes: rows), [node.inputs[1]])
        return [try graph.apply(MatMul(transposeA: true), [choice, node.upstream]), nil]
    }

    public func derivation(
        _ offset: Int, _ inputs: [Shape], _ output: Shape, value: (_ input: Int, _ offset: Int) -> Double
    ) -> [DerivationStep] {
        let width = output[1]
        let row = Int(exactly: value(1, offset / width)) ?? -1
        guard (0..<inputs[0][0]).contains(row) else { return [DerivationStep("", .number(.nan))] }
        return [DerivationStep("", Tensors.element(0, row * width + offset % width))]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula { .number(.nan) }
}
