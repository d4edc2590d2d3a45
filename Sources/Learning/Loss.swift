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

    public let name: String
    public let summary: String
    public let settings: [Setting]
    public let notes: [String]
    public let examples: [String]
    public let source: String
    public let targets: Targets
    /// Appends the nodes that compute it; `p` and `y` are nodes.
    public let nodes: @Sendable (_ graph: inout Graph, _ p: Int, _ y: Int, Settings) throws(OperationError) -> Int

    init(
        _ name: String, _ summary: String, source: String, targets: Targets, settings: [Setting] = [],
        notes: [String] = [], examples: [String] = [],
        nodes: @escaping @Sendable (inout Graph, Int, Int, Settings) throws(OperationError) -> Int
    ) {
        self.name = name
        self.summary = summary
        self.settings = settings
        self.source = source
        self.notes = notes
        self.examples = examples
        self.targets = targets
        self.nodes = nodes
    }

    /// A loss that is the mean of one formula of `p` and `y` over all elements.
    init(
        _ name: String, _ summary: String, source: String, settings: [Setting] = [],
        notes: [String] = [], examples: [String] = [], derivatives: [String: Formula] = [:],
        formula: @escaping @Sendable (Settings) -> Formula
    ) {
        self.init(name, summary, source: source, targets: .values, settings: settings, notes: notes, examples: examples)
        {
            (graph, p, y, settings) throws(OperationError) in
            let (shape, given) = (graph.nodes[p].shape, graph.nodes[y].shape)
            guard shape.broadcast(with: given) == shape else {
                throw OperationError(
                    "\(name) compares predictions of shape \(shape) with targets of shape \(given)",
                    hint: "targets must be shaped as the predictions")
            }
            let each = Pointwise("\(name) each", ["p", "y"], formula(settings), derivatives: derivatives)
            return try graph.apply(Sum(mean: true), [try graph.apply(each, [p, y])])
        }
    }
}
