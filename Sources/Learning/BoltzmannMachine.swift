// BoltzmannMachine: a restricted Boltzmann machine: its parameters, its probabilities, and the nodes of one step of
// contrastive divergence.

import Formulas
import Tensors

/// Visible units v [n×d] and hidden units h [n×h], each 0 or 1, with the energy
/// E(v, h) = −a·v − b·h − v·W·h and so with probabilities of each unit given the other side.
public struct BoltzmannMachine: Sendable {
    /// The nodes of its parameters.
    public struct Leaves: Sendable {
        public let weights: Int
        public let visibleBias: Int
        public let hiddenBias: Int

        public init(weights: Int, visibleBias: Int, hiddenBias: Int) {
            (self.weights, self.visibleBias, self.hiddenBias) = (weights, visibleBias, hiddenBias)
        }
    }

    public let visible: Int
    public let hidden: Int
    /// Its place in a stack, from 1; the names of the parameters carry it from 2 on.
    public let level: Int
    public let settings: Settings

    public init(visible: Int, hidden: Int, level: Int, settings: Settings) {
        (self.visible, self.hidden, self.level, self.settings) = (visible, hidden, level, settings)
    }

    /// How contrastive divergence is made.
    public static let settings: [Setting] = [
        .integer("k", 1, .within(1, 1000), "how many times the chain goes to the hidden units and back"),
        .choice(
            "positive", ["sampled", "probabilities"],
            "what stands for the hidden units in the data's correlations: the samples h0, or ph0"),
        .choice(
            "reconstruction", ["probabilities", "sampled"],
            "what the visible units become on the way: their probabilities, or samples of them"),
        .choice(
            "chain", ["cd", "pcd"],
            "where the negative phase begins: cd at h0, pcd (persistent) where the chain of the last batch ended"),
    ]

    private var suffix: String { level == 1 ? "" : "_\(level)" }
    public var weightsName: String { "W\(suffix)" }
    public var visibleBiasName: String { "a\(suffix)" }
    public var hiddenBiasName: String { "b\(suffix)" }

    /// Its parameters, in the order of the layout.
    public var weights: [NetworkBuilder.Weights] {
        [
            .init(name: weightsName, shape: [visible, hidden], fanIn: visible, fanOut: hidden),
            .init(name: visibleBiasName, shape: [visible], fanIn: hidden, fanOut: visible, isBias: true),
            .init(name: hiddenBiasName, shape: [hidden], fanIn: visible, fanOut: hidden, isBias: true),
        ]
    }

    // MARK: Probabilities and energies

    /// p(h = 1 | v) for rows of visible units.
    public static func up(_ graph: inout Graph, _ v: Int, _ leaves: Leaves) throws(OperationError) -> Int {
        try probability(&graph, MatMul(), [v, leaves.weights], leaves.hiddenBias, "b")
    }

    /// p(v = 1 | h) for rows of hidden units.
    public static func down(_ graph: inout Graph, _ h: Int, _ leaves: Leaves) throws(OperationError) -> Int {
        try probability(&graph, MatMul(transposeB: true), [h, leaves.weights], leaves.visibleBias, "a")
    }

    private static func probability(
        _ graph: inout Graph, _ product: MatMul, _ inputs: [Int], _ bias: Int, _ name: String
    ) throws(OperationError) -> Int {
        let sum = try graph.apply(product, inputs)
        return try graph.apply(Pointwise("sigmoid", ["x", name], .sigmoid("x" + .symbol(name))), [sum, bias])
    }

    /// Rows of data, up through all machines of a stack and down again by probabilities.
    public static func reconstruct(
        _ graph: inout Graph, _ rows: Int, _ stack: [Leaves]
    ) throws(OperationError) -> Int {
        var node = rows
        for leaves in stack { node = try up(&graph, node, leaves) }
        for leaves in stack.reversed() { node = try down(&graph, node, leaves) }
        return node
    }

    /// 1 where a uniform number is below the probability, else 0.
    public static func sample(_ graph: inout Graph, _ u: Int, _ p: Int) throws(OperationError) -> Int {
        try graph.apply(Pointwise("sample", ["u", "p"], .apply(.less, ["u", "p"])), [u, p])
    }

    /// The energy of each pair of rows v and h, [n].
    public static func energy(
        _ graph: inout Graph, _ v: Int, _ h: Int, _ leaves: Leaves
    ) throws(OperationError) -> Int {
        let rises = try graph.apply(MatMul(), [v, leaves.weights])
        let pairs = try graph.apply(Sum(axis: 1), [try graph.apply(Pointwise(.multiply), [rises, h])])
        let parts = [
            try graph.apply(MatMul(), [v, leaves.visibleBias]), try graph.apply(MatMul(), [h, leaves.hiddenBias]),
            pairs,
        ]
        return try graph.apply(energySum, parts)
    }

    /// F(v) = −a·v − Σⱼ log(1 + exp(bⱼ + (v·W)ⱼ)) of each row, [n]: exp(−F(v)) is the sum of exp(−E(v, h)) over all h. With
    /// `ofHidden` the rows are hidden units, and the sum is over all v.
    public static func freeEnergy(
        _ graph: inout Graph, _ rows: Int, _ leaves: Leaves, ofHidden: Bool = false
    ) throws(OperationError) -> Int {
        let own = ofHidden ? leaves.hiddenBias : leaves.visibleBias
        let other = ofHidden ? leaves.visibleBias : leaves.hiddenBias
        let rises = try graph.apply(MatMul(transposeB: ofHidden), [rows, leaves.weights])
        let inputs = try graph.apply(Pointwise(.add), [rises, other])
        let terms = try graph.apply(Activation.softplus.operation(Settings([])), [inputs])
        return try graph.apply(
            Pointwise("free energy", ["a", "h"], -"a" - "h"),
            [try graph.apply(MatMul(), [rows, own]), try graph.apply(Sum(axis: 1), [terms])])
    }

    /// The largest side whose states are counted through.
    public static let enumerationLimit = 16

    /// log Z, the logarithm of the sum of exp(−E) over all states, counted through on the side with fewer units.
    public static func logPartition(
        _ graph: inout Graph, visible: Int, hidden: Int, _ leaves: Leaves
    ) throws(OperationError) -> Int {
        let units = min(visible, hidden)
        guard units <= enumerationLimit else {
            throw OperationError(
                "2^\(units) states are too many to count through",
                hint: "log_partition() is for machines with at most \(enumerationLimit) units on one side")
        }
        let states = (0..<1 << units).flatMap { state in (0..<units).map { Double(state >> (units - 1 - $0) & 1) } }
        let rows = graph.constant(Tensor([1 << units, units], states))
        let energies = try freeEnergy(&graph, rows, leaves, ofHidden: hidden < visible)
        // With the lowest energy taken out, no exponential can overflow.
        let lowest = try graph.apply(Extreme(max: false, axis: nil), [energies])
        let terms = try graph.apply(Pointwise("weight", ["F", "low"], .exp("low" - "F")), [energies, lowest])
        return try graph.apply(
            Pointwise("log partition", ["sum", "low"], .log("sum") - "low"),
            [try graph.apply(Sum(), [terms]), lowest])
    }

    private static let energySum = Pointwise("energy", ["a", "b", "w"], -"a" - "b" - "w")

    // MARK: Contrastive divergence

    /// The nodes of a step, by name in order, and the uniform numbers that the samples are drawn with.
    public struct Step: Sendable {
        public fileprivate(set) var nodes: [(name: String, node: Int)] = []
        public fileprivate(set) var draws: [LayerMask] = []
        /// For each sampled node the name of its uniform numbers.
        public fileprivate(set) var sampled: [String: String] = [:]

        fileprivate mutating func name(_ name: String, _ node: Int) -> Int {
            nodes.append((name, node))
            return node
        }
    }

    /// What a step is called: CD-1, PCD-5.
    public var rule: String { "\(settings.word("chain").uppercased())-\(settings.integer("k") ?? 1)" }

    /// The name of what a step makes small: its gradient is minus the difference of the correlations.
    public static let objective = "contrast"

    /// The name of the hidden units at which a persistent chain begins.
    public static let chain = "chain"

    /// The nodes of CD-k on the rows `data`.
    ///
    /// The objective is E(data) − E(reconstruction), means over the samples with the samples held fixed. Energies are linear in
    /// the parameters, so it is a sum over each parameter times the difference of two measured means, and its gradient is
    /// that difference: ⟨v h⟩ of the reconstruction − ⟨v h⟩ of the data.
    public func step(_ graph: inout Graph, data: Int, _ leaves: Leaves) throws(OperationError) -> Step {
        var step = Step()
        let isSampled = settings.word("reconstruction") == "sampled"
        let p = step.name("ph0", try Self.up(&graph, data, leaves))
        let h0 = try drawn(&step, &graph, "h0", p, hidden)
        let positive = settings.word("positive") == "sampled" ? h0 : p
        let (isPersistent, k) = (settings.word("chain") == "pcd", settings.integer("k") ?? 1)
        var (v, h, probability) = (data, h0, p)
        if isPersistent {
            // What the chain says of the data's own reconstruction is nothing, so that is computed beside it.
            try addError(&step, &graph, data, try Self.down(&graph, h0, leaves))
            step.draws.append(LayerMask(name: Self.chain, sample: [hidden], keep: nil, follows: "h\(k)"))
            h = graph.input(Self.chain, graph.nodes[h0].shape)
        }
        for round in 1...k {
            v = step.name("pv\(round)", try Self.down(&graph, h, leaves))
            if round == k, !isPersistent { try addError(&step, &graph, data, v) }
            if isSampled { v = try drawn(&step, &graph, "v\(round)", v, visible) }
            probability = step.name("ph\(round)", try Self.up(&graph, v, leaves))
            if round < k || isPersistent { h = try drawn(&step, &graph, "h\(round)", probability, hidden) }
        }
        try addContrast(&step, &graph, (data, positive), (v, probability), leaves)
        return step
    }

    private func drawn(
        _ step: inout Step, _ graph: inout Graph, _ name: String, _ probability: Int, _ width: Int
    ) throws(OperationError) -> Int {
        let draw = LayerMask(name: "u_\(name)", sample: [width], keep: nil)
        step.draws.append(draw)
        step.sampled[name] = draw.name
        let u = graph.input(draw.name, graph.nodes[probability].shape)
        return step.name(name, try Self.sample(&graph, u, probability))
    }

    public static let squaredError = Pointwise("squared error", ["v", "p"], ("v" - "p").squared)

    /// The mean squared distance of the data from their reconstruction.
    private func addError(
        _ step: inout Step, _ graph: inout Graph, _ data: Int, _ reconstruction: Int
    ) throws(OperationError) {
        let squares = try graph.apply(Self.squaredError, [data, reconstruction])
        _ = step.name("recon_error", try graph.apply(Sum(mean: true), [squares]))
    }

    /// The mean energy of pairs of rows of the data, less that of pairs of the reconstruction.
    private func addContrast(
        _ step: inout Step, _ graph: inout Graph, _ data: (v: Int, h: Int), _ recon: (v: Int, h: Int), _ leaves: Leaves
    ) throws(OperationError) {
        let rows: [(String, [Int], [Int], Int)] = [
            ("v", [data.v], [recon.v], leaves.visibleBias), ("h", [data.h], [recon.h], leaves.hiddenBias),
            ("vh", [data.v, data.h], [recon.v, recon.h], leaves.weights),
        ]
        let product = Pointwise("contrast", ["w", "recon", "data"], "w" * ("recon" - "data"))
        var sums: [Int] = []
        for (name, first, second, parameter) in rows {
            let positive = step.name("\(name)_data", try graph.apply(SampleMean(), first))
            let negative = step.name("\(name)_recon", try graph.apply(SampleMean(), second))
            sums.append(try graph.apply(Sum(), [try graph.apply(product, [parameter, negative, positive])]))
        }
        let total = Pointwise("contrast", ["a", "b", "w"], "a" + "b" + "w")
        _ = step.name(Self.objective, try graph.apply(total, sums))
    }
}
