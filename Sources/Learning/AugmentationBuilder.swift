// AugmentationBuilder: what augmentations and pretext tasks add themselves to: the batch on its way to the network.

import Formulas
import Tensors

/// The nodes of a batch under augmentation. Each augmentation takes `x` and `y` as the one before it left them; a pretext task
/// stands behind them all.
public struct AugmentationBuilder {
    public internal(set) var graph: Graph
    /// The samples `[n×d]`.
    public private(set) var x: Int
    /// The targets: rows that can be mixed, or what the data have; nil where nothing reads them.
    public private(set) var y: Int?
    public let sizes: BatchSizes
    private var added = Prelude.Nodes()
    private var member = ""
    /// The sides of each box.
    private var boxes: [Int: [Int]] = [:]
    /// Whether the targets are numbers that were put into a column to be mixed.
    private var isVector = false

    /// A prelude of some augmentations in their order, and of a task behind them. The batch's own samples are the inputs
    /// `x_data` and, where labels are mixed, `y_data` of shape `targets`. With a task no labels are read.
    public static func prelude(
        _ chain: [(member: Augmentation, settings: Settings)], _ task: (member: PretextTask, settings: Settings)? = nil,
        _ sizes: BatchSizes, targets: Shape?
    ) -> Prelude {
        Prelude { (graph, needed) throws(OperationError) in
            let mixes = task == nil && needed.contains("y") && chain.contains { $0.member.mixesLabels }
            var builder = try AugmentationBuilder(
                graph, sizes, targets: mixes ? targets : nil, member: task?.member.name ?? "")
            var changes: [(member: any BatchChange, settings: Settings)] = chain.map { $0 }
            if let task { changes.append(task) }
            for (member, settings) in changes {
                builder.member = member.name
                try member.parts.nodes(&builder, settings)
            }
            try builder.finish()
            graph = builder.graph
            return builder.added
        }
    }

    private init(_ graph: Graph, _ sizes: BatchSizes, targets: Shape?, member: String) throws(OperationError) {
        self.graph = graph
        self.sizes = sizes
        self.member = member
        x = self.graph.input("x_data", [sizes.samples, sizes.width])
        added.inputs["x_data"] = x
        if sizes.views > 1 {
            x = try self.graph.apply(Concat(), [Int](repeating: x, count: sizes.views))
            added.names["\(member)_views"] = x
        }
        guard let targets else { return }
        let given = self.graph.input("y_data", targets)
        added.inputs["y_data"] = given
        y = given
        if let classes = sizes.classes, targets.rank == 1 {
            y = try self.graph.apply(OneHot(classes: classes), [given])
        } else if targets.rank == 1 {
            // Numbers to be mixed stand in a column.
            y = try self.graph.apply(SampleShape([1]), [given])
            isVector = true
        }
    }

    /// The results get the names that the definitions read.
    private mutating func finish() throws(OperationError) {
        if let column = y, isVector { y = try graph.apply(Reshape([sizes.rows]), [column]) }
        added.replaced["x"] = x
        for (name, node) in added.names where node == x || node == y { added.names[name] = nil }
        added.names["x"] = x
        if let y {
            added.replaced["y"] = y
            added.names["y"] = y
        }
    }

    /// The input that holds what was drawn.
    mutating func draw(_ draw: AugmentationDraw) -> Int {
        let node = graph.input(draw.name, draw.shape(sizes))
        added.inputs[draw.name] = node
        return node
    }

    /// Adds an operation; under a name of the augmentation's where one is given.
    mutating func apply(_ operation: any Operation, _ inputs: [Int], named name: String? = nil) throws(OperationError)
        -> Int
    {
        let node = try graph.apply(operation, inputs)
        if let name { added.names["\(member)_\(name)"] = node }
        return node
    }

    /// The samples as the augmentation leaves them.
    mutating func change(_ operation: any Operation, _ others: [Int]) throws(OperationError) {
        x = try apply(operation, [x] + others, named: "x")
    }

    /// What the net's outputs are compared with, in place of labels.
    mutating func aim(at target: Int) { y = target }

    /// Mixes the targets with those of other samples: the share lambda is kept.
    mutating func mixTargets(lambda: Int, partner: Int) throws(OperationError) {
        guard let own = y else { return }
        let other = try graph.apply(TakeRows(), [own, partner])
        let mix = Pointwise("mix", ["y", "other", "lambda"], "lambda" * "y" + (1 - "lambda") * "other")
        y = try apply(mix, [own, other, lambda], named: "y")
    }

    /// 1 for the pixels inside of each sample's box, else 0; a box is the first row and column in it and those behind it.
    mutating func inside(_ box: Int) throws(OperationError) -> Int {
        let (height, width) = sizes.area
        let pixels = (0..<sizes.width).map { $0 % (height * width) }
        let rows = graph.constant(Tensor(vector: pixels.map { Double($0 / width) }))
        let columns = graph.constant(Tensor(vector: pixels.map { Double($0 % width) }))
        let isInside =
            ("row" >= "top") * ("row" < "bottom") * ("column" >= "left") * ("column" < "right")
        let operation = Pointwise(
            "inside", ["row", "column"] + Self.sides, isInside,
            derivatives: Dictionary(uniqueKeysWithValues: (["row", "column"] + Self.sides).map { ($0, 0) }))
        return try apply(operation, [rows, columns] + (try sides(of: box)), named: "inside")
    }

    /// The share of the image outside of each sample's box.
    mutating func shareOutside(_ box: Int) throws(OperationError) -> Int {
        let (height, width) = sizes.area
        let area: Formula = ("bottom" - "top") * ("right" - "left")
        let operation = Pointwise("outside", Self.sides, 1 - area / .number(Double(height * width)))
        return try apply(operation, try sides(of: box), named: "lambda")
    }

    private static let sides = ["top", "left", "bottom", "right"]

    private mutating func sides(of box: Int) throws(OperationError) -> [Int] {
        if let known = boxes[box] { return known }
        var nodes: [Int] = []
        for side in Self.sides.indices {
            nodes.append(try graph.apply(Slice([.range(nil, nil), .range(side, side + 1)]), [box]))
        }
        boxes[box] = nodes
        return nodes
    }
}
