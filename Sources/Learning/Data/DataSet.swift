// DataSet and DataSource: samples with their targets, and where they come from.

import Tensors

/// Samples: features `x` [n×d] and one target each. Shared by all sessions, since nothing changes it.
public final class DataSet: Sendable {
    public let name: String
    public let features: [String]
    public let target: String
    public let x: Tensor
    /// A class number for each sample when `classes` is not empty, else a value.
    public let y: [Double]
    /// The names of the classes, in the order of their numbers.
    public let classes: [String]
    /// The shape of one sample, [height×width] or [channels×height×width], where the features are the pixels of an image
    /// row by row.
    public let image: Shape?

    public init(
        name: String, features: [String], target: String, x: Tensor, y: [Double], classes: [String],
        image: Shape? = nil
    ) {
        self.name = name
        self.features = features
        self.target = target
        self.x = x
        self.y = y
        self.classes = classes
        self.image = image
    }

    public var count: Int { y.count }

    /// Names of the pixels of an image by their indices: `p0_0 p0_1 …`.
    static func pixelNames(_ shape: Shape) -> [String] {
        shape.axes.reduce(["p"]) { names, size in
            names.flatMap { name in (0..<size).map { name == "p" ? "p\($0)" : "\(name)_\($0)" } }
        }
    }

    /// The same samples with their targets dealt out again at random: what was to be learned from the features is gone, how
    /// often each class occurs stays. Fails where the targets are values.
    public func shufflingLabels(_ random: inout Random) throws(OperationError) -> DataSet {
        guard !classes.isEmpty else {
            throw OperationError("\(name) has values as targets, not classes", hint: "labels=given keeps them")
        }
        let order = random.permutation(count)
        return DataSet(
            name: name, features: features, target: target, x: x, y: order.map { y[$0] }, classes: classes, image: image
        )
    }

    /// The same samples with only some features, in the given order.
    public func choosing(_ names: [String]) throws(OperationError) -> DataSet {
        var columns: [Int] = []
        for name in names {
            guard let column = features.firstIndex(of: name) else {
                throw OperationError(
                    "\(self.name) has no feature \(name)", hint: "features are \(features.joined(separator: ", "))")
            }
            columns.append(column)
        }
        guard !columns.isEmpty else { throw OperationError("features=[] leaves nothing to learn from") }
        let elements = (0..<count).flatMap { row in columns.map { x.elements[row * features.count + $0] } }
        return DataSet(
            name: self.name, features: names, target: target, x: Tensor([count, columns.count], elements), y: y,
            classes: classes)
    }
}

/// A data set of the catalogue; most are drawn at random.
public struct DataSource: Member {
    public let name: String
    public let summary: String
    public let source: String
    public let settings: [Setting]
    public let notes: [String]
    public let examples: [String]
    /// What is known of the distribution that the samples come from.
    public enum Population: Sendable {
        /// Any number of samples can be drawn.
        case generated
        /// The samples are all that there is.
        case whole
        /// Nothing but the samples.
        case measured
    }

    public let population: Population
    public let make: @Sendable (Settings, inout Random) -> DataSet

    init(
        _ name: String, _ summary: String, source: String, settings: [Setting] = [], notes: [String] = [],
        examples: [String] = [], population: Population = .generated,
        make: @escaping @Sendable (Settings, inout Random) -> DataSet
    ) {
        self.name = name
        self.summary = summary
        self.source = source
        self.notes = notes
        self.examples = examples
        self.settings = settings
        self.population = population
        self.make = make
    }

    /// The key of how many samples to draw.
    static func size(_ initial: Int) -> Setting {
        .integer("n", initial, .within(1, 1_000_000), "the number of samples")
    }

    /// Points in the plane from (x0, x1, class).
    static func plane(_ name: String, _ points: [(Double, Double, Int)], classes: Int) -> DataSet {
        DataSet(
            name: name, features: ["x0", "x1"], target: "class",
            x: Tensor([points.count, 2], points.flatMap { [$0.0, $0.1] }), y: points.map { Double($0.2) },
            classes: (0..<classes).map { "\($0)" })
    }
}
