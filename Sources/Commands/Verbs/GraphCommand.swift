// graph: the operations of the last step, with values and gradients: as a tree, or as a text for Graphviz.

import Formulas
import Tensors

struct GraphCommand: Command {
    let verb = "graph"
    let group = CommandGroup.inspect
    let summary =
        "the operations behind the objective or a name, with values and gradients; dot writes them for Graphviz"
    let examples = ["graph", "graph J", "graph dot", "graph dot \"net.dot\""]
    let effect = Effect.none

    func choices(after items: [String], _ session: Session) -> [Choice] {
        switch items.last {
        case nil: [.word("dot", note: "for Graphviz")] + .words(session.liveOrder)
        case "dot": [.file]
        default: items.count == 1 ? .words(["dot"]) : []
        }
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        var words: [Item] = call.items
        var file: Item?
        if case .string = words.last?.kind { file = words.removeLast() }
        _ = try call.settings([], &context)
        let isDot: Bool
        if case .word("dot") = words.last?.kind { isDot = true } else { isDot = false }
        if isDot { words.removeLast() }
        guard words.count <= 1 else { throw Diagnostic("graph takes one name", hint: examples[1], at: words[1].range) }
        guard isDot || file == nil else {
            throw Diagnostic("a file is written for Graphviz only", hint: examples[3], at: file?.range)
        }
        let values = try values(words.first, call, context)
        guard isDot else {
            if !context.session.step.isFresh { context.say("of the last forward, before the parameters changed") }
            var tree = GraphTree(values)
            tree.add(values.root, indent: "", branch: "")
            return context.emit(.table(tree.table))
        }
        let lines = values.dot
        guard let file else {
            for line in lines { context.say(line) }
            return
        }
        let path = context.path(try call.string(call.items.count - 1, example: examples[3]))
        try Files.located(file.range) { () throws(Diagnostic) in
            try Files.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: path)
        }
        context.workbench.noteWritten(path)
        context.say("written to \(path)")
    }

    /// The graph below the name that `item` gives, or else below the objective.
    private func values(_ item: Item?, _ call: Call, _ context: Context) throws(Diagnostic) -> GraphValues {
        let session = context.session
        var named: String?
        if let item {
            guard case .word(let word) = item.kind else {
                throw Diagnostic("a name should stand here", hint: examples[1], at: item.range)
            }
            named = word
        }
        guard let name = named ?? session.objective ?? session.liveOrder.last else {
            throw Diagnostic("there is nothing to draw", hint: "w = param(1); J = w^2; minimize J", at: call.range)
        }
        guard let node = session.live[name]?.node else {
            throw session.names.contains(name)
                ? Diagnostic("\(name) is not computed from anything", at: item?.range ?? call.range)
                : session.unknown(name).at(item?.range ?? call.range)
        }
        guard let tape = session.step.tape, let root = tape.nodes[node] else {
            throw Diagnostic("\(name) has no value yet", hint: "run forward first", at: call.range)
        }
        return GraphValues(session, tape, name: name, root: root)
    }
}

/// What is shown of each node.
struct GraphValues {
    let name: String
    let root: Int
    let tape: Tape
    private let session: Session
    private let names: NodeNames
    /// The parameters that the values were computed from.
    private let parameters: [Double]

    init(_ session: Session, _ tape: Tape, name: String, root: Int) {
        self.name = name
        self.root = root
        self.tape = tape
        self.session = session
        names = NodeNames(session, tape)
        parameters = (try? session.stepParameters()) ?? session.training.parameters
    }

    func label(_ node: Int) -> String {
        switch tape.graph.nodes[node].source {
        case .parameter, .input: names.label(node)
        case .constant: "constant"
        case .operation: names.name(node).map { "\($0) = \(names.formula(node))" } ?? names.label(node)
        }
    }

    /// A small value itself, the norm of a larger one.
    func value(_ node: Int) -> (prefix: String, text: String) {
        let value = tape.value(
            node, parameters: parameters, gradients: session.step.gradients, values: session.step.values)
        if value.count <= 3 { return ("", TensorText.inline(value, digits: session.digits)) }
        return ("norm ", Digits.significant(4).text(value.norm))
    }

    /// As `value`; nil where none is known.
    func gradient(_ node: Int) -> (prefix: String, text: String)? {
        session.step.hasGradients ? tape.gradients[node].map(value) : nil
    }

    // MARK: Graphviz

    /// A directed graph, from the leaves to the result; parameters are set apart by their frame.
    var dot: [String] {
        var seen: Set<Int> = []
        var nodes: [String] = []
        var edges: [String] = []
        func visit(_ node: Int) {
            guard seen.insert(node).inserted else { return }
            let inputs = tape.graph.nodes[node].inputs
            for input in inputs {
                visit(input)
                edges.append("  n\(input) -> n\(node);")
            }
            let value = value(node)
            var lines = [label(node), "\(tape.graph.nodes[node].shape)  \(value.prefix)\(value.text)"]
            if let gradient = gradient(node) { lines.append("grad  \(gradient.prefix)\(gradient.text)") }
            let text = lines.map(Self.escaped).joined(separator: "\\n")
            nodes.append("  n\(node) [label=\"\(text)\"\(style(node))];")
        }
        visit(root)
        return ["digraph \"\(Self.escaped(name))\" {", "  rankdir=BT;", "  node [shape=box, fontname=\"monospace\"];"]
            + nodes + edges + ["}"]
    }

    private func style(_ node: Int) -> String {
        switch tape.graph.nodes[node].source {
        case .parameter: ", peripheries=2"
        case .input, .constant: ", style=rounded"
        case .operation: ""
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
}

/// Collects the rows of the tree, the result first.
private struct GraphTree {
    private let values: GraphValues
    private var labels: [String] = []
    private var shapes: [String] = []
    private var cells: [[(prefix: String, text: String)?]] = [[], []]
    private var seen: Set<Int> = []

    init(_ values: GraphValues) { self.values = values }

    mutating func add(_ node: Int, indent: String, branch: String) {
        let inputs = values.tape.graph.nodes[node].inputs
        let isRepeated = !inputs.isEmpty && !seen.insert(node).inserted
        labels.append(branch + values.label(node) + (isRepeated ? " (above)" : ""))
        shapes.append(isRepeated ? "" : "\(values.tape.graph.nodes[node].shape)")
        cells[0].append(isRepeated ? nil : values.value(node))
        cells[1].append(isRepeated ? nil : values.gradient(node))
        guard !isRepeated else { return }
        for (index, input) in inputs.enumerated() {
            let isLast = index == inputs.count - 1
            add(input, indent: indent + (isLast ? "  " : "│ "), branch: indent + (isLast ? "└ " : "├ "))
        }
    }

    /// Numbers stand with their points below each other, behind `norm` where some are norms.
    var table: Table {
        let columns = cells.map(Self.aligned)
        let hasGradients = cells[1].contains { $0 != nil }
        let rows = labels.indices.map { row in [labels[row], shapes[row]] + columns.map { $0[row] } }
        return Table(
            ["operation", "shape", "value"] + (hasGradients ? ["gradient"] : []),
            rows: rows.map { hasGradients ? $0 : Array($0.dropLast()) })
    }

    private static func aligned(_ cells: [(prefix: String, text: String)?]) -> [String] {
        let margin = cells.map { $0?.prefix.count ?? 0 }.max() ?? 0
        let isNumber = cells.map { $0.map { !$0.text.hasPrefix("[") } ?? false }
        let numbers = TensorText.aligned(zip(cells, isNumber).map { $1 ? $0?.text ?? "" : "" })
        return cells.indices.map { index in
            guard let cell = cells[index] else { return "" }
            let padding = String(repeating: " ", count: margin - cell.prefix.count)
            return isNumber[index] ? cell.prefix + padding + numbers[index] : cell.text
        }
    }
}
