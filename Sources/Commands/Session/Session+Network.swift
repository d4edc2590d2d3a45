// Building the network, its loss and its run.

import Formulas
import Learning
import Tensors

extension Session {
    /// Builds a network with fresh weights. Returns what it replaced, in words.
    mutating func defineNetwork(_ network: Network) throws(Diagnostic) -> String? {
        let replaced = network.names.filter { plain[$0] != nil || (live[$0] != nil || isParameter($0)) }
        let isRebuild = self.network != nil
        let given = data == nil ? plain.filter { $0.key == "x" || $0.key == "y" } : [:]
        removeNetwork()
        leavePretraining()
        var lost = network.names.compactMap { forget($0) }
        self.network = network
        let initializer = defaultInitializer
        var random = training.random
        let settings = Settings(settings(of: initializer))
        append(network.weights.map { ($0.name, Self.draw($0, initializer, settings, &random)) })
        training.random = random
        try buildNetwork()
        try buildLoss()
        startRun()
        for weights in network.weights { origins[weights.name] = .drawn(initializer, settings, weights) }
        // Samples that were named before the net become its batch, when they fit it.
        for name in ["x", "y"] {
            var trial = self
            guard let value = given[name], (try? trial.setBatch(name, value)) != nil else { break }
            self = trial
        }
        if !isRebuild, !replaced.isEmpty { lost.insert("replaces \(replaced.joined(separator: ", "))", at: 0) }
        return lost.isEmpty ? nil : lost.joined(separator: "; ")
    }

    mutating func removeNetwork() {
        guard let network else { return }
        self.network = nil
        _ = removeParameters(Set(network.weights.map(\.name)))
        removeLive(["loss", "out"])
        networkOutput = nil
        evaluation = nil
        if data == nil { leaves["x"] = nil }
    }

    private mutating func buildNetwork() throws(Diagnostic) {
        guard let network else { return }
        let x = graph.input("x", [1, network.inputs])
        leaves["x"] = x
        let leaves = leaves
        func built(_ mode: NetworkBuilder.Mode) throws(Diagnostic) -> NetworkBuilder {
            let builder = try located(nil) { () throws(OperationError) in
                try network.built(in: graph, x: x, mode: mode) { leaves[$0]! }
            }
            graph = builder.graph
            return builder
        }
        let trained = try built(.training)
        networkOutput = trained.current
        for (name, node) in trained.nodes + [("out", trained.current)] {
            live[name] = Live(node: node, initial: nil)
            liveOrder.append(name)
        }
        if network.hasModes {
            let evaluated = try built(.evaluation)
            let nodes = Dictionary(uniqueKeysWithValues: evaluated.nodes.map { ($0.name, $0.node) })
            evaluation = Evaluation(output: evaluated.current, nodes: nodes)
        }
        tapes = [:]
    }

    static func draw(
        _ weights: Network.Weights, _ initializer: Initializer, _ settings: Settings, _ random: inout Random
    ) -> Tensor {
        if let start = weights.start { return Tensor(repeating: start, weights.shape) }
        let values = Initializer.draw(
            initializer.distribution(settings, isBias: weights.isBias), settings, fanIn: weights.fanIn,
            fanOut: weights.fanOut,
            count: weights.shape.count, &random)
        return Tensor(weights.shape, values)
    }

    /// The shape of `y` for the present loss and network with `rows` samples, when `given` is what there is.
    func targetShape(rows: Int, given: Shape?) -> Shape {
        guard let network, let loss else { return given ?? [rows] }
        if case .values = loss.member.targets { return [rows, network.outputs] }
        return given ?? [rows]
    }

    /// Makes the node `loss` of the present network, loss and kind of targets.
    mutating func buildLoss() throws(Diagnostic) {
        guard network != nil, let loss, let out = networkOutput else { return }
        let rows = graph.nodes[out].shape[0]
        let isRows = network?.outputs != 1 && batchByHand["y"]?.shape.axes.dropFirst() == [network?.outputs ?? 1]
        let shape = targetShape(rows: rows, given: isRows ? [rows, network?.outputs ?? 1] : [rows])
        let node = try located(nil) { () throws(OperationError) in
            let y = graph.input("y", shape)
            leaves["y"] = y
            if let output = evaluation?.output {
                evaluation?.loss = try loss.member.nodes(&graph, output, y, loss.settings)
            }
            return try loss.member.nodes(&graph, out, y, loss.settings)
        }
        // A penalty may still belong to another objective, which a net's loss replaces.
        removePenalty()
        removeLive(["loss"])
        live["loss"] = Live(node: node, initial: nil)
        liveOrder.append("loss")
        objective = "loss"
        step.isFresh = false
        try addPenalty()
    }

    /// Begins a new run: update 0, empty buffers.
    mutating func startRun() {
        origins = origins.mapValues { Origin(kind: training.updates > $0.updates ? .earlierRun : $0.kind, updates: 0) }
        training.updates = 0
        training.optimizerUpdates = 0
        training.epoch = 0
        training.samples = 0
        training.evaluations = 0
        training.updated = []
        training.order = []
        training.drawn = 0
        training.batch = []
        training.batchIsUsed = true
        training.layers = network.map { LayerState($0) } ?? LayerState()
        training.slots = optimizer?.initialSlots(layout.count) ?? []
        step = StepState(
            gradients: [Double](repeating: 0, count: layout.count),
            status: [StepState.Gradient](repeating: .none, count: layout.entries.count))
        track = track.restarted()
    }

    /// Chooses an optimizer; its buffers start anew.
    mutating func choose(_ optimizer: ChosenOptimizer) {
        self.optimizer = optimizer
        training.slots = optimizer.initialSlots(layout.count)
        training.optimizerUpdates = 0
    }
}
