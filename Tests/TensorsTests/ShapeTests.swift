// Shapes and tensors: broadcasting, limits, axes, offsets.

import Tensors
import Testing

@Suite("Shape")
struct ShapeTests {
    private static let broadcasts: [(Shape, Shape, Shape?)] = [
        ([], [], []), ([], [3], [3]), ([2, 3], [], [2, 3]), ([3], [2, 3], [2, 3]), ([2, 1], [1, 3], [2, 3]),
        ([1], [5, 1, 4], [5, 1, 4]), ([7, 1, 5], [6, 1], [7, 6, 5]), ([0], [1], [0]), ([2, 0], [1, 1], [2, 0]),
        ([1], [1], [1]), ([2], [3], nil), ([2, 3], [2], nil), ([2, 3], [3, 2], nil), ([0], [2], nil),
        ([4, 2, 3], [3, 3], nil),
    ]

    @Test("broadcast, as NumPy has it, from either side", arguments: broadcasts.indices)
    func broadcast(index: Int) {
        let (a, b, expected) = Self.broadcasts[index]
        #expect(a.broadcast(with: b) == expected)
        #expect(b.broadcast(with: a) == expected)
    }

    @Test("count, strides and text")
    func basics() {
        let shape: Shape = [2, 3, 5]
        #expect(shape.count == 30)
        #expect(shape.strides == [15, 5, 1])
        #expect("\(shape)" == "[2×3×5]")
        #expect(Shape.scalar.count == 1)
        #expect("\(Shape.scalar)" == "[]")
        #expect(Shape([3, 0, 2]).count == 0)
    }

    @Test("a checked shape has no negative size and at most 2²⁷ elements")
    func checked() throws {
        for good: Shape in [[], [0], [1 << 27], [1 << 13, 1 << 14], [0, 1 << 27], [1 << 27, 0]] {
            #expect(try good.checked() == good)
        }
        for bad: Shape in [[-1], [2, -3], [(1 << 27) + 1], [1 << 14, 1 << 14], [Int.max, Int.max], [Int.max, 2]] {
            #expect(throws: OperationError.self) { try bad.checked() }
        }
        #expect(throws: OperationError("a shape cannot have the negative size -3")) { try Shape([2, -3]).checked() }
    }

    @Test("negative axes count from the end; others fail")
    func axis() throws {
        let shape: Shape = [2, 3, 5]
        #expect(try (0..<3).map { try shape.axis($0) } == [0, 1, 2])
        #expect(try (1...3).map { try shape.axis(-$0) } == [2, 1, 0])
        for bad in [3, -4, 100] {
            #expect { try shape.axis(bad) } throws: { error in
                (error as? OperationError)?.message == "axis \(bad) does not exist in shape [2×3×5]"
            }
        }
        #expect(throws: OperationError.self) { try Shape.scalar.axis(0) }
    }

    @Test("offset and position are each other's inverse", arguments: [[], [1], [7], [2, 3], [3, 1, 5, 2]] as [Shape])
    func positions(shape: Shape) {
        for offset in 0..<shape.count {
            let position = shape.position(of: offset)
            #expect(zip(position, shape.axes).allSatisfy { $0 >= 0 && $0 < $1 })
            #expect(shape.offset(of: position) == offset)
        }
    }

    @Test("a tensor is repeated along missing axes and axes of size 1")
    func repeated() {
        let row = Tensor([3], [1, 2, 3])
        #expect(row.broadcast(to: [2, 3]) == Tensor([2, 3], [1, 2, 3, 1, 2, 3]))
        let column = Tensor([2, 1], [1, 2])
        #expect(column.broadcast(to: [2, 3]) == Tensor([2, 3], [1, 1, 1, 2, 2, 2]))
        #expect(Tensor(scalar: 4).broadcast(to: [2]) == Tensor(vector: [4, 4]))
        #expect(row.broadcast(to: [3, 2]) == nil)
        #expect(row.broadcast(to: [1]) == nil)
    }

    @Test("rows, scalars, and equality of bits")
    func tensors() {
        let matrix = Tensor([2, 2], [1, 2, 3, 4])
        #expect(matrix.row(1) == Tensor(vector: [3, 4]))
        #expect(Tensor(vector: [1, 2]).row(0).scalar == 1)
        #expect(matrix.scalar == nil)
        #expect(Tensor([1, 1], [5]).scalar == 5)
        #expect(Tensor(vector: [.nan]) != Tensor(vector: [.nan]))
        #expect(Tensor(vector: [.nan]).hasSameBits(as: Tensor(vector: [.nan])))
        #expect(!Tensor(vector: [0]).hasSameBits(as: Tensor(vector: [-0.0])))
        #expect(!Tensor(vector: [1]).hasSameBits(as: Tensor([1, 1], [1])))
    }

    @Test("a layout puts parameters one after another, and closes the gap of one that goes")
    func layout() {
        var layout = ParameterLayout()
        layout.append("W", [2, 3])
        layout.append("s", [])
        layout.append("b", [3])
        #expect(layout.count == 10)
        #expect(layout["b"]?.range == 7..<10)
        #expect(layout["none"] == nil)
        let rest = layout.removing(["s"])
        #expect(rest.entries.map(\.name) == ["W", "b"])
        #expect(rest["b"]?.range == 6..<9)
        #expect(ParameterLayout().count == 0)
    }
}
