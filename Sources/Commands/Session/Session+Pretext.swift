// Pretext tasks in a session: which one is on, what it asks of the net, and its evaluation.

import Learning
import Tensors

extension Session {
    /// The seed of what a task draws for an evaluation, so that an evaluation is repeatable and the training's own stream is
    /// left alone.
    static let evaluationSeed: UInt64 = 0

    /// Chooses a task, or none. What was drawn for the present batch is forgotten.
    mutating func choose(_ task: ChosenPretext?) throws(Diagnostic) {
        let rebuilds = task?.counted != pretext?.counted
        pretext = task
        try forgetDraws()
        guard rebuilds, network != nil, loss != nil else { return }
        let minimized = parts?.minimized ?? objective
        try buildLoss()
        if let minimized, minimized != "loss" { try minimize(minimized) }
    }

    /// Fails where the net or its loss does not fit the task, and for machines, which have no answers.
    func checkPretext(_ task: ChosenPretext, _ sizes: BatchSizes) throws(Diagnostic) {
        let name = task.member.name
        if let conflict = task.member.conflict(task.settings, sizes) {
            throw Diagnostic(conflict.message, hint: "\(conflict.hint.map { "\($0); " } ?? "")ssl off does without")
        }
        guard trainedMachine == nil else {
            throw Diagnostic(
                "a Boltzmann machine learns the samples themselves, not the answers that ssl \(name) asks for",
                hint: "ssl off")
        }
        guard let network else { return }
        let sample = task.member.sample(task.settings, sizes)
        let size = sample.axes.drop { $0 == 1 }.map(String.init).joined(separator: "x")
        guard sample.count == network.inputs, sample.rank < 2 || !network.takesImages || network.isSample(sample) else {
            throw Diagnostic(
                "ssl \(name) gives samples of \(sample), the net takes \(network.sample)", hint: "net \(size) …")
        }
        let answers = task.member.answers(task.settings, sizes)
        let targets = task.member.targets
        if let answers, targets == .values ? answers != network.outputs : answers > network.outputs {
            throw Diagnostic(
                "ssl \(name) has \(answers) answers, the net \(network.outputs) outputs",
                hint: "net \(size) … \(answers)")
        }
        guard let loss, !loss.member.targets.accept(targets) else { return }
        throw Diagnostic(
            "\(loss.member.name) takes \(loss.member.targets.text), ssl \(name) gives \(targets.text)",
            hint: Catalog.losses.first { $0.targets.accept(targets) }.map { "loss \($0.name)" })
    }

    /// Fails where a batch of training would be one sample alone, which a task of several views has nothing to tell from.
    func checkLastBatch(_ task: ChosenPretext) throws(Diagnostic) {
        guard task.member.views > 1, let data, batchByHand.isEmpty,
            data.trainingRows.count % data.effectiveBatchSize == 1
        else { return }
        throw Diagnostic(
            "the last batch of an epoch would be one sample, which ssl \(task.member.name) has nothing to tell from",
            hint: largerBatch)
    }

    /// Fails while a task is on, for what is about the labels of the data.
    func checkLabelsAreRead(_ subject: String) throws(Diagnostic) {
        guard let pretext else { return }
        throw Diagnostic("\(subject) is about labels, which ssl \(pretext.member.name) does not read", hint: "ssl off")
    }

    /// Samples for an evaluation, as the task makes them: with draws of a stream of their own.
    func evaluated(_ x: Tensor, by task: ChosenPretext) throws(Diagnostic) -> Samples {
        guard task.member.views == 1 || x.shape[0] > 1 else {
            throw Diagnostic(
                "one sample alone has nothing from which ssl \(task.member.name) could tell it",
                hint: batchByHand.isEmpty ? "split train=0.5 seed=1" : "more rows in x")
        }
        // One view of each is what a task is about; of several, each is changed by the augmentations, as in training.
        let chain = task.member.views > 1 ? augmentations : []
        var random = Random(seed: Self.evaluationSeed)
        var samples: Samples?
        for rows in groups(x.shape[0], task) {
            let part = ["x": x.rows(rows)]
            let sizes = try batchSizes(part, chain, task)
            try checkPretext(task, sizes)
            let draws = Self.draws(chain, task, sizes, &random)
            guard let prelude = try prelude(part, chain, task) else { continue }
            let batch = try located(nil) { () throws(OperationError) in
                try AugmentedBatch(prelude, part, draws, names: ["x", "y"]).batch
            }
            guard let x = batch["x"], let y = batch["y"] else { continue }
            let own = Samples(x: x, y: y, others: task.counted.map { [$0: draws[$0]!] } ?? [:])
            samples = task.member.views > 1 ? samples?.adding(own) ?? own.grouped : own
        }
        guard let samples else { throw Diagnostic("there are no samples", hint: "data NAME loads some") }
        return samples
    }

    /// Which samples are compared with each other: batches as large as those of training, the last with what is left; one sample
    /// alone joins those before.
    private func groups(_ count: Int, _ task: ChosenPretext) -> [Range<Int>] {
        guard task.member.views > 1, let size = data?.effectiveBatchSize, batchByHand.isEmpty, size > 1 else {
            return [0..<count]
        }
        var starts = Array(stride(from: 0, to: count, by: size))
        if starts.count > 1, count - starts[starts.count - 1] == 1 { starts.removeLast() }
        return starts.indices.map { starts[$0]..<($0 + 1 < starts.count ? starts[$0 + 1] : count) }
    }
}

extension Loss.Targets {
    /// Whether a loss for such targets can read these.
    func accept(_ targets: Loss.Targets) -> Bool {
        self == targets || (self == .classes && targets == .classNumbers)
    }

    /// In words.
    var text: String {
        switch self {
        case .values: "values, one for each output"
        case .classNumbers: "class numbers"
        case .classes: "class numbers or probabilities"
        case .partners: "the row of each row's partner"
        }
    }
}

/// Samples on which the network is evaluated.
struct Samples {
    let x: Tensor
    let y: Tensor
    /// What else the loss reads, by name.
    var others: [String: Tensor] = [:]
    /// The rows that the loss compares with each other, where it does not take all together. Targets count from the start of
    /// each group.
    var groups: [Range<Int>] = []

    /// Everything by name.
    var batch: [String: Tensor] { others.merging(["x": x, "y": y]) { $1 } }

    /// The same as one group.
    fileprivate var grouped: Samples {
        var result = self
        result.groups = [0..<x.shape[0]]
        return result
    }

    /// One more group.
    fileprivate func adding(_ other: Samples) -> Samples {
        let rows = x.shape[0]
        func joined(_ a: Tensor, _ b: Tensor) -> Tensor {
            Tensor(Shape([a.shape[0] + b.shape[0]] + a.shape.axes.dropFirst()), a.elements + b.elements)
        }
        return Samples(
            x: joined(x, other.x), y: joined(y, other.y), others: others,
            groups: groups + [rows..<rows + other.x.shape[0]])
    }
}
