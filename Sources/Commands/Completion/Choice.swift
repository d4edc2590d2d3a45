// Choice: what a verb says may stand after it. Completion and help are made from it.

import Formulas
import Learning
import Tensors

/// Something that may stand at a place after a verb.
enum Choice: Sendable {
    /// A word, with what is shown beside it.
    case word(String, note: String? = nil)
    /// A key, with its present value or default, and the words that it takes.
    case key(String, note: String? = nil, values: [String] = [])
    /// The name of a file, in quotes.
    case file

    var text: String {
        switch self {
        case .word(let word, _): word
        case .key(let key, _, _): key
        case .file: ""
        }
    }
}

extension Command {
    func members(_ session: Session) -> [any Member] { [] }

    func present(_ session: Session) -> (member: String?, settings: Settings)? { nil }

    func choices(after items: [String], _ session: Session) -> [Choice] { declaredChoices(after: items, session) }

    /// The members first; after one of them its keys and the verb's own. A verb without members offers its keys.
    func declaredChoices(after items: [String], _ session: Session) -> [Choice] {
        let members = members(session)
        if members.isEmpty { return keys(settings, of: nil, session) }
        guard let name = items.first else { return members.map { .word($0.name, note: $0.summary) } }
        // Numbers behind the name do not end the keys: `clip norm 1 per=`.
        guard items.dropFirst().allSatisfy({ $0 == CursorPlace.number }),
            let member = members.first(where: { $0.name == name })
        else { return [] }
        return keys(session.settings(of: member) + settings, of: name, session)
    }

    /// Keys with the values that they have now, when `member` is the one in use, else with their defaults.
    func keys(_ settings: [Setting], of member: String?, _ session: Session) -> [Choice] {
        let present = present(session).flatMap { $0.member == member ? $0.settings : nil }
        return settings.map { setting in
            let value = present?[setting.name] ?? setting.initial
            let values: [String] =
                switch setting.kind {
                case .choice(let words), .size(_, let words): words
                default: []
                }
            return .key(setting.name, note: value?.text() ?? setting.range, values: values)
        }
    }
}

extension Array where Element == Choice {
    /// Words of which one, when it is known, is marked as the present one.
    static func words(_ words: some Sequence<String>, now: String? = nil) -> [Choice] {
        words.map { .word($0, note: $0 == now ? "now" : nil) }
    }
}
