// Member: what every entry of the catalogue has: a name, one sentence, its settings and its source.

/// An entry of the catalogue. Its declaration gives parsing, ranges, help and tests.
public protocol Member: Sendable {
    var name: String { get }
    /// One sentence for help.
    var summary: String { get }
    var settings: [Setting] { get }
    /// Where it comes from: a paper or a documentation.
    var source: String { get }
}
