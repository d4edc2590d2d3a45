// Slice and Place: a rectangular part of a tensor, and zeros with a part put back in its place.

import CKernels
import Formulas

/// A rectangular part of a tensor: `x[1:3, 0]`.
public struct Slice: Operation {
    /// What is taken along one axis.
    public enum Part: Hashable, Sendable {
        case index(Int)
        /// From the first to before the second, counted from the end when negative; missing ends reach to the border.
        case range(Int?, Int?)
    }

    public let parts: [Part]

    public init(_ parts: [Part]) { self.parts = parts }

    public var name: String { "slice" }

    public func label(_ operands: [String]) -> String {
        let texts = parts.map { part -> String in
            switch part {
            case .index(let index): "\(index)"
            case .range(let from, let to): "\(from.map(String.init) ?? ""):\(to.map(String.init) ?? "")"
            }
        }
        return "\(operand(operands[0]))[\(texts.joined(separator: ", "))]"
    }

    /// Where the part begins and its size along each axis of the input; axes taken by an index have size 1.
    fileprivate func resolved(in shape: Shape) throws(OperationError) -> (start: [Int], size: [Int]) {
        guard parts.count <= shape.rank else {
            throw OperationError(
                "\(parts.count) indices for shape \(shape)",
                hint: shape.rank == 0 ? "a scalar is not indexed" : "give at most \(shape.rank)")
        }
        var start = [Int](repeating: 0, count: shape.rank)
        var size = shape.axes
        for (axis, part) in parts.enumerated() {
            let length = shape[axis]
            switch part {
            case .index(let number):
                let index = number < 0 ? number + length : number
                guard (0..<length).contains(index) else {
                    throw OperationError(
                        "index \(number) is out of range for axis \(axis) of shape \(shape)",
                        hint: length == 0 ? "the axis is empty" : "indices go from 0 to \(length - 1)")
                }
                (start[axis], size[axis]) = (index, 1)
            case .range(let from, let to):
                func clamped(_ bound: Int) -> Int { min(max(bound < 0 ? bound + length : bound, 0), length) }
                start[axis] = clamped(from ?? 0)
                size[axis] = max(clamped(to ?? length) - start[axis], 0)
            }
        }
        return (start, size)
    }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        let size = try resolved(in: inputs[0]).size
        return Shape(
            size.indices.filter { axis in
                if axis < parts.count, case .index = parts[axis] { return false }
                return true
            }.map { size[$0] })
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        // The shape was checked when the node was made.
        guard let (start, size) = try? resolved(in: inputs[0]), output.count > 0 else { return { _ in } }
        let strides = inputs[0].strides
        let offset = zip(start, strides).reduce(0) { $0 + $1.0 * $1.1 }
        return { operands in
            let part = UnsafeMutablePointer(mutating: operands.input(0) + offset)
            ck_strided_copy(operands.output, part, size, strides, Int32(size.count), 0)
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        [try graph.apply(Place(slice: self, shape: graph.nodes[node.inputs[0]].shape), [node.upstream])]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        Tensors.element(0, sourceOffset(offset, in: inputs[0]))
    }

    /// The offset in a tensor of this shape of the part's first element.
    public func offset(in shape: Shape) -> Int { sourceOffset(0, in: shape) }

    /// The offset in the whole of the part's element at `offset`.
    fileprivate func sourceOffset(_ offset: Int, in whole: Shape) -> Int {
        guard let (start, size) = try? resolved(in: whole) else { return 0 }
        let position = Shape(size).position(of: offset)
        return whole.offset(of: zip(start, position).map { $0 + $1 })
    }
}

/// The gradient of a slice: zeros with the input put where the slice was taken.
public struct Place: Operation {
    let slice: Slice
    let whole: Shape

    public init(slice: Slice, shape: Shape) {
        self.slice = slice
        whole = shape
    }

    public var name: String { "place" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape { whole }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        guard let (start, size) = try? slice.resolved(in: whole) else { return { _ in } }
        let strides = whole.strides
        let offset = zip(start, strides).reduce(0) { $0 + $1.0 * $1.1 }
        let (count, partCount) = (whole.count, Shape(size).count)
        return { operands in
            operands.output.update(repeating: 0, count: count)
            guard partCount > 0 else { return }
            let part = UnsafeMutablePointer(mutating: operands.input(0))
            ck_strided_copy(part, operands.output + offset, size, strides, Int32(size.count), 1)
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        [try graph.apply(slice, [node.upstream])]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        let part = (0..<inputs[0].count).first { slice.sourceOffset($0, in: whole) == offset }
        return part.map { Tensors.element(0, $0) } ?? 0
    }
}
