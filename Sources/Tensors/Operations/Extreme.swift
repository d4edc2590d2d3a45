// Extreme and ArgMax: the largest or smallest element along one axis or of all, and where the largest is.

import CKernels
import Formulas

/// The largest or smallest element along one axis (nil: of all).
public struct Extreme: Operation {
    public let isMax: Bool
    public let axis: Int?
    public let keep: Bool

    public init(max isMax: Bool, axis: Int? = nil, keep: Bool = false) {
        self.isMax = isMax
        self.axis = axis
        self.keep = keep
    }

    public var name: String { isMax ? "max" : "min" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        let result = try inputs[0].reduced(axis, keep: keep)
        guard inputs[0].view(axis).count > 0 else { throw OperationError("there is no \(name) of nothing") }
        return result
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let view = inputs[0].view(axis)
        let sign: Int32 = isMax ? 1 : -1
        return { operands in
            ck_extreme(operands.output, operands.input(0), view.outer, view.count, view.inner, sign)
        }
    }

    /// The gradient goes to the extreme elements; equal ones share it.
    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        let x = node.inputs[0]
        let kept = Shape(try graph.nodes[x].shape.reduced(axis, keep: true).axes)
        let extreme = try graph.apply(Reshape(kept), [node.output])
        let g = try graph.apply(Reshape(kept), [node.upstream])
        let mask = try graph.apply(Pointwise("is \(name)", ["x", "m"], .apply(.equal, ["x", "m"])), [x, extreme])
        let count = try graph.apply(Sum(axis: axis, keep: true), [mask])
        let share = Pointwise("\(name) gradient", ["grad", "hit", "hits"], "grad" * "hit" / "hits")
        return [try graph.apply(share, [g, mask, count])]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        let elements = inputs[0].view(axis).offsets(of: offset).map { Tensors.element(0, $0) }
        return isMax ? .max(of: elements) : .min(of: elements)
    }
}

/// The index of the first largest element along one axis (nil: in the flat order of all).
public struct ArgMax: Operation {
    public let axis: Int?

    public init(axis: Int? = nil) { self.axis = axis }

    public var name: String { "argmax" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        let result = try inputs[0].reduced(axis, keep: false)
        guard inputs[0].view(axis).count > 0 else { throw OperationError("there is no argmax of nothing") }
        return result
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let view = inputs[0].view(axis)
        return { operands in ck_argmax(operands.output, operands.input(0), view.outer, view.count, view.inner) }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] { [nil] }

    /// A NaN counts as largest, which comparisons cannot say.
    public func derivation(
        _ offset: Int, _ inputs: [Shape], _ output: Shape, value: (_ input: Int, _ offset: Int) -> Double
    ) -> [DerivationStep] {
        let nan = inputs[0].view(axis).offsets(of: offset).firstIndex { value(0, $0).isNaN }
        return [DerivationStep("", nan.map { .number(Double($0)) } ?? element(offset, inputs, output))]
    }

    /// Counts up from the last index: where element k is larger than all later ones and no smaller than the earlier.
    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        let elements = inputs[0].view(axis).offsets(of: offset).map { Tensors.element(0, $0) }
        let largest = Formula.max(of: elements)
        let last = Formula.number(Double(elements.count - 1))
        return elements.indices.dropLast().reversed().reduce(last) { rest, index in
            .choose(.apply(.equal, [elements[index], largest]), .number(Double(index)), rest)
        }
    }
}
