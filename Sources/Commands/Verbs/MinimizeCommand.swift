// minimize: makes a scalar the objective.

struct MinimizeCommand: Command {
    let verb = "minimize"
    let group = CommandGroup.build
    let summary = "makes a scalar the objective and begins a new run"
    let examples = ["minimize J"]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty
            ? .words(session.liveOrder.filter { session.graph.nodes[session.live[$0]!.node].shape.count == 1 }) : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        guard let name = try call.word(0, "a name", example: examples[0]) else {
            throw Diagnostic("minimize needs the name of a scalar", hint: examples[0], at: call.range)
        }
        try call.atMost(1, example: examples[0])
        let range = call.items[0].range
        if context.session.parts != nil, Session.partNames.contains(name) {
            throw Diagnostic(
                "\(name) is a part of the objective while it is regularized", hint: "regularize off takes it away",
                at: range)
        }
        guard let node = context.session.live[name]?.node else {
            if name == "loss" { throw Diagnostic("there is no loss", hint: "loss cross_entropy", at: range) }
            let isKnown = context.session.names.contains(name)
            throw isKnown
                ? Diagnostic(
                    "\(name) does not depend on any parameter", hint: "\(name) = an expression over a param", at: range)
                : context.session.unknown(name).at(range)
        }
        let shape = context.session.graph.nodes[node].shape
        guard shape.count == 1 else {
            throw Diagnostic(
                "\(name) has shape \(shape); only a scalar can be minimised", hint: "mean(\(name))", at: range)
        }
        try context.session.minimize(name)
        context.session.startRun()
    }
}
