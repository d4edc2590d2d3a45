// SampleShape, SplitSamples, JoinSamples, ChannelRows and Permute: a batch with other axes, whatever the number of its samples.

import CKernels
import Formulas

/// Each sample of a batch in another shape; the first axis stays.
public struct SampleShape: View {
    public let sample: Shape

    public init(_ sample: Shape) { self.sample = sample }

    public var name: String { "reshape" }
    public func label(_ operands: [String]) -> String { operands[0] }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        let rows = inputs[0].axes.first ?? 1
        let result = Shape([rows] + sample.axes)
        guard try result.checked().count == inputs[0].count else {
            throw OperationError("samples of shape \(Shape(Array(inputs[0].axes.dropFirst()))) are not \(sample)")
        }
        return result
    }
}

/// Parts of samples as samples of their own: `[n×…]` becomes `[n·parts×…]`, the parts of a sample one behind the other.
public struct SplitSamples: View {
    public let parts: Int
    /// The shape of one part.
    public let part: Shape

    public init(parts: Int, part: Shape) {
        self.parts = parts
        self.part = part
    }

    public var name: String { "split" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        let rows = inputs[0].axes.first ?? 1
        let result = Shape([rows * parts] + part.axes)
        guard try result.checked().count == inputs[0].count else {
            throw OperationError(
                "samples of shape \(Shape(Array(inputs[0].axes.dropFirst()))) are not \(parts) parts of shape \(part)")
        }
        return result
    }
}

/// So many samples one behind the other made one, their features or channels side by side: `[n·parts×d×…]` becomes
/// `[n×parts·d×…]`.
public struct JoinSamples: View {
    public let parts: Int

    public init(parts: Int) { self.parts = parts }

    public var name: String { "join" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        let axes = inputs[0].axes
        guard axes.count > 1, axes[0] % parts == 0 else {
            throw OperationError("\(parts) samples each of shape \(inputs[0]) cannot be joined")
        }
        return Shape([axes[0] / parts, axes[1] * parts] + axes.dropFirst(2))
    }
}

/// All axes but the last made one: a row of channels for each place of each sample.
public struct ChannelRows: View {
    public init() {}

    public var name: String { "rows" }
    public func label(_ operands: [String]) -> String { operands[0] }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        guard let channels = inputs[0].axes.last else { throw OperationError("a scalar has no channels") }
        return [inputs[0].axes.dropLast().reduce(1, *), channels]
    }
}

/// The axes in another order: axis k of the result is axis `order[k]` of the input.
public struct Permute: Operation {
    public let order: [Int]

    /// `order` holds each axis once.
    public init(_ order: [Int]) { self.order = order }

    public var name: String { "permute" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        guard order.sorted() == Array(inputs[0].axes.indices) else {
            throw OperationError("the axes \(order) are not those of shape \(inputs[0])")
        }
        return Shape(order.map { inputs[0][$0] })
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let own = inputs[0].strides
        let strides = order.map { own[$0] }
        guard output.count > 0 else { return { _ in } }
        return { operands in
            let source = UnsafeMutablePointer(mutating: operands.input(0))
            ck_strided_copy(operands.output, source, output.axes, strides, Int32(strides.count), 0)
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        [try graph.apply(Permute(order.indices.map { order.firstIndex(of: $0)! }), [node.upstream])]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        let own = inputs[0].strides
        let place = zip(order, output.position(of: offset)).reduce(0) { $0 + own[$1.0] * $1.1 }
        return Tensors.element(0, place)
    }
}
