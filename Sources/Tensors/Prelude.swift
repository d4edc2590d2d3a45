// Prelude: what a training step does to the batch before the definitions read it.

/// Nodes between the samples and the definitions: a plan that has them computes them as its first nodes.
public struct Prelude: Sendable {
    /// What a prelude adds to a plan.
    public struct Nodes: Sendable {
        /// The plan's inputs by name.
        public var inputs: [String: Int] = [:]
        /// For a name that the definitions read, the node that they get.
        public var replaced: [String: Int] = [:]
        /// What its nodes are called.
        public var names: [String: Int] = [:]

        public init() {}
    }

    /// Adds the nodes behind the inputs that are needed.
    public let build: @Sendable (_ graph: inout Graph, _ needed: Set<String>) throws(OperationError) -> Nodes

    public init(
        _ build: @escaping @Sendable (_ graph: inout Graph, _ needed: Set<String>) throws(OperationError) -> Nodes
    ) {
        self.build = build
    }
}
