// NodeNames: what the nodes of a plan are called: the learner's names, or a text made of them.

import Formulas
import Learning
import Tensors

/// Names and labels of the nodes of one plan.
struct NodeNames {
    private let tape: Tape
    private var names: [Int: String] = [:]
    private var labels: [Int: String] = [:]

    /// Labels longer than this are cut to the operation's name and the node's number.
    private static let longest = 60

    /// `own` names nodes of the plan that have no name in the session.
    init(_ session: Session, _ tape: Tape, own: [String: Int] = [:]) {
        self.tape = tape
        for (name, node) in own.sorted(by: { $0.key < $1.key }) { names[node] = name }
        for (index, node) in tape.graph.nodes.enumerated() {
            switch node.source {
            case .parameter(let name), .input(let name): names[index] = name
            default: break
            }
        }
        for (name, node) in tape.names { names[node] = name }
        // The first name that a node was given; `out` only repeats the last layer's.
        for name in session.liveOrder {
            guard let node = session.live[name].flatMap({ tape.nodes[$0.node] }), names[node] == nil else { continue }
            names[node] = name
        }
        // An evaluation's nodes go by the names that they have in training.
        for (name, node) in session.evaluation?.nodes ?? [:] {
            guard let node = tape.nodes[node], names[node] == nil else { continue }
            names[node] = name
        }
        // Parts of a sum share its gradient, which is named after the sum.
        if let objective = tape.objective, let name = names[objective], let gradient = tape.gradients[objective] {
            names[gradient] = "\(name).grad"
        }
        let gradients = tape.gradients.sorted { $0.key < $1.key }
        for (node, gradient) in gradients where names[gradient] == nil {
            if let name = names[node] { names[gradient] = "\(name).grad" }
        }
        // A view shows the storage of the node that is really computed, which may be no other gradient.
        for (_, gradient) in gradients {
            let base = tape.base(of: gradient)
            if names[base] == nil { names[base] = names[gradient] }
        }
        for index in tape.graph.nodes.indices { labels[index] = makeLabel(index) }
    }

    /// The name of a node, nil when it has none.
    func name(_ node: Int) -> String? { names[node] }

    /// The name, or the operation over its operands' labels.
    func label(_ node: Int) -> String { names[node] ?? labels[node] ?? "node \(node)" }

    /// What the node computes, over its operands' labels; for leaves the label itself.
    func formula(_ node: Int) -> String { labels[node] ?? label(node) }

    private func makeLabel(_ node: Int) -> String {
        switch tape.graph.nodes[node].source {
        case .parameter(let name), .input(let name): return name
        case .constant(let value):
            return value.count == 1 ? Digits.significant(6).text(value.elements[0]) : "constant \(value.shape)"
        case .operation(let operation, let inputs):
            let text = operation.label(inputs.map { label($0) })
            return text.count <= Self.longest ? text : "\(operation.name) #\(node)"
        }
    }

    /// One element of a node, e.g. `z1[0,3]`; a scalar has no index.
    func symbol(_ node: Int, _ offset: Int) -> String {
        let shape = tape.graph.nodes[node].shape
        let text = label(node)
        guard shape.rank > 0 else { return text }
        let index = shape.position(of: offset).map(String.init).joined(separator: ",")
        return names[node] != nil || !text.contains(" ") ? "\(text)[\(index)]" : "(\(text))[\(index)]"
    }
}

extension Tape {
    /// Whether a node holds a measured number.
    func isMeasured(_ node: Int) -> Bool {
        if case .operation(let operation, _) = graph.nodes[node].source { operation.isMeasured } else { false }
    }

    /// The node whose storage a chain of views shows.
    func base(of node: Int) -> Int {
        var current = node
        while case .operation(let operation, let inputs) = graph.nodes[current].source, operation.isView {
            current = inputs[0]
        }
        return current
    }
}
