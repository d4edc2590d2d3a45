// transfer: the first layers of the present net are kept, with a new head on them; compared with training from scratch.

import Formulas
import Learning
import Plots
import Tensors

struct TransferCommand: Command {
    let verb = "transfer"
    let group = CommandGroup.build
    let summary =
        "a new head on the first layers of the net: extract keeps those frozen, finetune trains them on, scratch draws "
        + "them anew; compare measures the three by number of labels"
    let examples = [
        "transfer finetune head=3", "transfer extract keep=1", "transfer scratch head=2 seed=1",
        "transfer compare labels=[12, 30] trials=2 epochs=5",
    ]
    private static let own: [Setting] = [
        .integer("head", nil, .within(1, 1_000_000), "the outputs of the new last layer; without it one a class"),
        .integer("keep", nil, .atLeast(1), "how many layers with weights are kept; without it all but the last"),
        Session.seedSetting,
    ]
    private static let comparison: [Setting] = [
        .numbers("labels", [10, 20, 50, 100], .atLeast(1), "how many training samples have a label"),
        .integer("trials", 5, .within(1, 1000), "seeds for each; the same for all ways"),
        .integer("epochs", 50, .atLeast(1), "passes through the labelled samples"),
    ]
    var settings: [Setting] { Self.own + Self.comparison }

    func choices(after items: [String], _ session: Session) -> [Choice] {
        guard let word = items.first else {
            return Way.allCases.map { .word($0.rawValue, note: $0.meaning) } + [.word("compare", note: "all three")]
        }
        return keys(word == "compare" ? settings : Self.own, of: nil, session)
            + (word == "compare" ? [.key("svg"), .file] : [])
    }

    func changesPlan(_ call: Call) -> Bool {
        if case .word("compare") = call.items.first?.kind { false } else { true }
    }

    /// What becomes of the layers that are kept.
    enum Way: String, CaseIterable {
        case extract
        case finetune
        case scratch

        var meaning: String {
            switch self {
            case .extract: "only the new head learns"
            case .finetune: "everything learns"
            case .scratch: "nothing is kept but the shape"
            }
        }
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[0])
        let words = Way.allCases.map(\.rawValue) + ["compare"]
        guard let word = try call.word(0, "one of \(words.joined(separator: ", "))", example: examples[0]) else {
            throw Diagnostic(
                "transfer how?", hint: "one of \(words.joined(separator: ", ")): \(examples[0])", at: call.range)
        }
        try context.session.checkLabelsAreRead("a new head")
        if word == "compare" { return try compare(call, &context) }
        guard let way = Way(rawValue: word) else {
            throw Diagnostic(
                "transfer knows no \(word)", hint: Suggestion.hint(for: word, in: words), at: call.items[0].range)
        }
        let settings = try call.settings(Self.own, &context)
        let kept = try context.session.transfer(way, settings)
        guard let network = context.session.network else { return }
        context.say(network.line)
        let names = kept.joined(separator: " ")
        switch way {
        case .extract: context.say("kept and frozen: \(names)")
        case .finetune: context.say("kept: \(names)")
        case .scratch: context.say("everything is drawn anew by \(context.session.defaultInitializer.name)")
        }
    }

    // MARK: By number of labels

    private func compare(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let settings = try call.settings(settings, also: ["svg"], &context)
        guard let data = context.session.data, !data.validationRows.isEmpty else {
            throw Diagnostic("without validation samples nothing can be compared", hint: "split train=0.8 seed=1")
        }
        let counts = settings.numbers("labels")
        let most = data.trainingRows.count + data.unlabelled.count
        guard let largest = counts.max() else {
            throw Diagnostic("no number of labels to compare at", hint: "labels=[\(min(most, 20))]", at: call.range)
        }
        guard largest <= Double(most) else {
            throw Diagnostic(
                "there are \(most) training samples, not \(context.text(largest))", hint: "labels=[\(most)]",
                at: call.range)
        }
        let epochs = settings.integer("epochs") ?? 1
        let keys = ["head", "keep"].compactMap { key in settings.integer(key).map { " \(key)=\($0)" } }.joined()
        let measure = try context.workbench.expression("accuracy(val)")
        var table = Table(["labels"] + Way.allCases.map(\.rawValue), numeric: Set(0...Way.allCases.count))
        var means = Way.allCases.map { _ in [Point]() }
        let trials = settings.integer("trials") ?? 1
        let meter = ProgressMeter(unit: "trial", total: counts.count * Way.allCases.count * trials)
        for count in counts {
            var row = [context.text(count)]
            for (index, way) in Way.allCases.enumerated() {
                let block = try context.workbench.statements(
                    "labels \(Digits.full.text(count)); transfer \(way.rawValue)\(keys); train epochs=\(epochs)")
                var values: [Double] = []
                do throws(Diagnostic) {
                    values = try TrialsCommand.values(trials, block, measure, meter, &context)
                } catch {
                    // The place in the block means nothing in this line.
                    throw Diagnostic(error.message, hint: error.hint, at: call.range)
                }
                guard values.count == trials else { return context.say("stopped by Ctrl-C") }
                let result = Trials(values: values)
                let (mean, deviation) = (result.measured("mean") ?? .nan, result.measured("std") ?? .nan)
                row.append("\(context.text(mean)) ± \(Digits.significant(2).text(deviation))")
                means[index].append(Point(count, mean))
            }
            table.rows.append(row)
        }
        context.say("accuracy(val): mean ± standard deviation of \(trials) seeds, the same samples for all three")
        context.emit(.table(table))
        if counts.count > 1 { try context.present(Self.plot(means, counts), call, drawing: nil) }
    }

    private static func plot(_ means: [[Point]], _ counts: [Double]) -> Plot {
        let marks = Way.allCases.enumerated().map { index, way in
            Mark(.line(means[index]), name: way.rawValue, series: index)
        }
        return Plot(
            title: "accuracy(val) by number of labels", summary: "The mean accuracy of each way after training.",
            body: .axes(
                Axes(
                    x: Axis("labels", fitting: counts), y: Axis("accuracy(val)", fitting: means.joined().map(\.y)),
                    marks: marks)))
    }
}

extension Workbench {
    /// Statements that a command is made of.
    fileprivate func statements(_ text: String) throws(Diagnostic) -> [Statement] {
        let bytes = Array(text.utf8)
        return try parse(bytes, 0..<bytes.count)
    }

    fileprivate func expression(_ text: String) throws(Diagnostic) -> Expression {
        guard case .expression(let expression) = try statements(text).first?.kind else {
            throw Diagnostic("\(text) is no expression")
        }
        return expression
    }
}

extension Session {
    /// Builds the net again up to the layers that are kept, with a new last layer. Returns the parameters that were kept.
    mutating func transfer(_ way: TransferCommand.Way, _ settings: Settings) throws(Diagnostic) -> [String] {
        guard let network else {
            throw Diagnostic("there is no net whose layers could be kept", hint: "net 4 16 relu 3, and train it first")
        }
        let body = try body(of: network)
        let layers = try body.kept(settings.integer("keep"))
        var head = Settings(self.settings(of: Catalog.layers[0]))
        let width = try headWidth(settings)
        head = try located(nil) { () throws(OperationError) in
            var head = head
            try head.set("width", .number(Double(width)))
            return head
        }
        let (values, old) = (training.parameters, layout)
        let statistics = training.layers.statistics
        let built = try located(nil) { () throws(OperationError) in
            try Network(sample: body.sample, layers: layers + [ChosenLayer(Catalog.layers[0], head)])
        }
        let kept = try located(nil) { () throws(OperationError) in
            try Network(sample: body.sample, layers: layers).weights.map(\.name)
        }
        frozen.subtract(network.weights.map(\.name))
        let stream = training.random
        if let seed = settings.integer("seed") { training.random = Random(seed: UInt64(seed)) }
        _ = try defineNetwork(built)
        if settings.integer("seed") != nil { training.random = stream }
        guard way != .scratch else { return [] }
        for name in kept {
            guard let entry = layout[name], let source = old[name] else { continue }
            training.parameters.replaceSubrange(entry.range, with: values[source.range])
            origins[name] = Origin(kind: .kept("the net before transfer"), updates: 0)
        }
        for (name, value) in statistics where training.layers.statistics[name] != nil {
            training.layers.statistics[name] = value
        }
        if way == .extract { setFrozen(frozen.union(kept)) }
        return kept
    }

    /// The layers that samples such as the present ones can be read by: those of the net, or those in the `each( … )` with
    /// which it begins, where a sample is one of its parts.
    private func body(of network: Network) throws(Diagnostic) -> Body {
        let whole = Body(sample: network.sample, layers: network.layers, isPart: false)
        guard batchByHand.isEmpty, let width = data?.set.features.count, width != network.inputs else { return whole }
        guard let first = network.layers.first, let part = first.part(of: network.sample) else {
            throw Diagnostic(
                "the data have \(width) features, the layers to keep take \(network.inputs)",
                hint: "data that the net can read: samples of \(network.inputs) features")
        }
        guard width == part.count else {
            throw Diagnostic(
                "samples have \(width) features, the net takes \(network.inputs), and its each( … ) parts of \(part.count)",
                hint: "samples of \(part.count) features are read by the layers inside")
        }
        return Body(sample: part, layers: first.inner, isPart: true)
    }

    private func headWidth(_ settings: Settings) throws(Diagnostic) -> Int {
        if let width = settings.integer("head") { return width }
        guard let classes = data?.set.classes.count, classes > 0 else {
            throw Diagnostic("how many outputs has the new head?", hint: "transfer finetune head=3")
        }
        return classes
    }
}

/// Layers of which the first can be kept.
private struct Body {
    let sample: Shape
    let layers: [ChosenLayer]
    /// Whether they were inside of an `each( … )`, so that none of them is the head.
    let isPart: Bool

    /// How many of the first layers have weights.
    private func weighted(_ layers: [ChosenLayer]) -> Int {
        let weights = (try? Network(sample: sample, layers: layers).weights) ?? []
        return weights.count { $0.name.hasPrefix("W") }
    }

    /// The layers up to the one with weights behind the last that is kept; without a number all but the head.
    func kept(_ count: Int?) throws(Diagnostic) -> [ChosenLayer] {
        let all = weighted(layers)
        let most = isPart ? all : all - 1
        let keep = count ?? most
        guard keep >= 1, keep <= all else {
            throw Diagnostic(
                count == nil
                    ? "the \(isPart ? "each( … ) has no" : "net has one") layer with weights, so nothing is left to keep below a head"
                    : "the net has \(all) layers with weights\(isPart ? " in its each( … )" : ""), \(keep) cannot be kept",
                hint: count == nil ? "net 4 16 relu 3" : "keep=\(max(most, 1))")
        }
        // The longest row of layers that holds no further weights: activations behind the last kept layer stay with it.
        for length in (1...layers.count).reversed() {
            let kept = Array(layers.prefix(length))
            if weighted(kept) == keep { return kept }
        }
        throw Diagnostic("\(keep) layers with weights end inside parentheses", hint: "keep=\(max(keep - 1, 1))")
    }
}
