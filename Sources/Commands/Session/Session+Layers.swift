// What layers keep beside their weights: masks of the present batch and running statistics.

import Learning
import Tensors

/// The inner state of a network's layers; a part of what training changes.
struct LayerState: Sendable {
    /// The masks of the present batch, by name.
    var masks: [String: Tensor] = [:]
    /// Whether an update has used the masks, so that the next forward draws others.
    var masksAreUsed = true
    /// What augmentations drew for the present batch, by name.
    var augmentation: [String: Tensor] = [:]
    /// Whether an update has used it, so that the next forward draws anew.
    var augmentationIsUsed = true
    /// The running statistics, by name.
    var statistics: [String: Tensor] = [:]
    /// What they were before they last moved.
    var before: [String: Tensor] = [:]
    /// How many samples moved them.
    var rows = 0
    /// Whether the present batch has moved them.
    var isCounted = false

    init() {}

    init(_ network: Network) {
        for statistic in network.statistics { statistics[statistic.name] = statistic.initial }
    }

    /// Another batch comes: masks and statistics are due again.
    mutating func finishBatch() {
        masksAreUsed = true
        augmentationIsUsed = true
        isCounted = false
    }

    /// Masks and statistics by name.
    var tensors: [String: Tensor] { masks.merging(statistics) { mask, _ in mask } }
}

extension Session {
    /// The nodes of a network in evaluation, where they differ from those in training.
    struct Evaluation: Sendable {
        let output: Int
        /// The inner nodes by name.
        let nodes: [String: Int]
        /// The loss without its penalty.
        var loss: Int?
        /// The loss with its penalty, where one is added.
        var total: Int?
    }

    /// The node of the network's outputs in evaluation.
    var evaluatedOutput: Int? { evaluation?.output ?? networkOutput }

    /// Draws the masks of the present batch, unless it has some.
    mutating func drawMasks() {
        let masks = masks
        guard !masks.isEmpty else { return }
        let rows = batchRows
        let fits = masks.allSatisfy { training.layers.masks[$0.name]?.shape.axes.first == rows }
        guard training.layers.masksAreUsed || !fits else { return }
        for mask in masks {
            training.layers.masks[mask.name] =
                mask.follows == nil ? mask.draw(rows: rows, &training.random) : followed(mask, rows: rows)
        }
        training.layers.masksAreUsed = false
    }

    /// The first rows of what a mask follows; those that no batch has given yet are 0.
    private func followed(_ mask: LayerMask, rows: Int) -> Tensor {
        let shape = Shape([rows] + mask.sample.axes)
        let known = (training.layers.statistics[mask.name]?.elements ?? []).prefix(shape.count)
        return Tensor(shape, known + [Double](repeating: 0, count: shape.count - known.count))
    }

    /// What masks follow has moved on, once a batch. Rows that a smaller batch does not reach stay.
    private mutating func moveFollowed() {
        guard !training.layers.isCounted else { return }
        for mask in masks {
            guard let name = mask.follows, let node = live[name].flatMap({ step.tape?.nodes[$0.node] }) else {
                continue
            }
            let rest = (training.layers.statistics[mask.name]?.elements ?? []).dropFirst(tapeValue(node).count)
            let values = tapeValue(node).elements + rest
            let shape = Shape([values.count / max(mask.sample.count, 1)] + mask.sample.axes)
            training.layers.statistics[mask.name] = Tensor(shape, values)
            training.layers.isCounted = true
        }
    }

    /// After a forward: the running statistics move towards those of the batch, once a batch.
    mutating func moveStatistics() {
        moveFollowed()
        guard let network, !network.statistics.isEmpty, !training.layers.isCounted, let tape = step.tape else { return }
        training.layers.before = training.layers.statistics
        training.layers.rows = batchRows
        for statistic in network.statistics {
            guard let node = live[statistic.batch].flatMap({ tape.nodes[$0.node] }),
                let old = training.layers.statistics[statistic.name]
            else { continue }
            training.layers.statistics[statistic.name] = statistic.next(old, batch: tapeValue(node), rows: batchRows)
        }
        training.layers.isCounted = true
    }

    /// Fails when the batch is too small to have a variance.
    func checkStatistics(rows: Int) throws(Diagnostic) {
        guard let network, network.statistics.contains(where: { rows * $0.valuesPerSample < 2 }) else { return }
        throw Diagnostic(
            "batchnorm cannot train on a batch of one sample: its variance is 0, and the net learns nothing",
            hint: "\(largerBatch), or more rows in x; loss_on and predict take single samples")
    }

    /// A size of batches that leaves no single sample over.
    private var largerBatch: String {
        let count = data?.trainingRows.count ?? 0
        return "batch \((16..<64).first { count % $0 != 1 } ?? 16)"
    }

    /// Sets a mask of the present batch or a running statistic by hand.
    mutating func setLayerState(_ name: String, _ value: Tensor) throws(Diagnostic) {
        if drawNames.contains(name) { return try setDraw(name, value) }
        if training.layers.statistics[name] != nil, training.layers.masks[name] == nil {
            let isVariance = network?.statistics.contains { $0.name == name && $0.isVariance } == true
            guard value.elements.allSatisfy({ $0.isFinite && !(isVariance && $0 < 0) }) else {
                throw Diagnostic(
                    "\(name) holds \(isVariance ? "variances, which are not negative" : "finite numbers")",
                    hint: "\(name) = 1")
            }
            training.layers.statistics[name] = value
            training.layers.before[name] = nil
            return
        }
        let isUniform = masks.contains { $0.name == name && $0.keep == nil }
        guard value.elements.allSatisfy({ isUniform ? (0...1).contains($0) : $0 == 0 || $0 == 1 }) else {
            if isUniform { throw Diagnostic("\(name) holds numbers from 0 to 1", hint: "the unit is on below its p") }
            throw Diagnostic("a mask is 1 where a unit is kept and 0 where it is dropped", hint: "\(name)[0,0] is one")
        }
        training.layers.masks[name] = value
        training.layers.masksAreUsed = false
        step.isFresh = false
    }

    /// The present value of a mask or a running statistic; nil where `name` is none.
    func layerState(_ name: String) throws(Diagnostic) -> Tensor? {
        if let value = try augmentationValue(name) { return value }
        guard stateNames.contains(name) else { return nil }
        guard let value = training.layers.tensors[name] else {
            throw Diagnostic("\(name) has no value yet", hint: "run forward, which draws it")
        }
        return value
    }
}
