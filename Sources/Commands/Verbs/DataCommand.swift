// data: loads samples: one set of the catalogue, or files.

import Learning
import Tensors

struct DataCommand: Command {
    let verb = "data"
    let group = CommandGroup.data
    let summary =
        "loads samples and begins a new run; features=[a, b] chooses columns, labels=random deals classes out anew; "
        + "with idx and npy scale= divides the features, and channels=last brings the channels of images to the front"
    let examples =
        [
            "data iris", "data iris features=[petal_length, petal_width]", "data moons n=200 noise=0.1 seed=1",
            "data glyphs labels=random seed=1", "data show 5",
        ] + DataFile.allCases.map(\.example)

    let settings = [
        Session.seedSetting,
        .choice("labels", ["given", "random"], "random: the classes are dealt out again, so that only memory helps"),
    ]
    func members(_ session: Session) -> [any Member] { Catalog.data }

    func choices(after items: [String], _ session: Session) -> [Choice] {
        switch items.first {
        case nil:
            return declaredChoices(after: items, session)
                + DataFile.allCases.map { .word($0.rawValue, note: $0.note) } + [
                    .word("show", note: "the first samples")
                ]
        case "show": return []
        case let name?:
            if let file = DataFile(rawValue: name) {
                return file.choices(items.count) + keys(settings, of: nil, session)
            }
            let features = session.data.map { $0.set.name == name ? $0.set.features : [] } ?? []
            return declaredChoices(after: items, session) + [.key("features", values: features)]
        }
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let word = try call.word(0, "a data set", example: examples[0])
        if word == "show" { return try show(call, &context) }
        guard let word else { return try describe(call, context) }
        let (set, settings) =
            if let file = DataFile(rawValue: word) {
                try file.read(call, self.settings, &context)
            } else { try source(word, call, &context) }
        let data = try dealt(set, settings, call, &context)
        context.session.data = DataPipeline(data)
        context.session.dataOrigin = try origin(settings, call)
        context.session.batchByHand = [:]
        context.session.adoptBatchShape()
        context.session.startRun()
        context.session.tapes = [:]
        try context.session.buildLoss()
        try describe(call, context)
    }

    private func source(
        _ word: String, _ call: Call, _ context: inout Context
    ) throws(Diagnostic) -> (DataSet, Settings) {
        let names = Catalog.data.map(\.name) + DataFile.names
        guard names.contains(word) else {
            throw Diagnostic(
                "there is no data set \(word)", hint: Suggestion.hint(for: word, in: names), at: call.items[0].range)
        }
        let member = try call.member(0, of: Catalog.data, "a data set", example: examples[0])
        try call.atMost(1, example: examples[0])
        let settings = try call.settings(member.settings + self.settings, also: ["features"], &context)
        var set: DataSet?
        context.session.withRandom(seed: settings) { _, random in set = member.make(settings, &random) }
        guard let features = try call.features() else { return (set!, settings) }
        return (try located(call.range) { () throws(OperationError) in try set!.choosing(features) }, settings)
    }

    /// How more samples of the same kind are made; nil for files.
    private func origin(_ settings: Settings, _ call: Call) throws(Diagnostic) -> DataOrigin? {
        guard let word = try call.word(0, "a data set", example: examples[0]),
            let member = Catalog.data.first(where: { $0.name == word })
        else { return nil }
        return DataOrigin(
            member: member, settings: settings, features: try call.features(),
            isDealt: settings.word("labels") == "random")
    }

    /// The samples, with their classes dealt out again when that is asked for.
    private func dealt(
        _ set: DataSet, _ settings: Settings, _ call: Call, _ context: inout Context
    ) throws(Diagnostic) -> DataSet {
        guard settings.word("labels") == "random" else { return set }
        let key = call.keys.first { $0.key == "labels" }
        var result = Result<DataSet, OperationError>.success(set)
        context.session.withRandom(seed: settings) { _, random in
            // The stream goes on behind the samples, so that one seed gives the same samples with either labels.
            if settings.integer("seed") != nil { random = Random(seed: random.bits()) }
            result = Result { () throws(OperationError) in try set.shufflingLabels(&random) }
        }
        return try located(key?.range ?? call.range) { () throws(OperationError) in try result.get() }
    }

    private func describe(_ call: Call, _ context: Context) throws(Diagnostic) {
        guard let data = context.session.data else {
            let known = Catalog.data.map(\.name) + DataFile.names
            throw Diagnostic("no data are loaded", hint: "known are \(known.joined(separator: ", "))", at: call.range)
        }
        let set = data.set
        let kind = set.classes.isEmpty ? "values" : "\(set.classes.count) classes: \(Self.list(set.classes))"
        let image = set.image.map { ", an image of \($0.axes.map(String.init).joined(separator: "×"))" } ?? ""
        context.say("\(set.name): \(set.count) samples")
        context.say("  features  \(Self.list(set.features))\(image)")
        context.say("  target    \(set.target) (\(kind))")
    }

    /// Names one after the other; of very many the first, the last and how many there are.
    private static func list(_ names: [String]) -> String {
        guard names.count > 24 else { return names.joined(separator: ", ") }
        return "\(names[0]), \(names[1]) … \(names[names.count - 1]), \(names.count) together"
    }

    private func show(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(2, example: examples[4])
        guard let data = context.session.data else {
            throw Diagnostic("no data are loaded", hint: examples[0], at: call.range)
        }
        let count = min(try call.count(1, &context, example: examples[4]) ?? 5, data.trainingRows.count)
        let rows = Array(data.trainingRows.prefix(count))
        let x = data.features(rows)
        // Of very many features the first are shown.
        let features = data.set.features.prefix(data.set.features.count > 24 ? 8 : 24)
        let left = data.set.features.count - features.count
        let heads = features + (left > 0 ? ["and \(left) more"] : []) + [data.set.target]
        var table = Table([""] + heads, numeric: Set(1...features.count))
        for (index, row) in rows.enumerated() {
            let target = data.set.y[row]
            let label = data.set.classes.isEmpty ? context.text(target) : data.set.classes[Int(target)]
            let values = x.row(index).elements.prefix(features.count).map { context.text($0) }
            table.rows.append(["\(index)"] + values + (left > 0 ? ["…"] : []) + [label])
        }
        context.emit(.table(table))
    }
}

extension Files {
    /// Gives an error of reading or writing a place in the line.
    static func located<Result>(
        _ range: Range<Int>, _ body: () throws(Diagnostic) -> Result
    ) throws(Diagnostic) -> Result {
        do { return try body() } catch { throw error.at(range) }
    }
}

extension Session {
    /// Makes `x` and `y` of loaded data usable in definitions, where no network has made them.
    mutating func adoptBatchShape() {
        guard network == nil, let data else { return }
        leaves["x"] = graph.input("x", [1, data.set.features.count])
        leaves["y"] = graph.input("y", [1])
    }
}

/// A data set of the catalogue as it was chosen.
struct DataOrigin: Sendable {
    let member: DataSource
    let settings: Settings
    /// The columns that were chosen.
    let features: [String]?
    /// Whether the labels were dealt out again.
    let isDealt: Bool

    /// Fresh samples, `count` of them where their number is free.
    func draw(_ count: Int?, _ random: inout Random) throws(OperationError) -> DataSet {
        var settings = settings
        if let count { try settings.set("n", .number(Double(count))) }
        var set = member.make(settings, &random)
        if let features { set = try set.choosing(features) }
        return isDealt ? try set.shufflingLabels(&random) : set
    }
}
