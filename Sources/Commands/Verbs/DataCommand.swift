// data: loads samples: one of the catalogue, or a CSV file.

import Learning
import Tensors

struct DataCommand: Command {
    let verb = "data"
    let group = CommandGroup.data
    let summary = "loads samples and begins a new run; features=[a, b] chooses columns"
    let examples = [
        "data iris", "data iris features=[petal_length, petal_width]", "data moons n=200 noise=0.1 seed=1",
        "data csv \"flowers.csv\" target=species", "data show 5",
    ]

    let settings = [Session.seedSetting]
    func members(_ session: Session) -> [any Member] { Catalog.data }

    func choices(after items: [String], _ session: Session) -> [Choice] {
        switch items.first {
        case nil:
            return declaredChoices(after: items, session) + [
                .word("csv", note: "samples from a file"), .word("show", note: "the first samples"),
            ]
        case "csv": return items.count == 1 ? [.file] : [.key("target"), .key("features")]
        case "show": return []
        case let name:
            let features = session.data.map { $0.set.name == name ? $0.set.features : [] } ?? []
            return declaredChoices(after: items, session) + [.key("features", values: features)]
        }
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let word = try call.word(0, "a data set", example: examples[0])
        if word == "show" { return try show(call, &context) }
        guard let word else { return try describe(call, context) }
        let set = word == "csv" ? try csv(call, &context) : try source(call, &context)
        context.session.data = DataPipeline(set)
        context.session.batchByHand = [:]
        context.session.adoptBatchShape()
        context.session.startRun()
        context.session.tapes = [:]
        try context.session.buildLoss()
        try describe(call, context)
    }

    private func source(_ call: Call, _ context: inout Context) throws(Diagnostic) -> DataSet {
        let names = Catalog.data.map(\.name) + ["csv"]
        if let word = try call.word(0, "a data set", example: examples[0]), !names.contains(word) {
            throw Diagnostic(
                "there is no data set \(word)", hint: Suggestion.hint(for: word, in: names), at: call.items[0].range)
        }
        let member = try call.member(0, of: Catalog.data, "a data set", example: examples[0])
        try call.atMost(1, example: examples[0])
        let settings = try call.settings(
            member.settings + [Session.seedSetting], also: ["features"], &context)
        var set: DataSet?
        context.session.withRandom(seed: settings) { _, random in set = member.make(settings, &random) }
        guard let features = try features(call) else { return set! }
        return try located(call.range) { () throws(OperationError) in try set!.choosing(features) }
    }

    private func csv(_ call: Call, _ context: inout Context) throws(Diagnostic) -> DataSet {
        let name = try call.string(1, example: examples[3])
        try call.atMost(2, example: examples[3])
        _ = try call.settings([], also: ["features", "target"], &context)
        guard let target = call.keys.first(where: { $0.key == "target" }) else {
            throw Diagnostic("which column is to be learned?", hint: examples[3], at: call.range)
        }
        let path = context.path(name)
        let range = call.items[1].range
        context.readsWorld = true
        let bytes = try Files.located(range) { () throws(Diagnostic) in try Files.read(path) }
        let features = try features(call)
        let targetName = try Self.columnName(target.item)
        do throws(OperationError) {
            return try CSV(bytes).dataSet(name: name, target: targetName, features: features)
        } catch { throw Diagnostic("\(name): \(error.message)", hint: error.hint, at: range) }
    }

    private func features(_ call: Call) throws(Diagnostic) -> [String]? {
        guard let element = call.keys.first(where: { $0.key == "features" }) else { return nil }
        guard case .list(let items) = element.item.kind else {
            throw Diagnostic("features is a list of columns", hint: examples[1], at: element.range)
        }
        var names: [String] = []
        for item in items { names.append(try Self.columnName(item)) }
        return names
    }

    private static func columnName(_ item: Item) throws(Diagnostic) -> String {
        switch item.kind {
        case .word(let name), .string(let name): return name
        default: throw Diagnostic("a column's name should stand here", at: item.range)
        }
    }

    private func describe(_ call: Call, _ context: Context) throws(Diagnostic) {
        guard let data = context.session.data else {
            throw Diagnostic(
                "no data are loaded", hint: "known are \(Catalog.data.map(\.name).joined(separator: ", ")), csv",
                at: call.range)
        }
        let set = data.set
        let kind =
            set.classes.isEmpty ? "values" : "\(set.classes.count) classes: \(set.classes.joined(separator: ", "))"
        context.say("\(set.name): \(set.count) samples")
        context.say("  features  \(set.features.joined(separator: ", "))")
        context.say("  target    \(set.target) (\(kind))")
    }

    private func show(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(2, example: examples[4])
        guard let data = context.session.data else {
            throw Diagnostic("no data are loaded", hint: examples[0], at: call.range)
        }
        let count = min(try call.count(1, &context, example: examples[4]) ?? 5, data.trainingRows.count)
        let rows = Array(data.trainingRows.prefix(count))
        let x = data.features(rows)
        var table = Table([""] + data.set.features + [data.set.target], numeric: Set(1...data.set.features.count))
        for (index, row) in rows.enumerated() {
            let target = data.set.y[row]
            let label = data.set.classes.isEmpty ? context.text(target) : data.set.classes[Int(target)]
            table.rows.append(["\(index)"] + x.row(index).elements.map { context.text($0) } + [label])
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
