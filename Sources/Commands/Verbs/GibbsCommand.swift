// gibbs: steps of Gibbs sampling: hidden units drawn given the visible ones, then visible units given the hidden ones.

import Formulas
import Learning
import Tensors

/// The plan of a step, with its nodes by name.
struct GibbsPlan: Sendable {
    let tape: Tape
    let nodes: [String: Int]
}

/// One step of the chain as it was computed, so that its numbers can be explained.
struct GibbsStep: Sendable {
    let plan: GibbsPlan
    let values: [Double]
    /// The parameters that it was computed with, as the layout had them.
    let parameters: [Double]

    var tape: Tape { plan.tape }
    /// Its nodes by name.
    var nodes: [String: Int] { plan.nodes }

    func value(_ name: String) -> Tensor? {
        nodes[name].map { tape.value($0, parameters: parameters, gradients: [], values: values) }
    }

    func explanation(
        of name: String, _ symbol: String, _ offset: Int, _ session: Session, deep: Bool
    ) -> Explanation {
        let names = NodeNames(session, tape, own: nodes)
        var explainer = NodeExplainer(tape: tape, names: names, digits: session.digits) { node, offset in
            tape.element(node, offset, parameters: parameters, gradients: [], values: values)
        }
        explainer.explain(nodes[name]!, offset, symbol: symbol, deep: deep)
        guard explainer.explanation.lines.isEmpty else { return explainer.explanation }
        let number = tape.element(nodes[name]!, offset, parameters: parameters, gradients: [], values: values)
        var explanation = Explanation(digits: session.digits)
        explanation.add(symbol, .number(number), [:], number)
        explanation.remark(
            name == "v_before" ? "v before this step" : "uniform between 0 and 1; drawn by gibbs for this step")
        return explanation
    }
}

struct GibbsCommand: Command {
    let verb = "gibbs"
    let group = CommandGroup.step
    let summary =
        "steps of Gibbs sampling with the last machine: h is drawn given v, then v given h; it goes on from the present v. "
        + "Its draws are of the session's stream, so training draws other numbers after it"
    let examples = ["gibbs", "gibbs 100", "gibbs 20 from=data rows=5", "gibbs from=random rows=10"]
    let settings: [Setting] = [
        .choice("from", ["present", "random", "data"], "where v begins; without a v it is random"),
        .integer("rows", 5, .within(1, 100_000), "how many chains, where they begin anew"),
    ]

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[1])
        let count = try call.count(0, &context, example: examples[1]) ?? 1
        let settings = try call.settings(settings, &context)
        guard let machine = context.session.stack?.top else {
            throw Diagnostic("there is no Boltzmann machine", hint: "rbm hidden=16", at: call.range)
        }
        let session = context.session
        if let name = GibbsStep.names.first(where: { session.isParameter($0) || session.live[$0] != nil }) {
            throw Diagnostic(
                "gibbs gives the name \(name) to what it draws, and there is another \(name)",
                hint: "give yours another name", at: call.range)
        }
        var v = try context.session.chainStart(settings, machine)
        let plan = try context.session.gibbsPlan(rows: v.shape[0])
        var (changed, done) = (0.0, 0)
        while done < count {
            let step = try context.session.gibbsStep(plan, from: v)
            let before = v
            v = step.value("v") ?? v
            changed += Double(zip(before.elements, v.elements).count { $0 != $1 }) / Double(v.count)
            context.session.gibbs = step
            done += 1
            if context.workbench.isInterrupted() { break }
        }
        if done < count {
            // What was interrupted is remembered as what was done, so that it can be done again.
            let keys = settings.given.map { " \($0.key)=\($0.value.text())" }.sorted()
            context.replacement = "gibbs \(done)" + keys.joined()
            context.say("stopped by Ctrl-C after \(done) steps")
        }
        for name in GibbsStep.names {
            let value = context.session.gibbs?.value(name)
            if let value, let note = context.session.definePlain(name, value) { context.say(note) }
        }
        for name in GibbsStep.shown {
            guard let value = context.session.gibbs?.value(name) else { continue }
            if value.count <= 40 {
                context.emit(.tensor(value, name: name, remark: nil, digits: context.session.digits))
            } else {
                context.say("\(name) = \(context.text(value))")
            }
        }
        let share = context.text((1000 * changed / Double(done)).rounded() / 10)
        context.say("\(share) % of the visible units changed in a step")
        if machine.level > 1 { context.say("picture is what the machines below make of v") }
    }
}

extension GibbsStep {
    /// What a step gives: probabilities and samples of both sides, and the visible units at the bottom of the stack.
    static let shown = ["ph", "h", "pv", "v"]
    static let names = shown + ["picture", "v_before", "u_h", "u_v"]
}

extension Session {
    /// The last step of sampling where `name` still stands for what it gave.
    func gibbsStep(of name: String) -> GibbsStep? {
        guard let gibbs, let value = gibbs.value(name), plain[name] == value else { return nil }
        return gibbs
    }

    /// The first state of the visible units: the present `v` where the chain goes on.
    fileprivate mutating func chainStart(
        _ settings: Settings, _ machine: BoltzmannMachine
    ) throws(Diagnostic) -> Tensor {
        let rows = settings.integer("rows") ?? 1
        let present = plain["v"].flatMap { $0.shape.axes.last == machine.visible && $0.shape.rank <= 2 ? $0 : nil }
        let from = settings.word("from")
        if from == "data" { return try dataStates(rows, machine) }
        if let present, present.count > 0, from == "present", settings.given["rows"] == nil {
            try checkVisible(present)
            return present.reshaped([present.count / machine.visible, machine.visible])
        }
        let states = (0..<rows * machine.visible).map { _ in training.random.uniform() < 0.5 ? 1.0 : 0 }
        return Tensor([rows, machine.visible], states)
    }

    /// What the last machine sees of randomly chosen training samples.
    private mutating func dataStates(_ rows: Int, _ machine: BoltzmannMachine) throws(Diagnostic) -> Tensor {
        guard let data, let machines = stack?.machines else {
            throw Diagnostic("no data are loaded", hint: "data bars, or gibbs from=random")
        }
        try checkVisibleData()
        let chosen = (0..<rows).map { _ in data.trainingRows[training.random.index(below: data.trainingRows.count)] }
        let x = data.features(chosen)
        var graph = graph
        var node = graph.input("rows", x.shape)
        let below = machines.dropLast().map { leaves(of: $0) }
        node = try located(nil) { () throws(OperationError) in
            var v = node
            for leaves in below { v = try BoltzmannMachine.up(&graph, v, leaves) }
            return v
        }
        return below.isEmpty ? x : try run(node, ["rows": x], in: graph)
    }

    /// The plan of one step for so many chains, with its nodes by name.
    fileprivate func gibbsPlan(rows: Int) throws(Diagnostic) -> GibbsPlan {
        let machines = stack?.machines ?? []
        let machine = machines[machines.count - 1]
        let leaves = machines.map { self.leaves(of: $0) }
        let (top, below) = (leaves[leaves.count - 1], leaves.dropLast())
        var graph = graph
        return try located(nil) { () throws(OperationError) in
            let v = graph.input("v_before", [rows, machine.visible])
            let uh = graph.input("u_h", [rows, machine.hidden])
            let uv = graph.input("u_v", [rows, machine.visible])
            let ph = try BoltzmannMachine.up(&graph, v, top)
            let h = try BoltzmannMachine.sample(&graph, uh, ph)
            let pv = try BoltzmannMachine.down(&graph, h, top)
            let next = try BoltzmannMachine.sample(&graph, uv, pv)
            var picture = below.isEmpty ? pv : next
            for leaves in below.reversed() { picture = try BoltzmannMachine.down(&graph, picture, leaves) }
            let named = [
                "v_before": v, "u_h": uh, "u_v": uv, "ph": ph, "h": h, "pv": pv, "v": next, "picture": picture,
            ]
            let tape = try Tape(
                graph, roots: Array(named.values), objective: nil, layout: layout, inputShapes: [:])
            return GibbsPlan(tape: tape, nodes: named.mapValues { tape.nodes[$0]! })
        }
    }

    /// One step from `v`, with random numbers of the session.
    fileprivate mutating func gibbsStep(_ plan: GibbsPlan, from v: Tensor) throws(Diagnostic) -> GibbsStep {
        var batch = ["v_before": v]
        for name in ["u_h", "u_v"] {
            let shape = plan.tape.graph.nodes[plan.nodes[name]!].shape
            batch[name] = Tensor(shape, (0..<shape.count).map { _ in training.random.uniform() })
        }
        var values = plan.tape.values(for: batch)
        var gradients: [Double] = []
        try located(nil) { () throws(OperationError) in
            try plan.tape.run(
                plan.tape.forwardSteps, parameters: training.parameters, gradients: &gradients, values: &values)
        }
        return GibbsStep(plan: plan, values: values, parameters: training.parameters)
    }
}
