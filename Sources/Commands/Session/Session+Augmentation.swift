// Augmentation in a session: what is drawn for a batch, and the batch as the network reads it.

import Formulas
import Learning
import Tensors

/// A batch with everything that augmentations did to it.
struct AugmentedBatch {
    let tape: Tape
    private let values: [Double]
    /// The samples and targets as the network reads them.
    private(set) var batch: [String: Tensor] = [:]

    /// `names` are those that the network reads, where the prelude gives more than it gets.
    init(
        _ prelude: Prelude, _ samples: [String: Tensor], _ draws: [String: Tensor], names: [String]? = nil
    ) throws(OperationError) {
        var graph = Graph()
        let names = names ?? samples.keys.sorted()
        let roots = names.map { graph.input($0, samples[$0]?.shape ?? []) }
        tape = try Tape(
            graph, roots: roots, objective: nil, layout: ParameterLayout(), inputShapes: samples.mapValues(\.shape),
            prelude: prelude)
        var given = samples.merging(draws) { own, _ in own }
        for (name, value) in samples { given["\(name)_data"] = value }
        var values = tape.values(for: given)
        var gradients: [Double] = []
        try tape.run(tape.forwardSteps, parameters: [], gradients: &gradients, values: &values)
        self.values = values
        for (name, root) in zip(names, roots) { batch[name] = value(tape.nodes[root]!) }
    }

    func value(_ node: Int) -> Tensor { tape.value(node, parameters: [], gradients: [], values: values) }

    func element(_ node: Int, _ offset: Int) -> Double {
        tape.element(node, offset, parameters: [], gradients: [], values: values)
    }
}

extension Session {
    /// Whether something changes the batch before the network reads it.
    var changesBatch: Bool { !augmentations.isEmpty || pretext != nil }

    /// What is drawn for each batch, in this order.
    var batchDraws: [AugmentationDraw] { augmentations.flatMap(\.draws) + (pretext?.draws ?? []) }

    /// The sizes of the present batch; nil before there is one.
    func presentSizes() throws(Diagnostic) -> BatchSizes? {
        let samples = try sampleBatch()
        return samples["x"] == nil ? nil : try batchSizes(samples, augmentations, pretext)
    }

    /// What augmentations, and a task behind them, are applied to, when the batch is `samples`. Fails where an augmentation does
    /// not fit.
    func batchSizes(
        _ samples: [String: Tensor], _ chain: [ChosenAugmentation], _ task: ChosenPretext? = nil
    ) throws(Diagnostic) -> BatchSizes {
        let shape = samples["x"]?.shape ?? [0, 0]
        let views = task?.member.views ?? 1
        let sizes = BatchSizes(
            rows: views * shape[0], views: views, width: shape[1], image: image(width: shape[1]),
            classes: task == nil ? mixedClasses : nil)
        for chosen in chain {
            let name = chosen.member.name
            if let conflict = chosen.member.conflict(chosen.settings, sizes) {
                let hint = conflict.hint.map { "\($0); " } ?? ""
                throw Diagnostic(conflict.message, hint: "\(hint)augment \(name) off does without")
            }
            if let task, chosen.member.attack != nil {
                throw Diagnostic(
                    "\(name) moves samples against their labels, which ssl \(task.member.name) does not read",
                    hint: "augment \(name) off, or ssl off")
            }
            if task == nil, chosen.member.mixesLabels, network != nil, let loss,
                case .classNumbers = loss.member.targets
            {
                throw Diagnostic(
                    "\(loss.member.name) takes one class a sample and no mixed labels, which \(name) gives",
                    hint: "loss cross_entropy takes them; augment \(name) off does without")
            }
        }
        return sizes
    }

    /// The shape of a sample that is an image: as the data say, or else the net.
    private func image(width: Int) -> Shape? {
        let known = batchByHand.isEmpty ? data?.set.image : imageByHand
        let data = known.flatMap { try? Network.sample(image: $0) }
        let net = network.flatMap { (2...3).contains($0.sample.rank) ? $0.sample : nil }
        return [data, net].compactMap { $0 }.first { $0.count == width && (2...3).contains($0.rank) }
    }

    /// The number of classes where class numbers are mixed as rows of probabilities.
    private var mixedClasses: Int? {
        if let network, let loss {
            if case .values = loss.member.targets { return nil }
            return network.outputs
        }
        return data?.set.classes.isEmpty == false ? data?.set.classes.count : nil
    }

    /// The nodes by which some augmentations, and a task behind them, change a batch; nil without any.
    func prelude(
        _ samples: [String: Tensor], _ chain: [ChosenAugmentation], _ task: ChosenPretext? = nil
    ) throws(Diagnostic) -> Prelude? {
        guard !chain.isEmpty || task != nil, samples["x"] != nil else { return nil }
        return AugmentationBuilder.prelude(
            chain.map { ($0.member, $0.settings) }, task.map { ($0.member, $0.settings) },
            try batchSizes(samples, chain, task), targets: samples["y"]?.shape)
    }

    /// Draws what the augmentations and the task need for the present batch, unless it has it.
    mutating func drawAugmentations() throws(Diagnostic) {
        guard changesBatch, let sizes = try presentSizes() else { return }
        if let pretext {
            try checkPretext(pretext, sizes)
            try checkLastBatch(pretext)
        }
        guard training.layers.augmentationIsUsed || !hasDraws(sizes) else { return }
        training.layers.augmentation = Self.draws(augmentations, pretext, sizes, &training.random)
        training.layers.augmentationIsUsed = false
    }

    /// Whether everything was drawn for a batch of these sizes.
    private func hasDraws(_ sizes: BatchSizes) -> Bool {
        batchDraws.allSatisfy { training.layers.augmentation[$0.name]?.shape == $0.shape(sizes) }
    }

    /// Where training is adversarial: attacks the present batch, as the augmentations before have left it, with the present
    /// parameters.
    mutating func attackBatch() throws(Diagnostic) {
        guard let place = augmentations.firstIndex(where: { $0.member.attack != nil }),
            let member = augmentations[place].member.attack
        else { return }
        let (samples, settings) = (try sampleBatch(), augmentations[place].settings)
        var batch = samples
        if let prelude = try prelude(samples, Array(augmentations[..<place])) {
            let draws = training.layers.augmentation
            batch = try located(nil) { () throws(OperationError) in
                try AugmentedBatch(prelude, samples, draws).batch
            }
        }
        guard let x = batch["x"], let y = batch["y"],
            let shares = training.layers.augmentation[Augmentation.attackStart.name]
        else { return }
        let attack = ChosenAttack(member: member, settings: settings)
        let start = try located(nil) { () throws(OperationError) in try attack.start(x, shares: shares) }
        // However often the batch goes forward, it is attacked as at first: with the statistics that it had not moved yet.
        var unmoved = self
        if training.layers.isCounted { unmoved.training.layers.statistics.merge(training.layers.before) { $1 } }
        let attacked = try unmoved.attacked((x, y), by: attack, from: start)
        training.layers.augmentation[Augmentation.attackBefore.name] = attacked.before
        training.layers.augmentation[Augmentation.attackSlope.name] = attacked.gradient
    }

    /// The present batch under augmentation; nil without any, and before something was drawn for it.
    func augmentedBatch() throws(Diagnostic) -> AugmentedBatch? {
        let samples = try sampleBatch()
        guard let prelude = try prelude(samples, augmentations, pretext),
            hasDraws(try batchSizes(samples, augmentations, pretext))
        else { return nil }
        let (draws, names) = (training.layers.augmentation, pretext == nil ? nil : ["x", "y"])
        return try located(nil) { () throws(OperationError) in
            try AugmentedBatch(prelude, samples, draws, names: names)
        }
    }

    /// What the plan of a step reads: the samples, under other names where they are augmented first, with all that was drawn.
    func planBatch() throws(Diagnostic) -> [String: Tensor] {
        var batch = try sampleBatch()
        batch.merge(
            training.layers.masks.filter { $0.value.shape[0] == (pretext == nil ? batch["x"]?.shape[0] : netRows) }
        ) { $1 }
        guard changesBatch else { return batch }
        batch.merge(training.layers.augmentation) { $1 }
        for name in ["x", "y"] { batch["\(name)_data"] = batch[name] }
        return batch
    }

    /// The names of what augmentations and the task draw.
    var drawNames: [String] { batchDraws.map(\.name) }

    /// All names that augmentations and the task give.
    var augmentationNames: [String] {
        guard changesBatch else { return [] }
        let given = (try? augmentedBatch())?.tape.names.keys.filter { $0 != "x" && $0 != "y" } ?? []
        return (pretext == nil ? ["x_data", "y_data"] : ["x_data"]) + drawNames + given.sorted()
    }

    /// The value of a name that augmentations give; nil where `name` is none.
    func augmentationValue(_ name: String) throws(Diagnostic) -> Tensor? {
        let members = augmentations.map(\.member.name) + (pretext.map { [$0.member.name] } ?? [])
        let isOwn = name.hasSuffix("_data") || members.contains { name.hasPrefix("\($0)_") }
        guard changesBatch, isOwn else { return nil }
        if name == "x_data" || name == "y_data" { return try sampleBatch()[String(name.prefix(1))] }
        if drawNames.contains(name) {
            guard let value = training.layers.augmentation[name] else {
                throw Diagnostic("\(name) has no value yet", hint: "run forward, which draws it")
            }
            return value
        }
        guard let augmented = try augmentedBatch(), let node = augmented.tape.names[name] else { return nil }
        return augmented.value(node)
    }

    /// Sets by hand what was drawn for the present batch.
    mutating func setDraw(_ name: String, _ value: Tensor) throws(Diagnostic) {
        guard let sizes = try presentSizes(), let draw = batchDraws.first(where: { $0.name == name }) else { return }
        guard draw.allows(value, sizes) else {
            throw Diagnostic("\(name) cannot have such a value", hint: "it holds \(draw.meaning)")
        }
        training.layers.augmentation[name] = value
        training.layers.augmentationIsUsed = false
        step.isFresh = false
    }

    /// Chooses the augmentations of training batches, in their order. What was drawn for the present batch is forgotten.
    mutating func augment(_ chain: [ChosenAugmentation]) throws(Diagnostic) {
        augmentations = chain
        try forgetDraws()
    }

    /// What was drawn for the present batch is forgotten. Fails where augmentations or the task do not fit the samples.
    mutating func forgetDraws() throws(Diagnostic) {
        training.layers.augmentation = [:]
        training.layers.augmentationIsUsed = true
        step.isFresh = false
        tapes = [:]
        guard changesBatch else { return }
        // A task alone may be chosen before its samples.
        if augmentations.isEmpty, batchByHand.isEmpty, training.batch.isEmpty, data == nil { return }
        let sizes = try batchSizes(try augmentableSamples(), augmentations, pretext)
        if let pretext, let conflict = pretext.member.conflict(pretext.settings, sizes) { throw Diagnostic(conflict) }
    }

    /// Samples that show what is augmented, the present batch or the first of the data; fails without any.
    private func augmentableSamples() throws(Diagnostic) -> [String: Tensor] {
        if let x = batchByHand["x"] { return ["x": x] }
        if let data, !training.batch.isEmpty {
            return ["x": data.features(training.batch.map { data.trainingRows[$0] })]
        }
        guard let data, !data.trainingRows.isEmpty else {
            throw Diagnostic("there are no samples to augment", hint: "data glyphs loads some, or give x = … and y = …")
        }
        return ["x": data.features(Array(data.trainingRows.prefix(data.effectiveBatchSize)))]
    }

    /// Explains an element of the batch, or of a node on its way, under augmentation; nil where `name` is none of these.
    func explanation(
        ofAugmented name: String, _ symbol: (Shape) throws(Diagnostic) -> (String, Int), deep: Bool
    ) throws(Diagnostic) -> Explanation? {
        guard changesBatch else { return nil }
        var explanation = Explanation(digits: digits)
        if let draw = batchDraws.first(where: { $0.name == name }),
            let value = try augmentationValue(name)
        {
            let (text, offset) = try symbol(value.shape)
            explanation.add(text, .number(value.elements[offset]), [:], value.elements[offset])
            explanation.remark(draw.meaning + (draw.isComputed ? "" : "; drawn once a batch"))
            return explanation
        }
        guard let augmented = try augmentedBatch(), let node = augmented.tape.names[name] else { return nil }
        let (text, offset) = try symbol(augmented.tape.graph.nodes[node].shape)
        var explainer = NodeExplainer(
            tape: augmented.tape, names: NodeNames(Session(), augmented.tape), digits: digits
        ) { augmented.element($0, $1) }
        explainer.explain(node, offset, symbol: text, deep: deep)
        guard explainer.explanation.lines.isEmpty else { return explainer.explanation }
        explanation.add(text, .number(augmented.element(node, offset)), [:], augmented.element(node, offset))
        if let pretext { explanation.remark("given by ssl \(pretext.member.name)") }
        return explanation
    }
}
