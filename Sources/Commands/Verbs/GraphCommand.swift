// graph: the operations of the last step as a tree, with values and gradients.

import Formulas
import Tensors

struct GraphCommand: Command {
    let verb = "graph"
    let group = CommandGroup.inspect
    let summary = "the operations behind the objective, or behind one name, as a tree with values and gradients"
    let examples = ["graph", "graph J"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[1])
        let session = context.session
        let named = try call.word(0, "a name", example: examples[1])
        guard let name = named ?? session.objective ?? session.liveOrder.last else {
            throw Diagnostic("there is nothing to draw", hint: "w = param(1); J = w^2; minimize J", at: call.range)
        }
        guard let node = session.live[name]?.node else {
            throw Diagnostic("\(name) is not computed from anything", at: call.items.first?.range ?? call.range)
        }
        guard let tape = session.step.tape, let own = tape.nodes[node] else {
            throw Diagnostic("\(name) has no value yet", hint: "run forward first", at: call.range)
        }
        var tree = GraphTree(session: session, tape: tape)
        tree.add(own, indent: "", branch: "")
        context.emit(.table(tree.table))
    }
}

/// Collects the rows of the tree, the result first.
private struct GraphTree {
    let session: Session
    let tape: Tape
    var table = Table(["operation", "shape", "value", "gradient"])
    private var seen: Set<Int> = []
    private let names: [Int: String]

    init(session: Session, tape: Tape) {
        self.session = session
        self.tape = tape
        // The most telling name of a node: the last one that was given to it.
        var names: [Int: String] = [:]
        for name in session.liveOrder where name != "out" {
            if let node = session.live[name].flatMap({ tape.nodes[$0.node] }) { names[node] = name }
        }
        self.names = names
    }

    mutating func add(_ node: Int, indent: String, branch: String) {
        let inputs = tape.graph.nodes[node].inputs
        let isRepeated = !inputs.isEmpty && !seen.insert(node).inserted
        table.rows.append(
            [branch + label(node) + (isRepeated ? " (above)" : "")] + (isRepeated ? ["", "", ""] : cells(node)))
        guard !isRepeated else { return }
        for (index, input) in inputs.enumerated() {
            let isLast = index == inputs.count - 1
            add(input, indent: indent + (isLast ? "  " : "│ "), branch: indent + (isLast ? "└ " : "├ "))
        }
    }

    private func label(_ node: Int) -> String {
        switch tape.graph.nodes[node].source {
        case .parameter(let name), .input(let name): return name
        case .constant: return "constant"
        case .operation(let operation, _):
            var text = operation.name
            if let pointwise = operation as? Pointwise { text = pointwise.formula.text() }
            return names[node].map { "\($0) = \(text)" } ?? text
        }
    }

    private func cells(_ node: Int) -> [String] {
        let brief = { (value: Tensor) in TensorText.brief(value, digits: session.digits, limit: 24) }
        let gradient = session.step.hasGradients ? tape.gradients[node].map { brief(session.tapeValue($0)) } : nil
        return ["\(tape.graph.nodes[node].shape)", brief(session.tapeValue(node)), gradient ?? ""]
    }
}
