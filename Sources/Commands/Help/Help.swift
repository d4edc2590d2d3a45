// Help texts, made from the declarations of commands, members, functions and keys.

import Formulas
import Learning

enum Help {
    /// What begins a line that can be typed as it stands.
    static let exampleMark = "  e.g.  "

    /// Every member with the command that chooses it.
    static func members(_ session: Session) -> [(command: any Command, member: any Member)] {
        CommandCatalog.all.flatMap { command in command.members(session).map { (command, $0) } }
    }

    static func topics(_ session: Session) -> [String] {
        let members = members(session)
        let keys = Set((CommandCatalog.all.flatMap(\.settings) + members.flatMap(\.member.settings)).map(\.name))
        return CommandCatalog.all.map(\.verb) + members.map(\.member.name) + session.functionNames
            + (Array(scalars.keys) + keys).sorted() + PictureCatalog.all.map(\.name) + HelpPage.all.map(\.name)
            + Set(words(session).map(\.word)).sorted()
    }

    /// What one can do, on one screen: the verbs by group, the functions, and how to go on.
    static func overview() -> [Entry] {
        var entries = [
            Entry(["A line is a command, an assignment or an expression. help WORD explains a word."]), Entry([""]),
        ]
        for group in CommandGroup.allCases {
            let verbs = CommandCatalog.all.filter { $0.group == group }.map(\.verb)
            entries.append(hanging(group.rawValue, verbs.joined(separator: " "), margin: 22))
        }
        return entries + [
            hanging("Calculate", "exp(x)  softmax(z)  W1 @ a  mean(x, axis=0)  …: help functions", margin: 22),
            hanging("Read on", HelpPage.all.map { "help \($0.name)" }.joined(separator: "   "), margin: 22),
            Entry([""]),
            Entry(["To begin:  data iris; net 4 16 relu 3; loss cross_entropy; optimizer adam"], hang: 11),
            Entry(["then       next   forward   backward   explain W1.grad[0,0]   update   step 100"], hang: 11),
        ]
    }

    /// The help on one word; a word may be a command, a member, a function, a key, a word after one and a page at once.
    static func topic(_ word: String, _ session: Session) -> [Entry]? {
        var parts: [[Entry]] = []
        if let command = CommandCatalog.command(word) { parts.append(text(command, session)) }
        let owners = members(session).filter { $0.member.name == word }
        parts += owners.map { text($0.member, of: $0.command, session) }
        if let function = session.function(word) { parts.append(text(function, hasMember: !owners.isEmpty)) }
        let keys = keyLines(word, session)
        if !keys.isEmpty { parts.append(keys) }
        if let scalar = scalars[word] {
            parts.append([running("\(word): \(scalar.meaning)"), example(scalar.example)])
        }
        let lines = words(session).filter { $0.word == word }.map(\.line)
        if !lines.isEmpty { parts.append(lines.map { running($0) }) }
        if let picture = PictureCatalog.named(word) { parts.append(text(picture)) }
        if let page = HelpPage.all.first(where: { $0.name == word }) { parts.append(page.text) }
        return parts.isEmpty ? nil : Array(parts.joined(separator: [Entry([""])]))
    }

    // MARK: Commands and members

    private static func text(_ command: any Command, _ session: Session) -> [Entry] {
        var entries = [running("\(command.verb): \(command.summary)")]
        let members = command.members(session)
        if !members.isEmpty {
            let words = command.choices(after: [], session).compactMap {
                if case .word(let word, _) = $0 { word } else { nil }
            }
            let names = words.isEmpty ? members.map(\.name) : words
            entries.append(running("known are \(names.joined(separator: ", "))", indent: 2))
        }
        entries += settingLines(command.settings, present(command, nil, session))
        entries += command.examples.map(example)
        let alike = CommandCatalog.all.filter { $0.group == command.group && $0.verb != command.verb }.map(\.verb)
        return entries + [running("see also \(alike.joined(separator: " "))", indent: 2)]
    }

    private static func text(_ member: any Member, of command: any Command, _ session: Session) -> [Entry] {
        let present = present(command, member.name, session)
        var entries = [running("\(member.name) (\(command.memberKind)): \(member.summary)")]
        entries += member.formulas(present ?? Settings(member.settings)).map {
            $0.count <= 74 ? Entry(["    \($0)"], hang: 6) : running($0, indent: 4)
        }
        entries += settingLines(member.settings, present)
        entries += member.notes.map { hanging("  note", $0, margin: 8) }
        entries.append(hanging("  from", member.source, margin: 8))
        return entries + ([command.example(of: member)] + member.examples).map(example)
    }

    /// The settings in use, when they are those of this member.
    private static func present(_ command: any Command, _ member: String?, _ session: Session) -> Settings? {
        command.present(session).flatMap { $0.member == member ? $0.settings : nil }
    }

    private static func settingLines(_ settings: [Setting], _ present: Settings?) -> [Entry] {
        settings.map { setting in
            let initial = setting.initial?.text()
            let value = present?[setting.name]?.text()
            let head = "\(setting.name)=\(value ?? initial ?? "…")"
            let other = value != nil && value != initial && initial != nil ? "; default \(initial ?? "")" : ""
            return hanging("  " + head, "\(setting.meaning) (\(setting.range)\(other))", margin: 24)
        }
    }

    private static func text(_ picture: any Picture) -> [Entry] {
        [running("\(picture.name) (picture): \(picture.summary)")] + settingLines(picture.settings, nil)
            + picture.examples.map(example)
    }

    // MARK: Functions, keys and scalars

    /// A function with its calls; what it computes stands with the member, if it is one.
    private static func text(_ function: Builtin, hasMember: Bool) -> [Entry] {
        let meaning = hasMember ? function.usage : function.helpText
        var entries = [running("\(function.name) (function): \(meaning)")]
        if !hasMember { entries += settingLines(function.settings, nil) }
        return entries + function.calls.map(example)
    }

    /// The commands and members that have a key of this name.
    private static func keyLines(_ word: String, _ session: Session) -> [Entry] {
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
        return meanings.map { running("\(word)= (key of \($0.names.joined(separator: ", "))): \($0.meaning)") }
    }

    private static let scalars: [String: (meaning: String, example: String)] = [
        "penalty": (
            "the part of the objective that regularize adds; data_loss + penalty is what is minimised",
            "regularize l2 0.1; forward; penalty"
        ),
        "data_loss": (
            "the part of the objective without the penalty of regularize", "regularize l2 0.1; forward; data_loss"
        ),
        "lr": ("the rate of the next update; assigning it keeps the optimizer's buffers", "lr = 0.01"),
        "t": ("the number of updates done in this run; in formulas the update being made, from 1", "t"),
        "epoch": ("the number of epochs completed", "epoch"),
        "loss": ("the value of the objective in the last forward", "loss < 10"),
        "grad": (
            "W1.grad is the gradient of the objective with respect to W1; assigning one imposes it",
            "W1.grad[0,0] = 0.5"
        ),
        "similarity": (
            "under nt_xent the cosines of all pairs of rows", "loss nt_xent; ssl contrast; forward; similarity"
        ),
        "anchor_loss": (
            "under nt_xent the loss of each row; their mean is the loss",
            "loss nt_xent; ssl contrast; forward; anchor_loss"
        ),
        "param": ("makes a trainable parameter, alone on the right of =", "v = param([0, 0])"),
    ]

    // MARK: Entries

    /// A text beside a title, its lines below each other.
    static func hanging(_ title: String, _ text: String, margin: Int) -> Entry {
        let lines = wrapped(text, width: 79 - margin)
        guard title.count < margin else {
            return Entry([title] + lines.map { String(repeating: " ", count: margin) + $0 }, hang: margin)
        }
        let heads = [title] + Array(repeating: "", count: lines.count - 1)
        return Entry(
            zip(heads, lines).map { $0 + String(repeating: " ", count: margin - $0.count) + $1 }, hang: margin)
    }

    /// A text over the whole width.
    static func running(_ text: String, indent: Int = 0) -> Entry {
        let margin = String(repeating: " ", count: indent)
        return Entry(wrapped(text, width: 78 - indent).map { margin + $0 }, hang: indent)
    }

    /// A line that can be typed as it stands.
    static func example(_ line: String) -> Entry { Entry([exampleMark + line], hang: exampleMark.count + 2) }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            if lines[lines.count - 1].count + word.count + 1 > width { lines.append("") }
            lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
        }
        return lines
    }
}

extension Command {
    var memberKind: String { verb }

    func example(of member: any Member) -> String { "\(verb) \(member.name)" }
}

extension Builtin {
    /// Its meaning, or how it is called where that says it.
    var helpText: String { meaning.isEmpty ? usage : meaning }

    /// The calls in its usage.
    var calls: [String] {
        var calls: [String] = []
        var rest = usage[...]
        while let start = rest.firstRange(of: name + "(")?.lowerBound {
            var depth = 0
            guard
                let end = rest[start...].firstIndex(where: { character in
                    if character == "(" { depth += 1 }
                    if character == ")" { depth -= 1 }
                    return character == ")" && depth == 0
                })
            else { break }
            calls.append(String(rest[start...end]))
            rest = rest[rest.index(after: end)...]
        }
        return calls
    }
}
