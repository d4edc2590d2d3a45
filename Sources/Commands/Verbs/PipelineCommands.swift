// split, normalize, batch, order: how samples reach the network.

import Learning
import Tensors

struct SplitCommand: Command {
    let verb = "split"
    let group = CommandGroup.data
    let summary = "sets samples aside for validation, at random"
    let examples = ["split train=0.8 seed=1"]
    let settings: [Setting] = [
        .number(
            "train", 0.8, Interval(lower: 0, upper: 1, includesLower: false, includesUpper: true),
            "the share of samples for training"), Session.seedSetting,
    ]

    func present(_ session: Session) -> (member: String?, settings: Settings)? {
        guard let data = session.data else { return nil }
        var present = Settings(settings)
        try? present.set("train", .number(Double(data.trainingRows.count) / Double(max(data.set.count, 1))))
        return (nil, present)
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        let settings = try call.settings(settings, &context)
        var data = try context.data(call)
        var failure: OperationError?
        context.session.withRandom(seed: settings) { _, random in
            do throws(OperationError) { try data.split(settings.number("train"), &random) } catch { failure = error }
        }
        if let failure { throw Diagnostic(failure, at: call.range) }
        context.session.changeData(data)
        context.say("\(data.trainingText), \(data.validationRows.count) for validation")
        if context.session.training.updates > 0 {
            context.say(
                "the weights have already been trained, also on samples that are now for validation; init starts anew")
        }
    }
}

struct NormalizeCommand: Command {
    let verb = "normalize"
    let group = CommandGroup.data
    let summary = "standard: (x − mean)/deviation, minmax: to 0 … 1, off; measured on the training samples"
    let examples = ["normalize standard", "normalize minmax", "normalize off"]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty
            ? .words(DataPipeline.Normalization.allCases.map(\.rawValue), now: session.data?.normalization.rawValue)
            : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let kind = try call.choice(DataPipeline.Normalization.self, examples[0])
        var data = try context.data(call)
        data.normalize(kind)
        context.session.changeData(data)
    }
}

struct BatchCommand: Command {
    let verb = "batch"
    let group = CommandGroup.data
    let summary = "how many samples one update uses: a number, or full"
    let examples = ["batch 15", "batch 1", "batch full"]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        guard items.isEmpty else { return [] }
        let size = session.data.map { "now \($0.effectiveBatchSize) of \($0.trainingRows.count)" }
        return [.word("full", note: size)]
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[0])
        guard let item = call.items.first else {
            throw Diagnostic("batch needs a number or full", hint: examples[0], at: call.range)
        }
        _ = try call.settings([], &context)
        var data = try context.data(call)
        if case .word("full") = item.kind {
            data.batchSize = nil
        } else {
            guard let size = try call.count(0, &context, example: examples[0]) else { return }
            guard size <= data.trainingRows.count else {
                throw Diagnostic(
                    "a batch of \(size) is larger than the \(data.trainingRows.count) training samples",
                    hint: "batch full takes all", at: item.range)
            }
            if size == 1, let task = context.session.pretext?.member, task.views > 1 {
                throw Diagnostic(
                    "a batch of one sample has nothing from which ssl \(task.name) could tell it",
                    hint: "batch \(min(20, data.trainingRows.count))", at: item.range)
            }
            data.batchSize = size
        }
        context.session.batchByHand = [:]
        context.session.changeData(data)
    }
}

struct OrderCommand: Command {
    let verb = "order"
    let group = CommandGroup.data
    let summary = "shuffle: each epoch in a new order; fixed: as in the data; replacement: each sample drawn from all"
    let examples = ["order shuffle", "order fixed", "order replacement"]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? .words(DataPipeline.Order.allCases.map(\.rawValue), now: session.data?.order.rawValue) : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let order = try call.choice(DataPipeline.Order.self, examples[0])
        var data = try context.data(call)
        data.order = order
        context.session.changeData(data)
    }
}

extension Context {
    fileprivate func data(_ call: Call) throws(Diagnostic) -> DataPipeline {
        guard let data = session.data else {
            throw Diagnostic("no data are loaded", hint: "data iris", at: call.range)
        }
        return data
    }
}

extension Call {
    /// The case that the only word names.
    fileprivate func choice<C: RawRepresentable & CaseIterable>(
        _ type: C.Type, _ example: String
    ) throws(Diagnostic) -> C where C.RawValue == String {
        try atMost(1, example: example)
        let names = C.allCases.map(\.rawValue)
        guard let word = try word(0, "one of \(names.joined(separator: ", "))", example: example) else {
            throw Diagnostic("\(verb) needs one of \(names.joined(separator: ", "))", hint: example, at: range)
        }
        guard let choice = C(rawValue: word) else {
            throw Diagnostic(
                "\(verb) knows no \(word)", hint: Suggestion.hint(for: word, in: names), at: items[0].range)
        }
        return choice
    }
}

extension DataPipeline {
    /// How many samples training uses, in words.
    var trainingText: String { "\(trainingRows.count) sample\(trainingRows.count == 1 ? "" : "s") for training" }
}

extension Session {
    /// Takes changed data; the epoch under way is given up, so that no sample is drawn by an old plan.
    mutating func changeData(_ data: DataPipeline) {
        self.data = data
        training.order = []
        training.drawn = 0
        training.batch = []
        training.batchIsUsed = true
        step.isFresh = false
        tapes = [:]
    }
}
