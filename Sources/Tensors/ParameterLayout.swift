// ParameterLayout: where each trainable tensor stands in the flat array of all of them.

/// All parameters one after another in one array, so that an update is one run over it and a checkpoint is one copy.
public struct ParameterLayout: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let name: String
        public let shape: Shape
        public let offset: Int

        public var range: Range<Int> { offset..<offset + shape.count }
    }

    public private(set) var entries: [Entry] = []

    public init() {}

    public var count: Int { entries.last?.range.upperBound ?? 0 }

    public subscript(name: String) -> Entry? { entries.first { $0.name == name } }

    public mutating func append(_ name: String, _ shape: Shape) {
        entries.append(Entry(name: name, shape: shape, offset: count))
    }

    /// The layout without some entries; the others keep their order and move together.
    public func removing(_ names: Set<String>) -> ParameterLayout {
        var result = ParameterLayout()
        for entry in entries where !names.contains(entry.name) { result.append(entry.name, entry.shape) }
        return result
    }
}
