// SharedList: a list that grows at its end, and costs little to keep a copy of after each step.

/// Elements in parts of one size, and a rest. Copies share all full parts: what is appended to one copies only the rest.
struct SharedList<Element: Sendable>: RandomAccessCollection, Sendable {
    private(set) var parts: [[Element]] = []
    private(set) var rest: [Element] = []

    static var partSize: Int { 512 }

    init() {}

    init(_ elements: some Sequence<Element>) {
        for element in elements { append(element) }
    }

    var startIndex: Int { 0 }
    var endIndex: Int { parts.count * Self.partSize + rest.count }

    subscript(index: Int) -> Element {
        let (part, place) = index.quotientAndRemainder(dividingBy: Self.partSize)
        return part < parts.count ? parts[part][place] : rest[place]
    }

    mutating func append(_ element: Element) {
        rest.append(element)
        guard rest.count == Self.partSize else { return }
        parts.append(rest)
        rest = []
    }

    mutating func removeLast(_ number: Int) {
        let (full, left) = (count - number).quotientAndRemainder(dividingBy: Self.partSize)
        if full < parts.count {
            rest = parts[full]
            parts.removeSubrange(full...)
        }
        rest.removeSubrange(left...)
    }
}
