// View, Reshape and Transpose: the same elements in another shape or order.

import CKernels
import Formulas

/// An operation that leaves all elements in their order: its result is the input's storage seen in another shape.
public protocol View: Operation {}

extension View {
    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let count = output.count
        return { operands in operands.output.update(from: operands.input(0), count: count) }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        [try graph.apply(Reshape(graph.nodes[node.inputs[0]].shape), [node.upstream])]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula { Tensors.element(0, offset) }
}

/// The same elements in a given shape.
public struct Reshape: View {
    public let target: Shape

    public init(_ target: Shape) { self.target = target }

    public var name: String { "reshape" }
    public func label(_ operands: [String]) -> String { operands[0] }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        guard try target.checked().count == inputs[0].count else {
            throw OperationError(
                "shape \(inputs[0]) has \(inputs[0].count) elements, \(target) would have \(target.count)")
        }
        return target
    }
}

/// The axes in reverse order: rows become columns.
public struct Transpose: Operation {
    public init() {}

    public var name: String { "transpose" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape { Shape(inputs[0].axes.reversed()) }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let strides = Array(inputs[0].strides.reversed())
        guard output.count > 0 else { return { _ in } }
        return { operands in
            let source = UnsafeMutablePointer(mutating: operands.input(0))
            ck_strided_copy(operands.output, source, output.axes, strides, Int32(strides.count), 0)
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        [try graph.apply(Transpose(), [node.upstream])]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        Tensors.element(0, inputs[0].offset(of: output.position(of: offset).reversed()))
    }
}
