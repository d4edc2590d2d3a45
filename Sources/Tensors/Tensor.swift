// Tensor: a shape and its numbers, as a value.

/// Numbers in a shape, stored row by row. Copies share storage until one of them is written.
public struct Tensor: Hashable, Sendable {
    public let shape: Shape
    public var elements: [Double]

    /// `elements.count` must be the shape's count.
    public init(_ shape: Shape, _ elements: [Double]) {
        precondition(elements.count == shape.count)
        self.shape = shape
        self.elements = elements
    }

    public init(scalar: Double) { self.init(.scalar, [scalar]) }
    public init(vector: [Double]) { self.init([vector.count], vector) }
    public init(repeating value: Double, _ shape: Shape) {
        self.init(shape, [Double](repeating: value, count: shape.count))
    }

    public var count: Int { elements.count }
    /// The root of the sum of squares of all elements.
    public var norm: Double { elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    /// The value when there is exactly one element.
    public var scalar: Double? { count == 1 ? elements[0] : nil }

    /// The same elements in another shape of the same count.
    public func reshaped(_ shape: Shape) -> Tensor { Tensor(shape, elements) }

    /// Equality of every bit; unlike `==`, NaN equals itself and 0 differs from -0.
    public func hasSameBits(as other: Tensor) -> Bool {
        shape == other.shape && zip(elements, other.elements).allSatisfy { $0.bitPattern == $1.bitPattern }
    }

    /// The tensor repeated along axes of size 1 or missing axes, or nil when the shapes do not fit.
    public func broadcast(to target: Shape) -> Tensor? {
        if shape == target { return self }
        guard shape.broadcast(with: target) == target else { return nil }
        let strides = shape.strides(broadcastTo: target)
        return Tensor(
            target,
            (0..<target.count).map { offset in
                elements[zip(target.position(of: offset), strides).reduce(0) { $0 + $1.0 * $1.1 }]
            })
    }

    /// Row `row` of a tensor with at least one axis.
    public func row(_ row: Int) -> Tensor {
        let rest = Shape(Array(shape.axes.dropFirst()))
        return Tensor(rest, Array(elements[row * rest.count..<(row + 1) * rest.count]))
    }
}
