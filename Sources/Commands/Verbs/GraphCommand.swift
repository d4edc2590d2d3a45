// graph: the operations of the last step as a tree, with values and gradients.

import Formulas
import Tensors

struct GraphCommand: Command {
    let verb = "graph"
    let group = CommandGroup.inspect
    let summary = "the operations behind the objective, or behind one name, as a tree with values and gradients"
    let examples = ["graph", "graph J"]
    let effect = Effect.none

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? .words(session.liveOrder) : []
    }

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
        if !session.step.isFresh { context.say("of the last forward, before the parameters changed") }
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
    private let names: NodeNames
    /// The parameters that the values were computed from.
    private let parameters: [Double]

    init(session: Session, tape: Tape) {
        self.session = session
        self.tape = tape
        names = NodeNames(session, tape)
        parameters = (try? session.stepParameters()) ?? session.training.parameters
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
        case .parameter, .input: return names.label(node)
        case .constant: return "constant"
        case .operation: return names.name(node).map { "\($0) = \(names.formula(node))" } ?? names.label(node)
        }
    }

    private func cells(_ node: Int) -> [String] {
        let gradient = session.step.hasGradients ? tape.gradients[node].map(text) : nil
        return ["\(tape.graph.nodes[node].shape)", text(node), gradient ?? ""]
    }

    /// A small value itself, the norm of a larger one.
    private func text(_ node: Int) -> String {
        let value = tape.value(
            node, parameters: parameters, gradients: session.step.gradients, values: session.step.values)
        if value.count <= 3 { return TensorText.inline(value, digits: session.digits) }
        let norm = value.norm
        return "norm \(Digits.significant(4).text(norm))"
    }
}
