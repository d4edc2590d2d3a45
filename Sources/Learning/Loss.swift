// Loss: compares predictions with targets; one number to be minimised.

import Formulas
import Tensors

/// A loss: how predictions `p` (the network's outputs) and targets `y` become one number.
public struct Loss: Member {
    /// What the targets are.
    public enum Targets: Hashable, Sendable {
        /// A tensor shaped as the predictions.
        case values
        /// One class number for each row.
        case classNumbers
        /// Class numbers, or rows of probabilities.
        case classes
        /// For each row the number of another row, its partner.
        case partners
    }

    /// What a loss adds to a graph.
    public struct Nodes: Sendable {
        /// The scalar.
        public let loss: Int
        /// Nodes on the way to it that have a name of their own.
        public var parts: [(name: String, node: Int)] = []
    }

    typealias Composition = @Sendable (inout Graph, Int, Int, Settings) throws(OperationError) -> Nodes

    public let name: String
    public let summary: String
    public let settings: [Setting]
    public let notes: [String]
    public let examples: [String]
    public let source: String
    public let targets: Targets
    private let composition: Composition
    /// The operation of which the loss is the mean over elements; nil where it is none.
    private let each: (@Sendable (Settings) -> Pointwise)?

    private init(
        _ name: String, _ summary: String, source: String, targets: Targets, settings: [Setting], notes: [String],
        examples: [String], each: (@Sendable (Settings) -> Pointwise)?, composition: @escaping Composition
    ) {
        self.name = name
        self.summary = summary
        self.settings = settings
        self.source = source
        self.notes = notes
        self.examples = examples
        self.targets = targets
        self.each = each
        self.composition = composition
    }

    /// A loss that is made of any nodes.
    init(
        _ name: String, _ summary: String, source: String, targets: Targets, settings: [Setting] = [],
        notes: [String] = [], examples: [String] = [], composition: @escaping Composition
    ) {
        self.init(
            name, summary, source: source, targets: targets, settings: settings, notes: notes, examples: examples,
            each: nil, composition: composition)
    }

    /// A loss that is made of nodes without names.
    init(
        _ name: String, _ summary: String, source: String, targets: Targets, settings: [Setting] = [],
        notes: [String] = [], examples: [String] = [],
        nodes: @escaping @Sendable (inout Graph, Int, Int, Settings) throws(OperationError) -> Int
    ) {
        self.init(
            name, summary, source: source, targets: targets, settings: settings, notes: notes, examples: examples
        ) { (graph, p, y, settings) throws(OperationError) in Nodes(loss: try nodes(&graph, p, y, settings)) }
    }

    /// A loss that is the mean of one formula of `p` and `y` over all elements.
    init(
        _ name: String, _ summary: String, source: String, settings: [Setting] = [],
        notes: [String] = [], examples: [String] = [], derivatives: [String: Formula] = [:],
        formula: @escaping @Sendable (Settings) -> Formula
    ) {
        let each: @Sendable (Settings) -> Pointwise = {
            Pointwise("\(name) each", ["p", "y"], formula($0), derivatives: derivatives)
        }
        self.init(
            name, summary, source: source, targets: .values, settings: settings, notes: notes, examples: examples,
            each: each
        ) { (graph, p, y, settings) throws(OperationError) in
            let (shape, given) = (graph.nodes[p].shape, graph.nodes[y].shape)
            guard shape.broadcast(with: given) == shape else {
                throw OperationError(
                    "\(name) compares predictions of shape \(shape) with targets of shape \(given)",
                    hint: "targets must be shaped as the predictions")
            }
            return Nodes(loss: try graph.apply(Sum(mean: true), [try graph.apply(each(settings), [p, y])]))
        }
    }

    /// Whether it can leave out elements by a mask.
    public var takesMask: Bool { each != nil }

    /// Appends the nodes that compute it; `p` and `y` are nodes. With a `mask`, shaped as `p`, it is the sum over elements times
    /// their mask, divided by the sum of the mask; where the mask is 0 everywhere it is NaN, as in PyTorch.
    public func nodes(
        _ graph: inout Graph, _ p: Int, _ y: Int, mask: Int? = nil, _ settings: Settings
    ) throws(OperationError) -> Nodes {
        guard let mask else { return try composition(&graph, p, y, settings) }
        guard let each else {
            throw OperationError(
                "\(name) compares whole rows and takes no mask of elements", hint: "mse, mae, huber and bce take one")
        }
        let (shape, given) = (graph.nodes[p].shape, graph.nodes[mask].shape)
        guard shape == given else {
            throw OperationError(
                "the mask has shape \(given), the predictions \(shape)", hint: "it holds 1 or 0 for each prediction")
        }
        let all = try graph.apply(each(settings), [p, y])
        let counted = try graph.apply(Pointwise("counted", ["each", "mask"], "each" * "mask"), [all, mask])
        let (sum, count) = (try graph.apply(Sum(), [counted]), try graph.apply(Sum(), [mask]))
        return Nodes(loss: try graph.apply(Pointwise(.divide), [sum, count]))
    }
}
