// Shape: the sizes of a tensor's axes, with NumPy's rules for broadcasting and negative axes.

/// The sizes of a tensor's axes, outermost first. A scalar has none. Elements are stored row by row.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    public var axes: [Int]

    public init(_ axes: [Int]) { self.axes = axes }
    public init(arrayLiteral axes: Int...) { self.axes = axes }

    public static let scalar = Shape([])
    /// The largest number of elements that a tensor may have.
    public static let limit = 1 << 27

    public var rank: Int { axes.count }
    /// The number of elements. Shapes made by users go through `checked` first, so this cannot overflow.
    public var count: Int { axes.reduce(1, *) }
    public subscript(axis: Int) -> Int { axes[axis] }

    /// `[2×3]`; a scalar is `[]`.
    public var description: String { "[\(axes.map(String.init).joined(separator: "×"))]" }

    /// The number of elements to move on to reach the next one along each axis.
    public var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * axes[axis + 1] }
        return strides
    }

    /// The shape itself, unless an axis is negative or there are more elements than `limit`.
    public func checked() throws(OperationError) -> Shape {
        var product = 1
        for size in axes {
            if size < 0 { throw OperationError("a shape cannot have the negative size \(size)") }
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            if overflow || next > Self.limit {
                throw OperationError("\(self) is too large: a tensor has at most \(Self.limit) elements")
            }
            product = next
        }
        return self
    }

    /// The axis that `number` means; negative numbers count from the end.
    public func axis(_ number: Int) throws(OperationError) -> Int {
        let axis = number < 0 ? number + rank : number
        guard axes.indices.contains(axis) else {
            throw OperationError(
                "axis \(number) does not exist in shape \(self)",
                hint: rank == 0 ? "a scalar has no axes" : "axes go from 0 to \(rank - 1)")
        }
        return axis
    }

    /// The shape of the two together, or nil when they do not fit: sizes are compared from the last axis on, and must
    /// be equal or 1.
    public func broadcast(with other: Shape) -> Shape? {
        var result = [Int](repeating: 1, count: max(rank, other.rank))
        for index in 1...max(result.count, 1) where index <= result.count {
            let a = index <= rank ? axes[rank - index] : 1
            let b = index <= other.rank ? other.axes[other.rank - index] : 1
            guard a == b || a == 1 || b == 1 else { return nil }
            result[result.count - index] = a == 1 ? b : a
        }
        return Shape(result)
    }

    /// The strides that read this shape's elements as if it were broadcast to `target` (0 along repeated axes).
    func strides(broadcastTo target: Shape) -> [Int] {
        let own = strides
        return target.axes.indices.map { axis in
            let mine = axis - (target.rank - rank)
            return mine < 0 || axes[mine] == 1 ? 0 : own[mine]
        }
    }

    /// The position of each axis for the element at `offset`.
    public func position(of offset: Int) -> [Int] {
        var rest = offset
        return axes.reversed().map { size in
            defer { rest /= max(size, 1) }
            return rest % max(size, 1)
        }.reversed()
    }

    /// The offset of the element at `position`.
    public func offset(of position: [Int]) -> Int {
        zip(position, strides).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

/// Why an operation cannot be done with the operands it was given.
public struct OperationError: Error, Hashable, Sendable {
    public var message: String
    public var hint: String?

    public init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
