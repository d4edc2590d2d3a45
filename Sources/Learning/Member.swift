// Member: what every entry of the catalogue has: a name, one sentence, its settings and its source.

/// An entry of the catalogue. Its declaration gives parsing, ranges, help and tests.
public protocol Member: Sendable {
    var name: String { get }
    /// One sentence for help.
    var summary: String { get }
    var settings: [Setting] { get }
    /// Where it comes from: a paper or a documentation.
    var source: String { get }
    /// What differs between frameworks or is easily taken for something else, a sentence each.
    var notes: [String] { get }
    /// Lines that choose it, beside the plainest one.
    var examples: [String] { get }
    /// What it computes under these settings, as lines of formulas.
    func formulas(_ settings: Settings) -> [String]
}

extension Member {
    public var notes: [String] { [] }
    public var examples: [String] { [] }
    public func formulas(_ settings: Settings) -> [String] { [] }
}
