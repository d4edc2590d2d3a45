// run, save, load: scripts, sessions as scripts, and weights as files.

import Formulas
import Learning
import Tensors

struct RunCommand: Command {
    let verb = "run"
    let group = CommandGroup.files
    let summary = "runs the lines of a script; what the lines before a failing one did is kept"
    let examples = ["run \"lesson.dl\""]
    let effect = Effect.time

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? [.file] : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[0])
        let name = try call.string(0, example: examples[0])
        let path = context.path(name)
        let range = call.items[0].range
        let script = try Files.located(range) { () throws(Diagnostic) in try Script.read(path) }
        try context.workbench.runNested(script)
    }
}

struct SaveCommand: Command {
    let verb = "save"
    let group = CommandGroup.files
    let summary =
        "the session as a script that replays to the same bits; save weights writes the parameters and running "
        + "statistics, save lesson a draft "
        + "of a lesson"
    let examples = ["save \"session.dl\"", "save weights \"net.weights\"", "save lesson \"30-mine.dl\""]
    let effect = Effect.none

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? .words(["weights", "lesson"]) + [.file] : items.count == 1 ? [.file] : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let kind = try kind(call)
        let name = try call.string(kind == nil ? 0 : 1, example: kind == nil ? examples[0] : examples[1])
        try call.atMost(kind == nil ? 1 : 2, example: examples[0])
        let path = context.path(name)
        let text =
            switch kind {
            case "weights": try WeightsFile.text(context.session)
            case "lesson": context.workbench.lessonDraft(for: path)
            default: context.workbench.savedSession(in: Files.folder(of: path))
            }
        try Files.located(call.range) { () throws(Diagnostic) in try Files.write(Array(text.utf8), to: path) }
        context.workbench.noteWritten(path)
        context.say("written to \(path)")
    }

    /// What is saved, when it is not the session as a script.
    private func kind(_ call: Call) throws(Diagnostic) -> String? {
        guard case .word(let word) = call.items.first?.kind else { return nil }
        guard word == "weights" || word == "lesson" else {
            throw Diagnostic("save knows no \(word)", hint: examples.joined(separator: " · "), at: call.items[0].range)
        }
        return word
    }
}

struct LoadCommand: Command {
    let verb = "load"
    let group = CommandGroup.files
    let summary = "reads parameters and running statistics that save weights has written"
    let examples = ["load weights \"net.weights\""]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? [.word("weights")] : items == ["weights"] ? [.file] : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        guard try call.word(0, "weights", example: examples[0]) == "weights" else {
            throw Diagnostic("load what?", hint: examples[0], at: call.range)
        }
        let name = try call.string(1, example: examples[0])
        try call.atMost(2, example: examples[0])
        let path = context.path(name)
        context.readsWorld = true
        let bytes = try Files.located(call.items[1].range) { () throws(Diagnostic) in try Files.read(path) }
        do throws(Diagnostic) {
            try WeightsFile.load(bytes, from: name, into: &context.session)
            context.say("read from \(path)")
        } catch {
            throw Diagnostic("\(name): \(error.message)", hint: error.hint, at: call.items[1].range)
        }
    }
}

/// Parameters and running statistics as text: a line with name and sizes, then a line with the numbers, in digits that read back exactly.
enum WeightsFile {
    private static let header = "dlrepl weights 1"

    static func text(_ session: Session) throws(Diagnostic) -> String {
        guard !session.layout.entries.isEmpty else {
            throw Diagnostic("there are no parameters to save", hint: "net 2 4 relu 1 makes some")
        }
        var lines = [header]
        func add(_ name: String, _ shape: Shape, _ numbers: ArraySlice<Double>) {
            lines.append(([name] + shape.axes.map(String.init)).joined(separator: " "))
            lines.append(numbers.map { Digits.full.text($0) }.joined(separator: " "))
        }
        for entry in session.layout.entries { add(entry.name, entry.shape, session.training.parameters[entry.range]) }
        for statistic in session.network?.statistics ?? [] {
            guard let value = session.training.layers.statistics[statistic.name] else { continue }
            add(statistic.name, value.shape, value.elements[...])
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static func load(_ bytes: [UInt8], from file: String, into session: inout Session) throws(Diagnostic) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Diagnostic("this is no weights file") }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first.map(String.init) == header else { throw Diagnostic("this is no weights file") }
        var values: [(String, Tensor)] = []
        var index = 1
        while index < lines.count, !lines[index].isEmpty {
            let words = lines[index].split(separator: " ")
            let numbers =
                index + 1 < lines.count ? lines[index + 1].split(separator: " ").map { Digits.parse(String($0)) } : []
            let sizes = words.dropFirst().map { Int($0) }
            guard !words.isEmpty, !sizes.contains(nil), let shape = try? Shape(sizes.compactMap { $0 }).checked(),
                !numbers.contains(nil), numbers.count == shape.count
            else { throw Diagnostic("line \(index + 1) is damaged") }
            values.append((String(words[0]), Tensor(shape, numbers.compactMap { $0 })))
            index += 2
        }
        for (name, value) in values {
            let statistic = session.network?.statistics.first { $0.name == name }
            guard let shape = session.layout[name]?.shape ?? statistic?.initial.shape else {
                throw Diagnostic("the session has no parameter \(name)", hint: "build the same net first")
            }
            guard shape == value.shape else {
                throw Diagnostic("\(name) has shape \(value.shape) in the file and \(shape) in the session")
            }
            if statistic == nil {
                try session.setParameter(name, value, .loaded(file))
            } else {
                try session.setLayerState(name, value)
            }
        }
    }
}

extension Workbench {
    /// The lines since the last `new`, with the names of files that they read as seen from `folder`.
    func savedSession(in folder: String) -> String {
        let lines = history.lines
        let start = lines.lastIndex { $0.line.trimmed == "new" }.map { $0 + 1 } ?? lines.startIndex
        var text = "# A session saved by dlrepl.\n"
        if seed != 0 { text += "seed \(seed)\n" }
        for entry in lines[start...] {
            text += relocated(entry, to: folder).trimmed + "\n"
        }
        return text
    }

    /// A line whose file names are relative to another folder. Absolute names stay.
    private func relocated(_ entry: History.Entry, to folder: String) -> String {
        var line = Array(entry.line.utf8)
        guard entry.readsWorld, entry.folder != folder, let statements = try? parse(line, 0..<line.count) else {
            return entry.line
        }
        let path = Files.absolute(entry.folder.isEmpty ? "." : entry.folder) + "/"
        let starts = DataFile.names(in: statements).map { $0.lowerBound + 1 }
        for start in starts.sorted().reversed() where line[start] != UInt8(ascii: "/") {
            line.insert(contentsOf: path.utf8, at: start)
        }
        return String(decoding: line, as: UTF8.self)
    }
}
