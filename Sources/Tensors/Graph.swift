// Graph: definitions of values by operations over parameters, constants and batch inputs. Also its gradient.

/// A growing list of nodes; each refers only to earlier ones, so the order of the list is an order of computation.
public struct Graph: Sendable {
    public enum Source: Sendable {
        /// A trainable tensor, by name; its values live in the session's training state.
        case parameter(String)
        /// A captured value.
        case constant(Tensor)
        /// A part of the batch (`x`, `y`); its number of rows changes from batch to batch.
        case input(String)
        case operation(any Operation, [Int])
    }

    public struct Node: Sendable {
        public let source: Source
        public let shape: Shape

        /// The nodes that this one is computed from.
        public var inputs: [Int] {
            if case .operation(_, let inputs) = source { return inputs }
            return []
        }
    }

    public private(set) var nodes: [Node] = []

    public init() {}

    public mutating func parameter(_ name: String, _ shape: Shape) -> Int { add(.parameter(name), shape) }
    public mutating func constant(_ value: Tensor) -> Int { add(.constant(value), value.shape) }
    public mutating func input(_ name: String, _ shape: Shape) -> Int { add(.input(name), shape) }

    /// Appends `operation` over `inputs`; fails when their shapes do not fit.
    public mutating func apply(_ operation: any Operation, _ inputs: [Int]) throws(OperationError) -> Int {
        // A product of a transposed matrix reads it by its strides instead of copying it.
        if let product = operation as? MatMul, let fused = product.absorbingTransposes(inputs, in: self) {
            return try add(.operation(fused.0, fused.1), fused.0.shape(fused.1.map { nodes[$0].shape }).checked())
        }
        return try add(.operation(operation, inputs), operation.shape(inputs.map { nodes[$0].shape }).checked())
    }

    private mutating func add(_ source: Source, _ shape: Shape) -> Int {
        nodes.append(Node(source: source, shape: shape))
        return nodes.count - 1
    }

    /// The nodes that `roots` need, themselves included, in order; what only `known` ones need is left out.
    public func ancestors(of roots: [Int], known: Set<Int> = []) -> [Int] {
        var needed = [Bool](repeating: false, count: nodes.count)
        for root in roots { needed[root] = true }
        for index in nodes.indices.reversed() where needed[index] && !known.contains(index) {
            for input in nodes[index].inputs { needed[input] = true }
        }
        return nodes.indices.filter { needed[$0] }
    }

    /// Forgets the nodes from `start` on that `root` does not need; returns the number that `root` has afterwards.
    public mutating func prune(from start: Int, keeping root: Int) -> Int {
        guard root >= start else {
            nodes.removeSubrange(start...)
            return root
        }
        var moved: [Int: Int] = [:]
        let kept = ancestors(of: [root]).filter { $0 >= start }
        let added = kept.enumerated().map { position, index in
            moved[index] = start + position
            guard case .operation(let operation, let inputs) = nodes[index].source else { return nodes[index] }
            return Node(source: .operation(operation, inputs.map { moved[$0] ?? $0 }), shape: nodes[index].shape)
        }
        nodes.replaceSubrange(start..., with: added)
        return nodes.count - 1
    }

    /// For each node whether it depends on a node in `sources`; measured nodes count as fixed numbers where that is asked for.
    public func dependents(throughMeasured: Bool = true, on isSource: (Node) -> Bool) -> [Bool] {
        var depends = [Bool](repeating: false, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            if !throughMeasured, case .operation(let operation, _) = node.source, operation.isMeasured { continue }
            depends[index] = isSource(node) || node.inputs.contains { depends[$0] }
        }
        return depends
    }

    /// Appends the nodes that compute the gradients of the scalar `objective` with respect to everything that depends on
    /// a parameter that is not frozen, or on one of the batch's `inputs`. Returns for each such node the node that holds
    /// its gradient.
    public mutating func differentiate(
        _ objective: Int, frozen: Set<String> = [], inputs: Set<String> = []
    ) throws(OperationError) -> [Int: Int] {
        let trainable = dependents(throughMeasured: false) {
            switch $0.source {
            case .parameter(let name): !frozen.contains(name)
            case .input(let name): inputs.contains(name)
            default: false
            }
        }
        var gradient = [objective: constant(Tensor(repeating: 1, nodes[objective].shape))]
        for index in ancestors(of: [objective]).reversed() where trainable[index] {
            guard let upstream = gradient[index], case .operation(let operation, let inputs) = nodes[index].source
            else { continue }
            let step = Differentiation(
                inputs: inputs, output: index, upstream: upstream, wanted: inputs.map { trainable[$0] })
            for (input, part) in zip(inputs, try operation.gradients(step, &self)) where trainable[input] {
                guard let part else { continue }
                gradient[input] =
                    try gradient[input].map { (sum) throws(OperationError) in
                        try apply(Pointwise.add, [sum, part])
                    } ?? part
            }
        }
        return gradient
    }
}
