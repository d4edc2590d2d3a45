// Norm: the Euclidean length, of everything or along one axis.

import CKernels
import Formulas

/// √Σx² along one axis (nil: of all elements).
public struct Norm: Operation {
    public let axis: Int?

    public init(axis: Int? = nil) { self.axis = axis }

    public var name: String { "norm" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape { try inputs[0].reduced(axis, keep: false) }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let view = inputs[0].view(axis)
        return { operands in ck_norm(operands.output, operands.input(0), view.outer, view.count, view.inner) }
    }

    /// g·x/norm; 0 at the origin, where the length has no derivative.
    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        let x = node.inputs[0]
        let kept = try graph.nodes[x].shape.reduced(axis, keep: true)
        let norm = try graph.apply(Reshape(kept), [node.output])
        let g = try graph.apply(Reshape(kept), [node.upstream])
        let local = Pointwise(
            "norm gradient", ["grad", "x", "norm"],
            .choose(.apply(.equal, ["norm", 0]), 0, "grad" * "x" / "norm"))
        return [try graph.apply(local, [g, x, norm])]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        .sqrt(.sum(inputs[0].view(axis).offsets(of: offset).map { Tensors.element(0, $0).squared }))
    }
}
