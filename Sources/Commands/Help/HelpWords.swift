// HelpWords: help on the words that commands, keys and draws declare: what may stand after a verb or a key, and what is drawn.

import Learning

extension Help {
    /// Lines on every such word, by the word.
    static func words(_ session: Session) -> [(word: String, line: String)] {
        verbWords(session) + keyWords(session) + draws(session)
    }

    /// Words after a verb that say what they do; a note on what is in use now does not.
    private static func verbWords(_ session: Session) -> [(word: String, line: String)] {
        CommandCatalog.all.filter { $0.verb != HelpCommand().verb }.flatMap {
            command -> [(word: String, line: String)] in
            let members = Set(command.members(session).map(\.name))
            return command.choices(after: [], session).compactMap { choice -> (word: String, line: String)? in
                guard case .word(let word, let note?) = choice, !members.contains(word), !note.hasPrefix("now") else {
                    return nil
                }
                return (word, "\(word) (word of \(command.verb)): \(note)")
            }
        }
    }

    /// The words of which a key takes one.
    private static func keyWords(_ session: Session) -> [(word: String, line: String)] {
        let owners =
            CommandCatalog.all.map { ($0.verb, $0.settings) }
            + members(session).map { ($0.member.name, $0.member.settings) }
        return owners.flatMap { name, settings in
            settings.flatMap { setting -> [(word: String, line: String)] in
                guard case .choice(let words) = setting.kind, words != ["on", "off"] else { return [] }
                return words.filter { Double($0) == nil }.map {
                    ($0, "\($0) (\(setting.name)=\($0) of \(name)): \(setting.meaning)  (\(setting.range))")
                }
            }
        }
    }

    /// What augmentations and pretext tasks draw for a batch.
    private static func draws(_ session: Session) -> [(word: String, line: String)] {
        let augmentations = Catalog.augmentations.map { ("augment", $0 as any BatchChange) }
        let tasks = Catalog.pretextTasks.map { ("ssl", $0 as any BatchChange) }
        return (augmentations + tasks).flatMap { verb, member in
            member.draws(Settings(member.settings)).map {
                ($0.name, "\($0.name) (of \(verb) \(member.name), for each batch): \($0.meaning)")
            }
        }
    }
}
