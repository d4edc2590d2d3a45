// Softmax: exp(x) over the sum of exp along one axis, or its logarithm.

import CKernels
import Formulas

/// softmax(x) = exp(x − max) / Σ exp(x − max), or log softmax, along one axis (default: the last).
public struct Softmax: Operation {
    public let axis: Int
    public let isLog: Bool

    public init(axis: Int = -1, log isLog: Bool = false) {
        self.axis = axis
        self.isLog = isLog
    }

    public var name: String { isLog ? "log_softmax" : "softmax" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        _ = try inputs[0].axis(axis)
        return inputs[0]
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let view = inputs[0].view(axis)
        let logarithm: Int32 = isLog ? 1 : 0
        return { operands in
            ck_softmax(operands.output, operands.input(0), view.outer, view.count, view.inner, logarithm)
        }
    }

    /// softmax: s·(g − Σ g·s); log softmax: g − softmax·Σ g.
    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        let g = node.upstream
        if isLog {
            let total = try graph.apply(Sum(axis: axis, keep: true), [g])
            let s = try graph.apply(Softmax(axis: axis), [node.inputs[0]])
            let local = Pointwise("log_softmax gradient", ["grad", "s", "total"], "grad" - "s" * "total")
            return [try graph.apply(local, [g, s, total])]
        }
        let product = try graph.apply(Pointwise.multiply, [g, node.output])
        let total = try graph.apply(Sum(axis: axis, keep: true), [product])
        let local = Pointwise("softmax gradient", ["s", "grad", "total"], "s" * ("grad" - "total"))
        return [try graph.apply(local, [node.output, g, total])]
    }

    /// The largest element of the row, the sum of exponentials, and the result.
    public func derivation(
        _ offset: Int, _ inputs: [Shape], _ output: Shape, value: (_ input: Int, _ offset: Int) -> Double
    ) -> [DerivationStep] {
        let view = inputs[0].view(axis)
        let start = offset / (view.count * view.inner) * view.inner + offset % view.inner
        let row = view.offsets(of: start)
        // What is -inf has no share and adds nothing, unless all of the row is.
        let counted = row.contains { value(0, $0) != -.infinity } ? row.filter { value(0, $0) != -.infinity } : row
        if !counted.contains(offset) { return [DerivationStep("", .number(isLog ? -.infinity : 0))] }
        let all = counted.map { Tensors.element(0, $0) }
        let own = Tensors.element(0, offset)
        return [
            DerivationStep("top", .max(of: all)),
            DerivationStep("total", .sum(all.map { .exp($0 - "top") })),
            DerivationStep("", isLog ? own - "top" - .log("total") : .exp(own - "top") / "total"),
        ]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        derivation(offset, inputs, output) { _, _ in .nan }.combined
    }
}
