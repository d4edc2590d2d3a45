// Sum: the sum or the mean along one axis or over everything.

import CKernels
import Formulas

/// Adds up along one axis (nil: all elements), optionally divided by their number.
public struct Sum: Operation {
    /// The axis, counted from the end when negative.
    public let axis: Int?
    /// Whether the axis stays, with size 1.
    public let keep: Bool
    public let isMean: Bool

    public init(axis: Int? = nil, keep: Bool = false, mean: Bool = false) {
        self.axis = axis
        self.keep = keep
        isMean = mean
    }

    public var name: String { isMean ? "mean" : "sum" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        try inputs[0].reduced(axis, keep: keep)
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let view = inputs[0].view(axis)
        let divisor = isMean ? Double(view.count) : 1
        return { operands in
            ck_sum(operands.output, operands.input(0), view.outer, view.count, view.inner, divisor)
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        let shape = graph.nodes[node.inputs[0]].shape
        var g = node.upstream
        if axis != nil, !keep { g = try graph.apply(Reshape(try shape.reduced(axis, keep: true)), [g]) }
        return [try graph.expand(g, to: shape, dividingBy: isMean ? shape.view(axis).count : 1)]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        let terms = inputs[0].view(axis).offsets(of: offset).map { Tensors.element(0, $0) }
        return isMean ? .apply(.divide, [.sum(terms), .number(Double(terms.count))]) : .sum(terms)
    }
}

/// A shape seen as [outer][count][inner] around one axis.
struct AxisView {
    let outer: Int
    let count: Int
    let inner: Int

    /// The offsets of the elements that are reduced to the result's element at `offset`.
    func offsets(of offset: Int) -> [Int] {
        let start = offset / max(inner, 1) * count * inner + offset % max(inner, 1)
        return (0..<count).map { start + $0 * inner }
    }
}

extension Shape {
    func view(_ axis: Int?) -> AxisView {
        guard let axis else { return AxisView(outer: 1, count: count, inner: 1) }
        let index = axis < 0 ? axis + rank : axis
        return AxisView(
            outer: axes[..<index].reduce(1, *), count: axes[index], inner: axes[(index + 1)...].reduce(1, *))
    }

    func reduced(_ axis: Int?, keep: Bool) throws(OperationError) -> Shape {
        guard let axis else { return keep ? Shape([Int](repeating: 1, count: rank)) : .scalar }
        let index = try self.axis(axis)
        var result = axes
        if keep { result[index] = 1 } else { result.remove(at: index) }
        return Shape(result)
    }
}
