// The batch: drawn from the data, or given by hand.

import Learning
import Tensors

extension Session {
    /// Draws the next batch if there is none yet or an update has used it.
    mutating func drawBatch() throws(Diagnostic) {
        drawSamples()
        try drawAugmentations()
        drawMasks()
    }

    private mutating func drawSamples() {
        guard let data, batchByHand.isEmpty, training.batchIsUsed else { return }
        if training.drawn >= training.order.count {
            training.order = data.epochOrder(&training.random)
            training.drawn = 0
        }
        let end = min(training.drawn + data.effectiveBatchSize, training.order.count)
        training.batch.removeAll(keepingCapacity: true)
        training.batch.append(contentsOf: training.order[training.drawn..<end])
        training.drawn = end
        training.batchIsUsed = false
        training.layers.augmentationIsUsed = true
    }

    /// After an update: the batch is used up, and with the last one the epoch is complete.
    mutating func finishBatch() {
        training.batchIsUsed = true
        training.layers.finishBatch()
        training.samples += batchRows
        if data == nil || !batchByHand.isEmpty {
            training.epoch += 1
        } else if training.drawn >= training.order.count {
            training.epoch += 1
        }
    }

    /// The number of samples of the present batch; 0 where nothing depends on a batch.
    var batchRows: Int {
        if let x = batchByHand["x"] { return x.shape[0] }
        return batchByHand.isEmpty && data != nil ? training.batch.count : 0
    }

    /// Gives `x` or `y` by hand. Vectors are taken as one column or one row where the network asks for it.
    mutating func setBatch(_ name: String, _ value: Tensor) throws(Diagnostic) {
        guard let inputWidth else { return }
        if name == "x" {
            batchByHand["x"] = try Self.samples(network?.rows(value) ?? value, features: inputWidth)
        } else {
            batchByHand["y"] = value
        }
        try buildLoss()
        tapes = [:]
        training.batchIsUsed = true
        training.layers.finishBatch()
        step.isFresh = false
    }

    private static func samples(_ value: Tensor, features: Int) throws(Diagnostic) -> Tensor {
        switch value.shape.rank {
        case 2 where value.shape[1] == features && value.count > 0: return value
        case 1 where features == 1: return value.reshaped([value.count, 1])
        case 1 where value.count == features: return value.reshaped([1, features])
        case 0 where features == 1: return value.reshaped([1, 1])
        default:
            throw Diagnostic(
                "x has shape \(value.shape), the net takes rows of \(features)",
                hint: "x = [\(Array(repeating: "0", count: features).joined(separator: ", "))] is one sample")
        }
    }

    /// `y` in the shape that the loss compares with.
    func targets(_ value: Tensor, rows: Int, outputs: Int) throws(Diagnostic) -> Tensor {
        guard let loss else { return value }
        switch loss.member.targets {
        case .values where value.shape == [rows, outputs]: return value
        case .values where value.shape.rank < 2 && value.count == rows * outputs && (rows == 1 || outputs == 1):
            return value.reshaped([rows, outputs])
        case .classes where value.shape == [rows, outputs] && outputs > 1: return value
        case .classNumbers where value.count == rows && value.shape != [rows, outputs],
            .classes where value.count == rows && (value.shape.rank < 2 || value.shape == [rows, 1]),
            .classNumbers where value.shape == [rows, 1]:
            return value.reshaped([rows])
        default:
            let wanted =
                switch loss.member.targets {
                case .values: "[\(rows)×\(outputs)]"
                case .classNumbers: "[\(rows)] (class numbers)"
                case .classes: "[\(rows)] (class numbers) or [\(rows)×\(outputs)] (probabilities)"
                }
            throw Diagnostic(
                "y has shape \(value.shape), \(loss.member.name) with this net compares \(wanted)",
                hint: data?.set.classes.isEmpty == false
                    ? "loss cross_entropy takes class numbers" : "y = … gives other targets")
        }
    }

    /// Features and targets of some samples of the data, shaped for the network and its loss.
    func samples(_ rows: [Int], of data: DataPipeline) throws(Diagnostic) -> (x: Tensor, y: Tensor) {
        let y = data.targets(rows)
        guard let network, loss != nil else { return (data.features(rows), y) }
        return (data.features(rows), try targets(y, rows: rows.count, outputs: network.outputs))
    }

    /// The present batch as the network reads it, by name.
    func batch() throws(Diagnostic) -> [String: Tensor] {
        var samples = try sampleBatch()
        if let augmented = try augmentedBatch() { samples = augmented.batch }
        guard !training.layers.masks.isEmpty, let rows = samples["x"]?.shape[0] else { return samples }
        return samples.merging(training.layers.masks.filter { $0.value.shape[0] == rows }) { $1 }
    }

    /// The samples of the present batch as the data have them.
    func sampleBatch() throws(Diagnostic) -> [String: Tensor] {
        if !batchByHand.isEmpty {
            guard let x = batchByHand["x"] else {
                throw Diagnostic("y was given by hand, but not x", hint: "x = [[…], […]]")
            }
            guard let y = batchByHand["y"], let network else { return ["x": x] }
            return ["x": x, "y": try targets(y, rows: x.shape[0], outputs: network.outputs)]
        }
        guard let data, !training.batch.isEmpty else { return [:] }
        let (x, y) = try samples(training.batch.map { data.trainingRows[$0] }, of: data)
        return ["x": x, "y": y]
    }
}
