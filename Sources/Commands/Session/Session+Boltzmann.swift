// Restricted Boltzmann machines in a session: one, or a stack of which the last is trained on what those below make of
// the data.

import Learning
import Tensors

extension BoltzmannMachine {
    /// States of so many units as they can be typed.
    static func example(_ width: Int) -> String {
        width > 8 ? "zeros(1, \(width))" : "[\((0..<width).map { $0 % 2 == 0 ? "1" : "0" }.joined(separator: ", "))]"
    }
}

/// The machines of a session, from the data upwards.
struct BoltzmannStack: Sendable {
    var machines: [BoltzmannMachine]
    /// The step of the last machine while it is what the session trains; nil when a net is.
    var step: BoltzmannMachine.Step?

    var top: BoltzmannMachine { machines[machines.count - 1] }
    var parameterNames: [String] { machines.flatMap { $0.weights.map(\.name) } }
    /// The names of the nodes of a step: those of the last machine, and its data when they are not `x` itself.
    var nodeNames: [String] { (step?.nodes.map(\.name) ?? []) + (machines.count > 1 ? [Self.data] : []) }

    /// The name of what the last machine of several is trained on.
    static let data = "v0"
}

extension Session {
    /// The machine that is being trained.
    var trainedMachine: BoltzmannMachine? { stack?.step == nil ? nil : stack?.top }

    /// The width of the rows that the model takes: the net, or the machines.
    var inputWidth: Int? { network?.inputs ?? (trainedMachine == nil ? nil : stack?.machines[0].visible) }

    /// What is drawn anew for each batch.
    var masks: [LayerMask] { network?.masks ?? stack?.step?.draws ?? [] }

    /// The names of what layers keep beside their weights, and of what is drawn for them.
    var stateNames: [String] { network?.stateNames ?? masks.map(\.name) }

    /// The weights that `init` draws: those of the net, or of the machine that is being trained.
    var drawnWeights: [Network.Weights] { network?.weights ?? trainedMachine?.weights ?? [] }

    /// The biases of the model.
    var biases: Set<String> { Set(drawnWeights.filter(\.isBias).map(\.name)) }

    /// The nodes of a machine's parameters.
    func leaves(of machine: BoltzmannMachine) -> BoltzmannMachine.Leaves {
        .init(
            weights: leaves[machine.weightsName]!, visibleBias: leaves[machine.visibleBiasName]!,
            hiddenBias: leaves[machine.hiddenBiasName]!)
    }

    /// Puts a machine on those below it, with fresh weights, and makes its contrastive divergence the objective. Returns what
    /// it replaced, in words.
    mutating func define(
        _ machine: BoltzmannMachine, on below: [BoltzmannMachine], _ initializer: Initializer, _ settings: Settings
    ) throws(Diagnostic) -> String? {
        // A batch that was given by hand stays the batch when a machine is stacked; for the first one it was a name.
        var x = batchByHand["x"]
        if data == nil, let plain = plain["x"] { x = x ?? plain }
        leavePretraining()
        removeNetwork()
        let gone = Set(stack?.parameterNames ?? []).subtracting(below.flatMap { $0.weights.map(\.name) })
        stack = nil
        _ = removeParameters(gone)
        var lost = machine.weights.compactMap { forget($0.name) }
        withRandom(seed: settings) { session, random in
            session.append(machine.weights.map { ($0.name, Self.draw($0, initializer, settings, &random)) })
        }
        stack = BoltzmannStack(machines: below + [machine])
        try buildMachine(&lost)
        startRun()
        for weights in machine.weights { origins[weights.name] = .drawn(initializer, settings, weights) }
        if let x, x.shape.axes.last == stack?.machines[0].visible {
            plain["x"] = nil
            try setBatch("x", x)
        }
        return lost.isEmpty ? nil : lost.joined(separator: "; ")
    }

    private mutating func buildMachine(_ lost: inout [String]) throws(Diagnostic) {
        guard let machines = stack?.machines, let machine = machines.last else { return }
        if graph.nodes[leaves["x"] ?? 0].shape != [1, machines[0].visible] || leaves["x"] == nil {
            leaves["x"] = graph.input("x", [1, machines[0].visible])
        }
        let x = leaves["x"]!
        let (step, v0) = try located(nil) { () throws(OperationError) in
            var v0 = x
            for below in machines.dropLast() { v0 = try BoltzmannMachine.up(&graph, v0, leaves(of: below)) }
            return (try machine.step(&graph, data: v0, leaves(of: machine)), v0)
        }
        let nodes = (machines.count > 1 ? [(BoltzmannStack.data, v0)] : []) + step.nodes
        lost += nodes.compactMap { forget($0.0) } + step.draws.compactMap { forget($0.name) }
        stack?.step = step
        for (name, node) in nodes {
            live[name] = Live(node: node, initial: nil)
            liveOrder.append(name)
        }
        try minimize(BoltzmannMachine.objective)
    }

    /// The machines keep their weights, but are no longer what is trained.
    mutating func leavePretraining() {
        guard let stack, stack.step != nil else { return }
        removeLive(Set(stack.nodeNames))
        self.stack?.step = nil
        training.layers = LayerState()
        step = StepState(gradients: step.gradients, status: step.status)
    }

    /// Fails when rows cannot be states of the visible units.
    func checkVisible(_ x: Tensor) throws(Diagnostic) {
        guard let index = x.elements.firstIndex(where: { !(0...1).contains($0) }) else { return }
        let width = max(x.shape.axes.last ?? 1, 1)
        throw Diagnostic(
            "visible units are from 0 to 1, and x[\(index / width),\(index % width)] is \(digits.text(x.elements[index]))",
            hint: batchByHand.isEmpty
                ? "normalize minmax brings data there; data bars is 0 and 1"
                : "x = \(BoltzmannMachine.example(width))")
    }

    /// Fails when augmentations have made something of the present batch that cannot be states of the visible units.
    func checkVisibleBatch() throws(Diagnostic) {
        guard trainedMachine != nil, !augmentations.isEmpty, let x = try augmentedBatch()?.batch["x"] else { return }
        do throws(Diagnostic) { try checkVisible(x) } catch {
            throw Diagnostic("\(error.message) under augment", hint: "augment off")
        }
    }

    /// Fails when the batch or the data cannot be states of the visible units.
    func checkVisibleData() throws(Diagnostic) {
        if let x = batchByHand["x"] { return try checkVisible(x) }
        guard let data, let width = stack?.machines[0].visible else { return }
        guard data.set.features.count == width else {
            throw Diagnostic(
                "the data have \(data.set.features.count) features, the machine has \(width) visible units",
                hint: "rbm hidden=16 builds one that fits")
        }
        try checkVisible(data.x)
    }

    /// Imposes the states of sampled units on the present batch: uniform numbers are set that give them.
    mutating func imposeSamples(_ name: String, _ value: Tensor) throws(Diagnostic) {
        guard let draw = stack?.step?.sampled[name] else { throw unknown(name) }
        guard value.elements.allSatisfy({ $0 == 0 || $0 == 1 }) else {
            throw Diagnostic("a sampled unit is 0 or 1", hint: "\(name)[0,0] is one")
        }
        training.layers.masks[draw] = Tensor(value.shape, value.elements.map { 1 - $0 })
        training.layers.masksAreUsed = false
        step.isFresh = false
    }
}
