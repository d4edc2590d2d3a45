// help: all verbs on one screen, or one verb, member or function.

import Formulas
import Learning

struct HelpCommand: Command {
    let verb = "help"
    let group = CommandGroup.files
    let summary = "all commands on one screen, or one word explained"
    let examples = ["help", "help adam"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[1])
        guard let word = try call.word(0, "a word", example: examples[1]) else {
            for line in Help.overview() { context.say(line) }
            return
        }
        guard let lines = Help.topic(word, context.session) else {
            throw Diagnostic(
                "there is no help on \(word)",
                hint: Suggestion.hint(for: word, in: Help.topics(context.session)) ?? "help",
                at: call.items[0].range)
        }
        for line in lines { context.say(line) }
    }
}

/// Help texts, made from the declarations of commands, members and functions.
enum Help {
    /// The members of the catalogue and the session's own.
    static func members(_ session: Session) -> [(kind: String, member: any Member)] {
        session.optimizers.map { ("optimizer", $0) } + Catalog.schedules.map { ("schedule", $0) }
            + Catalog.landscapes.map { ("landscape", $0) } + Catalog.losses.map { ("loss", $0) }
            + session.activations.map { ("activation", $0) } + Catalog.initializers.map { ("init", $0) }
            + Catalog.data.map { ("data", $0) }
    }

    static func topics(_ session: Session) -> [String] {
        let members = members(session)
        return CommandCatalog.all.map(\.verb) + members.map(\.member.name) + Builtin.names + scalars.keys.sorted()
            + Set(members.flatMap { $0.member.settings.map(\.name) }).sorted()
    }

    static func overview() -> [String] {
        var lines: [String] = []
        for group in CommandGroup.allCases {
            lines.append(group.rawValue)
            for command in CommandCatalog.all where command.group == group {
                let verb = command.verb + String(repeating: " ", count: max(1, 11 - command.verb.count))
                lines.append("  \(verb)\(Self.cut(command.summary, 66))")
            }
        }
        lines.append("Functions")
        lines += wrapped(Builtin.names.joined(separator: " "), width: 76).map { "  \($0)" }
        lines.append("help WORD explains a command, a function, or a member such as adam, relu, iris.")
        return lines
    }

    /// The help on one word; a word may be both a command or function and a member.
    static func topic(_ word: String, _ session: Session) -> [String]? {
        var lines: [String] = []
        if let command = CommandCatalog.command(word) {
            lines += ["\(word): \(command.summary)"] + settingLines(command.settings, present: nil)
            lines += command.examples.map { "  e.g.  \($0)" }
            if let names = memberNames(session)[word] {
                lines += wrapped("known are \(names)", width: 74).map { "  \($0)" }
            }
        }
        for (kind, member) in members(session) where member.name == word {
            let isPresent = (member as? Optimizer).map { session.uses($0) } ?? false
            lines += ["\(word) (\(kind)): \(member.summary)"]
            lines += settingLines(member.settings, present: isPresent ? session.optimizer?.settings : nil)
            if let optimizer = member as? Optimizer { lines += ruleLines(optimizer, session) }
            if let schedule = member as? Schedule { lines += scheduleLines(schedule) }
            lines.append("  source: \(member.source)")
        }
        if let function = session.function(word) { lines.append("\(word) (function): \(function.usage)") }
        lines += keyLines(word, session)
        if let meaning = scalars[word] { lines.append("\(word): \(meaning)") }
        if word == "param" { lines.append("param (function): w = param([0, 0]) makes w a trainable parameter") }
        return lines.isEmpty ? nil : lines
    }

    /// The commands and members that have a key of this name.
    private static func keyLines(_ word: String, _ session: Session) -> [String] {
        let owners =
            CommandCatalog.all.map { ($0.verb, $0.settings) }
            + members(session).map { ($0.member.name, $0.member.settings) }
        var meanings: [(meaning: String, names: [String])] = []
        for (name, settings) in owners {
            guard let setting = settings.first(where: { $0.name == word }) else { continue }
            let meaning = "\(setting.meaning)  (\(setting.range))"
            if let index = meanings.firstIndex(where: { $0.meaning == meaning }) {
                meanings[index].names.append(name)
            } else {
                meanings.append((meaning, [name]))
            }
        }
        return meanings.map { "\(word)= (key of \($0.names.joined(separator: ", "))): \($0.meaning)" }
    }

    private static let scalars = [
        "lr":
            "the rate of the next update; lr = 0.01 sets the optimizer's rate (the base of a schedule), keeps its buffers",
        "t": "the number of updates done in this run; in formulas the update being made, from 1",
        "epoch": "the number of epochs completed",
        "loss": "the value of the objective in the last forward",
        "grad": "W1.grad is the gradient of the objective with respect to W1; w.grad = 0.5 imposes one",
    ]

    private static func memberNames(_ session: Session) -> [String: String] {
        var names: [String: [String]] = ["data": ["csv"]]
        for (kind, member) in members(session) { names[kind, default: []].append(member.name) }
        return names.mapValues { $0.joined(separator: ", ") }
    }

    private static func settingLines(_ settings: [Setting], present: Settings?) -> [String] {
        settings.map { setting in
            let value = present?[setting.name] ?? setting.initial
            let name = setting.name + "=" + (value?.text() ?? "…")
            let padding = String(repeating: " ", count: max(2, 22 - name.count))
            return "  \(name)\(padding)\(setting.meaning)  (\(setting.range))"
        }
    }

    private static func ruleLines(_ optimizer: Optimizer, _ session: Session) -> [String] {
        let chosen = session.uses(optimizer) ? session.optimizer : nil
        guard let optimizer = chosen ?? (try? ChosenOptimizer(optimizer, Settings(optimizer.settings))) else {
            return []
        }
        return ["  rule:"] + OptimizerCommand.description(optimizer).dropFirst().map { "  \($0)" }
    }

    private static func scheduleLines(_ schedule: Schedule) -> [String] {
        [
            "  t is 0 for the first update: lr_at(t) is the rate of update t+1; epoch is 0 in the first epoch",
            "  lr_at counts updates with per=epoch too, and takes batches to stay as they are",
            "  the schedule begins behind the warm-up, with its own time at 0", "  e.g.  \(schedule.example)",
        ]
    }

    private static func cut(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : text.prefix(width - 1) + "…"
    }

    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            if lines[lines.count - 1].count + word.count + 1 > width { lines.append("") }
            lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
        }
        return lines
    }
}
