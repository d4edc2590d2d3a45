// risk: the mean loss on the training samples, on their vicinity, and on the distribution that they came from.

import Formulas
import Learning
import Tensors

struct RiskCommand: Command {
    let verb = "risk"
    let group = CommandGroup.inspect
    let summary =
        "the loss on the training samples (empirical), under the augmentation (vicinal), on fresh samples (true risk)"
    let examples = ["risk", "risk samples=20000 draws=20", "risk seed=2"]
    let effect = Effect.change
    let settings: [Setting] = [
        .integer("samples", 10_000, .within(20, 1_000_000), "how many fresh samples estimate the true risk"),
        .integer("draws", 20, .within(2, 10_000), "how many times each training sample is augmented"),
        .integer(
            "seed", 0, .within(0, 9_007_199_254_740_992), "the stream of both; the session's own stream is left alone"),
    ]

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        let settings = try call.settings(settings, &context)
        let session = context.session
        guard let data = session.data, session.batchByHand.isEmpty else {
            throw Diagnostic("there are no data whose risk could be measured", hint: "data moons", at: call.range)
        }
        let training = try session.samples(.train)
        let empirical = Risk(
            losses: [try session.loss(on: training)], accuracy: session.shownAccuracy(on: training),
            remark: "\(data.trainingRows.count) training samples")
        var random = Random(seed: UInt64(settings.integer("seed") ?? 0))
        let vicinal = try session.vicinalRisk(draws: settings.integer("draws") ?? 2, empirical, &random)
        let (risk, remark) = try session.trueRisk(samples: settings.integer("samples") ?? 20, &random)
        var table = Table(["risk", "loss", "± error", "accuracy", ""], numeric: [1, 2, 3])
        for (name, risk) in [("empirical", empirical), ("vicinal", vicinal), ("true", risk)] {
            guard let risk else { continue }
            let error = risk.losses.count > 1 ? context.text(risk.error) : ""
            table.rows.append([
                name, context.text(risk.mean), error, risk.accuracy.map { context.text($0) } ?? "", risk.remark,
            ])
            _ = context.session.definePlain("risk_\(name)", Tensor(scalar: risk.mean))
        }
        context.emit(.table(table))
        if let remark { context.say(remark) }
        guard let risk else { return }
        context.say("true - empirical = \(context.text(risk.mean - empirical.mean)), the generalisation gap")
    }
}

/// A mean loss, from the losses of equally large parts.
private struct Risk {
    let losses: [Double]
    let accuracy: Double?
    let remark: String

    var mean: Double { losses.reduce(0, +) / Double(losses.count) }
    /// The standard error of the mean.
    var error: Double {
        let squares = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(losses.count - 1) / Double(losses.count)).squareRoot()
    }
}

extension Session {
    fileprivate func shownAccuracy(on samples: (x: Tensor, y: Tensor)) -> Double? {
        data?.set.classes.isEmpty == false ? try? accuracy(on: samples) : nil
    }

    /// The mean over draws of the augmentations, each of all training samples; without any it is the empirical risk.
    fileprivate func vicinalRisk(
        draws: Int, _ empirical: Risk, _ random: inout Random
    ) throws(Diagnostic) -> Risk {
        guard let data, !augmentations.isEmpty else {
            return Risk(
                losses: empirical.losses, accuracy: empirical.accuracy,
                remark: "without augmentation the vicinity is the sample")
        }
        var session = self
        session.training.batch = Array(data.trainingRows.indices)
        session.training.batchIsUsed = false
        session.training.random = random
        var losses: [Double] = []
        for _ in 0..<draws {
            session.training.layers.augmentationIsUsed = true
            try session.drawBatch()
            try session.attackBatch()
            let batch = try session.batch()
            guard let x = batch["x"], let y = batch["y"] else { continue }
            losses.append(try loss(on: (x, y)))
        }
        random = session.training.random
        let names = augmentations.map(\.member.name).joined(separator: ", ")
        return Risk(losses: losses, accuracy: nil, remark: "\(draws) draws of each by \(names)")
    }

    /// The mean over fresh samples of the data's distribution, or over all that it consists of; nil with the reason where it
    /// is not known.
    fileprivate func trueRisk(
        samples count: Int, _ random: inout Random
    ) throws(Diagnostic) -> (Risk?, remark: String?) {
        guard let data, let origin = dataOrigin, origin.member.population != .measured else {
            return (
                nil,
                "the true risk is not known: \(data?.set.name ?? "these data") were measured, no distribution is given"
            )
        }
        let isWhole = origin.member.population == .whole
        let parts = isWhole ? 1 : 20
        var losses: [Double] = []
        var hits: [Double] = []
        for _ in 0..<parts {
            let fresh = try located(nil) { () throws(OperationError) in
                try origin.draw(isWhole ? nil : max(count / parts, 1), &random)
            }
            let pipeline = data.replacing(fresh)
            let part = try samples(Array(0..<fresh.count), of: pipeline)
            losses.append(try loss(on: part))
            if let accuracy = shownAccuracy(on: part) { hits.append(accuracy) }
        }
        let accuracy = hits.isEmpty ? nil : hits.reduce(0, +) / Double(hits.count)
        let remark = isWhole ? "exact: all there is" : "\(max(count / parts, 1) * parts) fresh samples"
        return (Risk(losses: losses, accuracy: accuracy, remark: remark), nil)
    }
}
