// Concat: tensors joined along one axis.

import Formulas

/// Tensors joined along one axis.
public struct Concat: Operation {
    public let axis: Int

    public init(axis: Int = 0) { self.axis = axis }

    public var name: String { "concat" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        let axis = try inputs[0].axis(axis)
        var result = inputs[0].axes
        for input in inputs.dropFirst() {
            var other = input.axes
            guard other.count == result.count else { throw mismatch(inputs) }
            result[axis] += other[axis]
            other[axis] = result[axis]
            guard other == result else { throw mismatch(inputs) }
        }
        return Shape(result)
    }

    private func mismatch(_ inputs: [Shape]) -> OperationError {
        OperationError(
            "shapes \(inputs.map(\.description).joined(separator: " and ")) cannot be joined along axis \(axis)",
            hint: "all other sizes must be equal")
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let view = output.view(axis)
        let widths = inputs.map { $0.view(axis).count * view.inner }
        return { operands in
            var target = operands.output
            for outer in 0..<view.outer {
                for (index, width) in widths.enumerated() {
                    target.update(from: operands.input(index) + outer * width, count: width)
                    target += width
                }
            }
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        let axis = try graph.nodes[node.output].shape.axis(axis)
        var start = 0
        var result: [Int?] = []
        for (input, wanted) in zip(node.inputs, node.wanted) {
            let end = start + graph.nodes[input].shape[axis]
            let parts = [Slice.Part](repeating: .range(nil, nil), count: axis) + [.range(start, end)]
            result.append(wanted ? try graph.apply(Slice(parts), [node.upstream]) : nil)
            start = end
        }
        return result
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        var position = output.position(of: offset)
        let axis = self.axis < 0 ? self.axis + output.rank : self.axis
        var index = 0
        while position[axis] >= inputs[index][axis] {
            position[axis] -= inputs[index][axis]
            index += 1
        }
        return Tensors.element(index, inputs[index].offset(of: position))
    }
}
