// StoredArray: an array of numbers as a file holds it, and the samples that two of them make.

import Formulas
import Tensors

/// An array read from a file, its elements row by row.
public struct StoredArray: Sendable {
    /// How one number is stored.
    public struct Element: Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            case unsigned
            case signed
            case real
            case truth
        }

        public let kind: Kind
        public let bytes: Int
        public let isBigEndian: Bool

        /// The number whose first byte is `bytes[offset]`.
        func value(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int) -> Double {
            var bits: UInt64 = 0
            for index in 0..<self.bytes {
                bits = bits << 8 | UInt64(bytes[offset + (isBigEndian ? index : self.bytes - 1 - index)])
            }
            switch kind {
            case .unsigned: return Double(bits)
            case .truth: return bits == 0 ? 0 : 1
            case .signed:
                let unused = UInt64(64 - 8 * self.bytes)
                return Double(Int64(bitPattern: bits << unused) >> Int64(unused))
            case .real:
                return self.bytes == 4
                    ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) : Double(bitPattern: bits)
            }
        }
    }

    public let shape: [Int]
    public let element: Element
    public private(set) var elements: [Double] = []

    /// Reads the numbers behind the header, which ends at `start`. They must be as many as the shape says, and nothing may
    /// follow; memory is asked for only when that is so. `columnsFirst`: the first index changes fastest in the file.
    init(
        _ bytes: [UInt8], from start: Int, shape: [Int], _ element: Element, columnsFirst: Bool = false
    ) throws(OperationError) {
        (self.shape, self.element) = (shape, element)
        let text = shape.map(String.init).joined(separator: "×")
        let count = try Shape(shape).checked().count
        let (wanted, found) = (count * element.bytes, bytes.count - start)
        guard wanted == found else {
            throw OperationError(
                "the header says \(text) numbers, which take \(wanted) bytes, but \(found) bytes follow it",
                hint: wanted > found ? "the file is cut off, or its header is damaged" : nil)
        }
        guard count > 0 else { throw OperationError("the array of \(text) numbers is empty") }
        elements = bytes.withUnsafeBufferPointer { bytes in
            (0..<count).map { element.value(bytes, start + $0 * element.bytes) }
        }
        if columnsFirst { elements = Self.rowsFirst(elements, shape) }
    }

    /// Images `[samples×height×width×channels]` as `[samples×channels×height×width]`.
    public func channelsFirst() throws(OperationError) -> StoredArray {
        guard shape.count == 4 else {
            let text = shape.map(String.init).joined(separator: "×")
            throw OperationError(
                "channels=last is for images [samples×height×width×channels], these numbers are [\(text)]",
                hint: "leave channels= out")
        }
        let images = try Permute([0, 3, 1, 2]).evaluate([Tensor(Shape(shape), elements)])
        return StoredArray(shape: images.shape.axes, element: element, elements: images.elements)
    }

    private init(shape: [Int], element: Element, elements: [Double]) {
        (self.shape, self.element, self.elements) = (shape, element, elements)
    }

    /// The same numbers in the order in which the last index changes fastest.
    private static func rowsFirst(_ elements: [Double], _ shape: [Int]) -> [Double] {
        var strides: [Int] = []
        var stride = 1
        for size in shape {
            strides.append(stride)
            stride *= size
        }
        var places = [0]
        for (size, stride) in zip(shape, strides) {
            places = places.flatMap { place in (0..<size).map { place + $0 * stride } }
        }
        return places.map { elements[$0] }
    }
}

extension DataSet {
    /// No sample has more features than this.
    static let featureLimit = 100_000
    /// Class numbers are below this.
    static let classLimit = 10_000

    /// Samples from stored arrays: the first axis of `x` counts them; a third axis makes images of them. Features are
    /// divided by `scale`; without it unsigned bytes, which are taken for pixels, by 255, and others are left as they are.
    /// Whole numbers in `y` are classes, others are values. Fails on sizes that do not go together, on numbers that are not
    /// finite, and on whole numbers that cannot be classes.
    public convenience init(name: String, x: StoredArray, y: StoredArray, target: String, scale: Double?)
        throws(OperationError)
    {
        guard let count = x.shape.first else {
            throw OperationError("\(name) holds one number, not samples", hint: "its first axis must count the samples")
        }
        let axes = Array(x.shape.dropFirst())
        let width = axes.reduce(1, *)
        guard width <= Self.featureLimit else {
            throw OperationError("\(width) features are too many: at most \(Self.featureLimit)")
        }
        guard y.shape == [count] || y.shape == [count, 1] else {
            let text = y.shape.map(String.init).joined(separator: "×")
            throw OperationError(
                "there are \(count) samples, but the targets have shape [\(text)]", hint: "one target for each sample")
        }
        let divisor = scale ?? (x.element.kind == .unsigned && x.element.bytes == 1 ? 255 : 1)
        let features =
            axes.count > 1 ? Self.pixelNames(Shape(axes)) : axes.isEmpty ? ["x0"] : (0..<width).map { "x\($0)" }
        if let bad = x.elements.firstIndex(where: { !$0.isFinite }) {
            throw OperationError("sample \(bad / width): \(features[bad % width]) is not a finite number")
        }
        self.init(
            name: name, features: features, target: target,
            x: Tensor([count, width], divisor == 1 ? x.elements : x.elements.map { $0 / divisor }), y: y.elements,
            classes: try Self.classes(y), image: axes.count > 1 ? Shape(axes) : nil)
    }

    /// The names of the classes that whole numbers count; none when the targets are values.
    private static func classes(_ y: StoredArray) throws(OperationError) -> [String] {
        if y.element.kind == .real {
            if let bad = y.elements.firstIndex(where: { !$0.isFinite }) {
                throw OperationError("target \(bad) is not a finite number")
            }
            return []
        }
        if let bad = y.elements.firstIndex(where: { $0 < 0 || $0 >= Double(classLimit) }) {
            throw OperationError(
                "target \(bad) is \(Digits.full.text(y.elements[bad])), whole numbers are classes from 0 to \(classLimit - 1)",
                hint: "stored as floating-point numbers they are values")
        }
        return (0...Int(y.elements.max() ?? 0)).map { "\($0)" }
    }
}
