// The functions of restricted Boltzmann machines: probabilities and energies of the last one of the stack.

import Learning
import Tensors

extension Builtin {
    static let boltzmann: [Builtin] = [
        Builtin(
            "p_hidden", "p_hidden([1, 0, 1])", 1...1, meaning: "the hidden units' probabilities given the visible ones"
        ) { (evaluator, call) throws(Diagnostic) in
            let machine = try evaluator.machine(call)
            return try machine.rows(call, ["v"], &evaluator) { (graph, rows, leaves) throws(OperationError) in
                try BoltzmannMachine.up(&graph, rows[0], leaves)
            }
        },
        Builtin(
            "p_visible", "p_visible([0, 1])", 1...1, meaning: "the visible units' probabilities given the hidden ones"
        ) { (evaluator, call) throws(Diagnostic) in
            let machine = try evaluator.machine(call)
            return try machine.rows(call, ["h"], &evaluator) { (graph, rows, leaves) throws(OperationError) in
                try BoltzmannMachine.down(&graph, rows[0], leaves)
            }
        },
        Builtin(
            "energy", "energy([1, 0, 1], [0, 1])", 2...2,
            meaning: "E(v, h) = -a.v - b.h - v.W.h of visible and hidden units together"
        ) { (evaluator, call) throws(Diagnostic) in
            let machine = try evaluator.machine(call)
            return try machine.rows(call, ["v", "h"], &evaluator) { (graph, rows, leaves) throws(OperationError) in
                try BoltzmannMachine.energy(&graph, rows[0], rows[1], leaves)
            }
        },
        Builtin(
            "free_energy", "free_energy([1, 0, 1]) or free_energy(val)", 1...1, words: Session.Part.names,
            meaning: "F(v), so that exp(-F(v)) sums exp(-E(v, h)) over all h; of train or val the mean"
        ) { (evaluator, call) throws(Diagnostic) in
            let machine = try evaluator.machine(call)
            if let part = call.part {
                return try evaluator.overStack(call, part) { (graph, x, stack) throws(OperationError) in
                    var v = x
                    for leaves in stack.dropLast() { v = try BoltzmannMachine.up(&graph, v, leaves) }
                    let energies = try BoltzmannMachine.freeEnergy(&graph, v, stack[stack.count - 1])
                    return try graph.apply(Sum(mean: true), [energies])
                }
            }
            return try machine.rows(call, ["v"], &evaluator) { (graph, rows, leaves) throws(OperationError) in
                try BoltzmannMachine.freeEnergy(&graph, rows[0], leaves)
            }
        },
        Builtin(
            "log_partition", "log_partition()", 0...0,
            meaning: "log Z: exp(-free_energy(v) - log_partition()) is the probability of v; for small machines"
        ) { (evaluator, call) throws(Diagnostic) in
            let machine = try evaluator.machine(call)
            let (visible, hidden) = (machine.machine.visible, machine.machine.hidden)
            return try evaluator.compose(machine.inputs, call.range) { (graph) throws(OperationError) in
                try BoltzmannMachine.logPartition(&graph, visible: visible, hidden: hidden, machine.leaves)
            }
        },
        Builtin(
            "reconstruct", "reconstruct(x)", 1...1,
            meaning: "rows of data, up through all machines and down again by probabilities"
        ) { (evaluator, call) throws(Diagnostic) in
            let stack = try evaluator.stack(call)
            let x = try call.node(0, &evaluator)
            let rows = try stack[0].matrix(x, "x", ["x"], call, &evaluator)
            let node = try evaluator.compose([rows] + stack.flatMap(\.inputs), call.range) {
                (graph) throws(OperationError) in
                try BoltzmannMachine.reconstruct(&graph, rows, stack.map(\.leaves))
            }
            return try evaluator.apply(Reshape(evaluator.graph.nodes[x].shape), [node], call.range)
        },
        Builtin(
            "reconstruction_error", "reconstruction_error(val)", 0...1, words: Session.Part.names,
            meaning: "the mean squared distance of samples from reconstruct(x), over train or val"
        ) { (evaluator, call) throws(Diagnostic) in
            try evaluator.overStack(call, call.part ?? .train) { (graph, x, stack) throws(OperationError) in
                let back = try BoltzmannMachine.reconstruct(&graph, x, stack)
                return try graph.apply(
                    Sum(mean: true), [try graph.apply(BoltzmannMachine.squaredError, [x, back])])
            }
        },
    ]
}

/// A machine with the nodes of its parameters in an expression.
private struct MachineNodes {
    let machine: BoltzmannMachine
    let leaves: BoltzmannMachine.Leaves

    var inputs: [Int] { [leaves.weights, leaves.visibleBias, leaves.hiddenBias] }

    /// What `build` makes of the arguments, states of visible (`v`) or hidden units (`h`). One state may be given as a vector;
    /// the result then has no rows either.
    func rows(
        _ call: BuiltinCall, _ kinds: [String], _ evaluator: inout Evaluator,
        _ build: (inout Graph, [Int], BoltzmannMachine.Leaves) throws(OperationError) -> Int
    ) throws(Diagnostic) -> Int {
        var inputs: [Int] = []
        var isRow = true
        for (index, kind) in kinds.enumerated() {
            let node = try call.node(index, &evaluator)
            isRow = isRow && evaluator.graph.nodes[node].shape.rank < 2
            inputs.append(try matrix(node, kind, kinds, call, &evaluator))
        }
        let node = try evaluator.compose(inputs + self.inputs, call.range) { (graph) throws(OperationError) in
            try build(&graph, inputs, leaves)
        }
        guard isRow else { return node }
        let shape = Shape(Array(evaluator.graph.nodes[node].shape.axes.dropFirst()))
        return try evaluator.apply(Reshape(shape), [node], call.range)
    }

    /// How many units have the states that a function calls so.
    private func width(_ kind: String) -> Int { kind == "h" ? machine.hidden : machine.visible }

    /// One argument of those that a function takes, as rows.
    func matrix(
        _ node: Int, _ kind: String, _ kinds: [String], _ call: BuiltinCall, _ evaluator: inout Evaluator
    ) throws(Diagnostic) -> Int {
        let width = width(kind)
        let shape = evaluator.graph.nodes[node].shape
        guard shape.rank <= 2, shape.axes.last ?? 1 == width else {
            throw Diagnostic(
                "\(call.name) takes \(kind) as rows of \(width), not \(shape)",
                hint: "\(call.name)(\(kinds.map { BoltzmannMachine.example(self.width($0)) }.joined(separator: ", ")))",
                at: call.range)
        }
        return shape.rank == 2 ? node : try evaluator.apply(Reshape([1, width]), [node], call.range)
    }
}

extension Evaluator {
    /// The machines of the session, from the data upwards.
    fileprivate mutating func stack(_ call: BuiltinCall) throws(Diagnostic) -> [MachineNodes] {
        guard let machines = session.stack?.machines else {
            throw Diagnostic("there is no Boltzmann machine", hint: "rbm visible=3 hidden=2", at: call.range)
        }
        var result: [MachineNodes] = []
        for machine in machines {
            var nodes: [Int] = []
            for name in machine.weights.map(\.name) {
                nodes.append(try node(Expression(kind: .name(name), range: call.range)))
            }
            result.append(
                MachineNodes(
                    machine: machine, leaves: .init(weights: nodes[0], visibleBias: nodes[1], hiddenBias: nodes[2])))
        }
        return result
    }

    /// What `build` makes of the rows of a part of the data and the parameters of all machines.
    fileprivate mutating func overStack(
        _ call: BuiltinCall, _ part: Session.Part,
        _ build: (inout Graph, Int, [BoltzmannMachine.Leaves]) throws(OperationError) -> Int
    ) throws(Diagnostic) -> Int {
        let stack = try stack(call)
        let x = graph.constant(try session.visibleRows(part))
        return try compose([x] + stack.flatMap(\.inputs), call.range) { (graph) throws(OperationError) in
            try build(&graph, x, stack.map(\.leaves))
        }
    }

    /// The last machine.
    fileprivate mutating func machine(_ call: BuiltinCall) throws(Diagnostic) -> MachineNodes {
        let stack = try stack(call)
        return stack[stack.count - 1]
    }
}

extension BuiltinCall {
    /// The part of the data that the only argument names.
    fileprivate var part: Session.Part? {
        guard case .name(let word)? = positional.first?.kind else { return nil }
        return Session.Part(rawValue: word)
    }
}

// MARK: Over a part of the data

extension Session {
    /// The rows of a part of the data; without data, the batch given by hand.
    fileprivate func visibleRows(_ part: Part) throws(Diagnostic) -> Tensor {
        if let x = batchByHand["x"], part == .train { return x }
        guard let data, batchByHand.isEmpty else {
            throw Diagnostic("there are no samples", hint: "data NAME loads some, or give x = …")
        }
        try checkVisibleData()
        let rows = part == .val ? data.validationRows : data.trainingRows
        guard !rows.isEmpty else {
            throw Diagnostic("there are no validation samples", hint: "split train=0.8 seed=1 sets some aside")
        }
        return data.features(rows)
    }
}

extension Context {
    /// After a training of a machine: free energy and reconstruction error on training and validation samples.
    func reportMachine() {
        guard session.trainedMachine != nil, let data = session.data, session.batchByHand.isEmpty else { return }
        func measured(_ function: String, _ part: Session.Part) -> Double {
            let name = Expression(kind: .name(part.rawValue), range: 0..<0)
            let call = Expression(kind: .call(function, [.init(key: nil, value: name)]), range: 0..<0)
            var evaluator = Evaluator(session)
            return (try? evaluator.value(call).scalar) ?? .nan
        }
        func line(_ name: String, _ values: [Double]) {
            say("  \(name) free energy \(text(values[0]))  reconstruction error \(text(values[1]))")
        }
        let names = ["free_energy", "reconstruction_error"]
        let training = names.map { measured($0, .train) }
        line("training  ", training)
        guard !data.validationRows.isEmpty else { return }
        let validation = names.map { measured($0, .val) }
        line("validation", validation)
        line("gap       ", zip(validation, training).map { $0 - $1 })
    }
}
