// DataFile: the kinds of files that `data` reads, what stands in their lines, and how they become samples.

import Learning
import Tensors

/// A kind of file with samples; its name is the word behind `data`.
enum DataFile: String, CaseIterable {
    case csv
    case idx
    case npy

    static var names: [String] { allCases.map(\.rawValue) }

    var note: String {
        switch self {
        case .csv: "samples from a table of text"
        case .idx: "images and labels in the format of MNIST"
        case .npy: "samples and targets that NumPy saved"
        }
    }

    var example: String {
        switch self {
        case .csv: "data csv \"flowers.csv\" target=species"
        case .idx: "data idx \"images\" labels=\"labels\""
        case .npy: "data npy \"x.npy\" target=\"y.npy\""
        }
    }

    /// The key that names the targets: a column of a table, or another file.
    private var targetKey: String { self == .idx ? "labels" : "target" }

    private static let scale = Setting.number(
        "scale", nil, .positive, "what features are divided by; else unsigned bytes by 255, others by 1")

    private static let channels = Setting.choice(
        "channels", ["first", "last"], "where images have their channels; last ones are brought to the front")

    private var settings: [Setting] { self == .csv ? [] : [Self.scale, Self.channels] }

    /// What may stand behind `data csv` and so many items more.
    func choices(_ items: Int) -> [Choice] {
        if items == 1 { return [.file] }
        let keys: [Choice] = [
            .key(targetKey, note: self == .csv ? "the column to learn" : "a file"), .key("features"),
        ]
        return self == .csv
            ? keys
            : keys + [
                .key(Self.scale.name, note: "bytes are divided by 255"),
                .key(Self.channels.name, note: "first", values: ["first", "last"]), .file,
            ]
    }

    /// Reads the samples, with the settings of the line.
    func read(
        _ call: Call, _ common: [Setting], _ context: inout Context
    ) throws(Diagnostic) -> (DataSet, Settings) {
        let name = try call.string(1, example: example)
        try call.atMost(2, example: example)
        guard let target = call.keys.first(where: { $0.key == targetKey }) else {
            let question = self == .csv ? "which column is to be learned?" : "which file holds the targets?"
            throw Diagnostic(question, hint: example, at: call.range)
        }
        var settings = try call.settings(common + settings, also: ["features", targetKey], &context)
        let features = try call.features()
        if self == .csv {
            let column = try target.item.columnName()
            let set = try array(name, at: call.items[1].range, &context) { (bytes) throws(OperationError) in
                try CSV(bytes).dataSet(name: name, target: column, features: features)
            }
            return (set, settings)
        }
        let (file, isRandom) = try targetFile(target)
        if isRandom {
            try located(target.range) { () throws(OperationError) in try settings.set("labels", .word("random")) }
        }
        var x = try array(name, at: call.items[1].range, &context, stored)
        if settings.word("channels") == "last", let element = call.keys.first(where: { $0.key == "channels" }) {
            x = try located(element.range) { () throws(OperationError) in try x.channelsFirst() }
        }
        let y = try array(file, at: target.range, &context, stored)
        let scale = settings["scale"] == nil ? nil : settings.number("scale")
        let set = try located(call.range) { () throws(OperationError) in
            let set = try DataSet(name: name, x: x, y: y, target: self == .idx ? "label" : "y", scale: scale)
            return try features.map { (names) throws(OperationError) in try set.choosing(names) } ?? set
        }
        return (set, settings)
    }

    private func stored(_ bytes: [UInt8]) throws(OperationError) -> StoredArray {
        self == .idx ? try StoredArray(idx: bytes) : try StoredArray(npy: bytes)
    }

    /// Reads one file; a mistake in it is told with its name.
    private func array<Value>(
        _ name: String, at range: Range<Int>, _ context: inout Context,
        _ parse: ([UInt8]) throws(OperationError) -> Value
    ) throws(Diagnostic) -> Value {
        let path = context.path(name)
        context.readsWorld = true
        let bytes = try Files.located(range) { () throws(Diagnostic) in try Files.read(path) }
        do throws(OperationError) { return try parse(bytes) } catch {
            throw Diagnostic("\(name): \(error.message)", hint: error.hint, at: range)
        }
    }

    /// The file of the targets; `labels=random("labels")` deals them out again.
    private func targetFile(_ element: Element) throws(Diagnostic) -> (name: String, isRandom: Bool) {
        switch element.item.kind {
        case .string(let name) where !name.isEmpty: return (name, false)
        case .group("random", let inner) where self == .idx && inner.count == 1 && inner[0].key == nil:
            if case .string(let name) = inner[0].item.kind, !name.isEmpty { return (name, true) }
        default: break
        }
        let more = self == .idx ? " · labels=random(\"labels\") deals them out again" : ""
        throw Diagnostic("a file name in quotes should stand here", hint: example + more, at: element.range)
    }

    /// Where the names of files that a line reads stand in it, with their quotes.
    static func names(in statements: [Statement]) -> [Range<Int>] {
        statements.flatMap { statement -> [Range<Int>] in
            guard case .command(let call) = statement.kind else { return [] }
            let inner = call.block.map { names(in: $0) } ?? []
            guard call.verb == "data" || call.verb == "load" else { return inner }
            var isPair = false
            if case .word(let word) = call.items.first?.kind { isPair = word == "idx" || word == "npy" }
            return inner + strings(isPair ? call.elements : call.elements.filter { $0.key == nil })
        }
    }

    private static func strings(_ elements: [Element]) -> [Range<Int>] {
        elements.flatMap { element -> [Range<Int>] in
            switch element.item.kind {
            case .string: [element.item.range]
            case .group(_, let inner): strings(inner)
            default: []
            }
        }
    }
}

extension Call {
    /// The columns that `features=[…]` names.
    func features() throws(Diagnostic) -> [String]? {
        guard let element = keys.first(where: { $0.key == "features" }) else { return nil }
        guard case .list(let items) = element.item.kind else {
            throw Diagnostic(
                "features is a list of columns", hint: "data iris features=[petal_length, petal_width]",
                at: element.range)
        }
        var names: [String] = []
        for item in items { names.append(try item.columnName()) }
        return names
    }
}

extension Item {
    fileprivate func columnName() throws(Diagnostic) -> String {
        switch kind {
        case .word(let name), .string(let name): return name
        default: throw Diagnostic("a column's name should stand here", at: range)
        }
    }
}
