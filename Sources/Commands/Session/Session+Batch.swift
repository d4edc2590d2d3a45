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
    @inline(__always)  // a call from a step would copy what the session stores in place, 2 KB
    var batchRows: Int {
        if let x = batchByHand["x"] { return x.shape[0] }
        return batchByHand.isEmpty && data != nil ? training.batch.count : 0
    }

    /// The number of rows that the net reads: of several views of each sample, all.
    var netRows: Int { batchRows * (pretext?.member.views ?? 1) }

    /// Gives `x` or `y` by hand. Vectors are taken as one column or one row where the network asks for it.
    mutating func setBatch(_ name: String, _ value: Tensor) throws(Diagnostic) {
        guard let inputWidth else { return }
        if name == "y", let pretext {
            throw Diagnostic(
                "ssl \(pretext.member.name) gives the targets", hint: "ssl off, before y is given by hand")
        }
        if name == "x" {
            (batchByHand["x"], imageByHand) = try samples(value, features: inputWidth)
        } else {
            batchByHand["y"] = value
        }
        try buildLoss()
        tapes = [:]
        training.batchIsUsed = true
        training.layers.finishBatch()
        step.isFresh = false
    }

    /// Samples given by hand as rows, and their shape where they are images for a task to work on.
    private func samples(_ given: Tensor, features: Int) throws(Diagnostic) -> (Tensor, Shape?) {
        if let pretext, pretext.member.needsImage, (3...4).contains(given.shape.rank), given.count > 0 {
            let (rows, image) = (given.shape[0], Shape(Array(given.shape.axes.dropFirst())))
            return (given.reshaped([rows, image.count]), image)
        }
        do throws(Diagnostic) {
            return (try Self.rows(network?.rows(given) ?? given, features: features), nil)
        } catch {
            guard let pretext, pretext.member.needsImage else { throw error }
            throw Diagnostic(
                error.message,
                hint: "ssl \(pretext.member.name) takes images [samples×height×width], one channel or more")
        }
    }

    private static func rows(_ value: Tensor, features: Int) throws(Diagnostic) -> Tensor {
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
            .partners where value.count == rows && value.shape.rank < 2,
            .classes where value.count == rows && (value.shape.rank < 2 || value.shape == [rows, 1]),
            .classNumbers where value.shape == [rows, 1], .partners where value.shape == [rows, 1]:
            return value.reshaped([rows])
        default:
            let wanted =
                switch loss.member.targets {
                case .values: "[\(rows)×\(outputs)]"
                case .classNumbers: "[\(rows)] (class numbers)"
                case .partners: "[\(rows)] (the row of each row's partner)"
                case .classes: "[\(rows)] (class numbers) or [\(rows)×\(outputs)] (probabilities)"
                }
            throw Diagnostic(
                "y has shape \(value.shape), \(loss.member.name) with this net compares \(wanted)",
                hint: data?.set.classes.isEmpty == false
                    ? "loss cross_entropy takes class numbers" : "y = … gives other targets")
        }
    }

    /// Features and targets of some samples of the data, shaped for the network and its loss.
    func samples(_ rows: [Int], of data: DataPipeline) throws(Diagnostic) -> Samples {
        let y = data.targets(rows)
        guard let network, let loss else { return Samples(x: data.features(rows), y: y) }
        guard loss.member.targets != .partners else {
            throw Diagnostic(
                "\(loss.member.name) compares rows with their partners, which the data do not have",
                hint: !data.set.classes.isEmpty && data.set.classes.count == network.outputs
                    ? "loss cross_entropy" : "ssl contrast")
        }
        return Samples(x: data.features(rows), y: try targets(y, rows: rows.count, outputs: network.outputs))
    }

    /// The present batch as the network reads it, by name.
    func batch() throws(Diagnostic) -> [String: Tensor] {
        var samples = try sampleBatch()
        if let augmented = try augmentedBatch() { samples = augmented.batch }
        if let counted = pretext?.counted { samples[counted] = training.layers.augmentation[counted] }
        guard !training.layers.masks.isEmpty, let rows = samples["x"]?.shape[0] else { return samples }
        return samples.merging(training.layers.masks.filter { $0.value.shape[0] == rows }) { $1 }
    }

    /// The samples of the present batch as the data have them; under a pretext task without targets.
    func sampleBatch() throws(Diagnostic) -> [String: Tensor] {
        if !batchByHand.isEmpty {
            guard let x = batchByHand["x"] else {
                throw Diagnostic("y was given by hand, but not x", hint: "x = [[…], […]]")
            }
            guard pretext == nil, let y = batchByHand["y"], let network else { return ["x": x] }
            return ["x": x, "y": try targets(y, rows: x.shape[0], outputs: network.outputs)]
        }
        guard let data, !training.batch.isEmpty else { return [:] }
        let rows = training.batch.map { data.trainingRows[$0] }
        if pretext != nil { return ["x": data.features(rows)] }
        let samples = try samples(rows, of: data)
        return ["x": samples.x, "y": samples.y]
    }
}
