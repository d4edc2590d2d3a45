// Completion: what can follow at the cursor, from the live session.

import Formulas
import Learning

/// What may be typed at the cursor.
public struct Completions: Sendable {
    public struct Candidate: Hashable, Sendable {
        public let text: String
        /// What is shown beside it, e.g. a present value.
        public let note: String?
        /// Whether a blank follows it.
        public let endsWord: Bool
    }

    /// The UTF-8 offset from where a candidate replaces the text up to the cursor.
    public let start: Int
    public let candidates: [Candidate]
}

extension Workbench {
    /// Candidates for the text before the cursor (a UTF-8 offset).
    public func completions(_ line: String, cursor: Int) -> Completions {
        let text = Array(line.utf8.prefix(cursor))
        let isWord = { (byte: UInt8) in
            byte >= 128 || byte == 95 || (byte >= 48 && byte <= 57) || (byte | 0x20 >= 97 && byte | 0x20 <= 122)
        }
        let start = (text.lastIndex { !isWord($0) } ?? -1) + 1
        let prefix = String(decoding: text[start...], as: UTF8.self)
        let before = text[..<start]
        // Nothing is offered inside a string or a comment; both end with the line.
        let line = before[((before.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)...]
        guard line.count(where: { $0 == UInt8(ascii: "\"") }) % 2 == 0, !line.contains(UInt8(ascii: "#")) else {
            return Completions(start: start, candidates: [])
        }
        if let names = namesInDefinition(String(decoding: before, as: UTF8.self)) {
            return Completions(start: start, candidates: names.filter { $0.text.hasPrefix(prefix) })
        }
        let command = String(decoding: before[((before.lastIndex(of: UInt8(ascii: ";")) ?? -1) + 1)...], as: UTF8.self)
        let found = candidates(after: command).filter { $0.text.hasPrefix(prefix) }
        return Completions(start: start, candidates: found.sorted { $0.text < $1.text })
    }

    private func candidates(after text: String) -> [Completions.Candidate] {
        if text.hasSuffix(".") { return members(of: text) }
        let words = text.split(separator: " ").map(String.init)
        guard let verb = words.first else { return verbs + expressions }
        guard let command = CommandCatalog.command(verb) else { return expressions }
        if text.last != " " { return values(after: text, command) }
        switch command.grammar {
        case .items: break
        default: return expressions
        }
        return arguments(of: command, words)
    }

    private var verbs: [Completions.Candidate] {
        CommandCatalog.all.map { .init(text: $0.verb, note: nil, endsWord: true) }
    }

    private var expressions: [Completions.Candidate] {
        let session = session
        let names = Set(session.names + (session.objective == nil ? [] : ["loss"]))
        return names.filter { CommandCatalog.command($0) == nil }.map { name in
            let value = try? session.value(of: name)
            return .init(
                text: name, note: value.map { TensorText.brief($0, digits: .significant(4), limit: 30) },
                endsWord: false)
        } + session.functionNames.map { .init(text: $0 + "(", note: nil, endsWord: false) }
    }

    private func members(of text: String) -> [Completions.Candidate] {
        let isWord = { (character: Character) in character.isLetter || character.isNumber || character == "_" }
        let name = String(text.dropLast().reversed().prefix(while: isWord).reversed())
        var members = session.live[name] != nil || session.isParameter(name) ? ["grad"] : []
        if session.isParameter(name) { members += session.optimizer?.rule.slots.map(\.name) ?? [] }
        return members.map { .init(text: $0, note: nil, endsWord: false) }
    }

    /// The values of a key: `eps_at=` offers its choices.
    private func values(after text: String, _ command: any Command) -> [Completions.Candidate] {
        guard text.hasSuffix("=") else { return expressions }
        let words = text.split(separator: " ").map(String.init)
        guard let key = words.last?.dropLast(),
            let setting = settings(of: command, words).first(where: { $0.name == key }),
            case .choice(let choices) = setting.kind
        else { return [] }
        return choices.map { .init(text: $0, note: nil, endsWord: true) }
    }

    private func arguments(of command: any Command, _ words: [String]) -> [Completions.Candidate] {
        var result: [Completions.Candidate] = settings(of: command, words).map { setting in
            let present = command.verb == "optimizer" ? session.optimizer?.settings[setting.name] : nil
            return .init(text: setting.name + "=", note: (present ?? setting.initial)?.text(), endsWord: false)
        }
        let names: [String] =
            switch command.verb {
            case "optimizer" where words.count == 1: session.optimizers.map(\.name)
            case "schedule" where words.count == 1: Catalog.schedules.map(\.name) + ["off"]
            case "landscape" where words.count == 1: Catalog.landscapes.map(\.name)
            case "loss" where words.count == 1: Catalog.losses.map(\.name)
            case "init" where words.count == 1: Catalog.initializers.map(\.name)
            case "data" where words.count == 1: Catalog.data.map(\.name) + ["csv", "show"]
            case "net": session.activations.map(\.name)
            case "minimize" where words.count == 1, "graph" where words.count == 1: session.liveOrder
            case "state" where words.count == 1: session.layout.entries.map(\.name)
            case "hessian", "eig", "critical": session.layout.entries.map(\.name)
            case "search" where words.count == 1: ["random"]
            case "help" where words.count == 1: Help.topics(session)
            case "normalize" where words.count == 1: DataPipeline.Normalization.allCases.map(\.rawValue)
            case "order" where words.count == 1: DataPipeline.Order.allCases.map(\.rawValue)
            case "batch" where words.count == 1, "digits" where words.count == 1: ["full"]
            case "check" where words.count == 1: ["gradients"]
            case "accumulate" where words.count == 1: ["on", "off"]
            case "save" where words.count == 1, "load" where words.count == 1: ["weights"]
            case "train": ["until"]
            default: []
            }
        result += names.map { .init(text: $0, note: nil, endsWord: true) }
        return result
    }

    /// The keys that fit what has been typed: the command's own, and those of the member that it names.
    private func settings(of command: any Command, _ words: [String]) -> [Setting] {
        guard words.count > 1,
            let member = Help.members(session).first(where: { $0.kind == command.verb && $0.member.name == words[1] })
        else { return command.settings }
        return command.settings + member.member.settings
    }
}
