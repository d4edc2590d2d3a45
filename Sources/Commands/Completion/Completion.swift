// Completion: what can follow at the cursor, from the declarations of verbs and functions and from the live session.

import Formulas
import Learning
import Tensors

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
        let place = CursorPlace(Array(line.utf8.prefix(cursor)))
        let completer = Completer(session: session, place: place, isInteractive: isInteractive)
        if place.isString {
            return completer.takesFile
                ? .files(place.prefix, start: place.start) : Completions(start: place.start, candidates: [])
        }
        var seen: Set<String> = []
        if !place.isComment,
            let names = namesInDefinition(String(decoding: Array(line.utf8.prefix(place.start)), as: UTF8.self))
        {
            return Completions(start: place.start, candidates: names.filter { $0.text.hasPrefix(place.prefix) })
        }
        let found = completer.candidates.filter { $0.text.hasPrefix(place.prefix) && seen.insert($0.text).inserted }
        return Completions(start: place.start, candidates: found.sorted { $0.text < $1.text })
    }
}

/// The candidates at one place of one line.
private struct Completer {
    typealias Candidate = Completions.Candidate

    let session: Session
    let place: CursorPlace
    let isInteractive: Bool

    private var pieces: [CursorPlace.Piece] { place.pieces }

    var candidates: [Candidate] {
        // A comment says nothing, and a number cannot be completed.
        if place.isComment || place.prefix.utf8.first.map({ $0 >= 48 && $0 <= 57 }) == true { return [] }
        if pieces.last?.isSymbol(".") == true { return members }
        guard let first = pieces.first else { return verbs + expressions }
        guard let word = first.word, let command = command(word) else { return operands(pieces[...]) }
        switch command.grammar {
        case .items, .rule, .function, .question: return words(of: command)
        case .picture: return picture(of: command)
        case .trials: return pieces.count == 1 ? [] : operands(pieces[2...])
        case .expression, .expectation: return expression(of: command)
        }
    }

    /// Whether the string at the cursor is the name of a file.
    var takesFile: Bool {
        guard place.brackets.isEmpty, let word = pieces.first?.word, let command = command(word) else { return false }
        return command.choices(after: Array(pieces.dropFirst()).itemsAndKeys.items, session).contains {
            if case .file = $0 { true } else { false }
        }
    }

    /// The command that the first word begins; `loss`, `clip` and `trials` before a symbol begin an expression.
    private func command(_ word: String) -> (any Command)? {
        let isName = ["loss", "clip", "trials"].contains(word) && pieces.count > 1 && pieces[1].word == nil
        if isName || (pieces.count > 1 && pieces[1].isSymbol("=")) { return nil }
        if let command = CommandCatalog.command(word) { return command }
        guard isInteractive, !session.names.contains(word) else { return nil }
        let verbs = CommandCatalog.expansions(of: word)
        return verbs.count == 1 ? CommandCatalog.command(verbs[0]) : nil
    }

    // MARK: After a verb

    private func words(of command: any Command) -> [Candidate] {
        if let index = pieces.firstIndex(where: { $0 == .word("if") || $0 == .word("until") }) {
            return operands(pieces[(index + 1)...])
        }
        var (items, given, lastKeys) = Array(pieces.dropFirst()).itemsAndKeys
        if let bracket = place.brackets.last, place.brackets.count == 1, command.keysFollowItems {
            let inner = Array(pieces[bracket.pieces...]).itemsAndKeys
            (items, lastKeys) = (items + inner.items, inner.lastKeys)
        }
        if command.keysFollowItems { given = lastKeys }
        let choices = command.choices(after: items, session)
        if let bracket = place.brackets.last {
            let before = pieces[..<(bracket.pieces - 1)]
            if before.last?.isSymbol("=") == true, bracket.symbol == UInt8(ascii: "[") {
                return values(of: before.dropLast().last?.word, choices)
            }
            // `skip(` holds more items; other brackets hold an expression.
            guard place.brackets.count == 1, let name = bracket.name, session.function(name) == nil else {
                return operands(pieces[bracket.pieces...])
            }
        }
        if pieces.last?.isSymbol("=") == true { return values(of: pieces.dropLast().last?.word, choices) }
        return texts(choices, without: given)
    }

    private func values(of key: String?, _ choices: [Choice]) -> [Candidate] {
        for case .key(let name, _, let values) in choices where name == key {
            return values.map { Candidate(text: $0, note: nil, endsWord: true) }
        }
        return []
    }

    private func texts(_ choices: [Choice], without given: [String]) -> [Candidate] {
        choices.compactMap { choice in
            switch choice {
            case .word(let word, let note): Candidate(text: word, note: note, endsWord: true)
            case .key(let key, let note, _):
                given.contains(key) ? nil : Candidate(text: key + "=", note: note, endsWord: false)
            case .file: nil
            }
        }
    }

    /// An expression, for which some verbs take only certain words, and behind it words and keys, as `deep` and `tol=`.
    private func expression(of command: any Command) -> [Candidate] {
        let (items, given, _) = Array(pieces.dropFirst()).itemsAndKeys
        let choices = command.choices(after: items, session)
        if items.isEmpty, pieces.count == 1, choices.contains(where: { if case .word = $0 { true } else { false } }) {
            return texts(choices, without: given)
        }
        let behind = place.brackets.isEmpty && pieces.count > 1 && isOperand(pieces.last)
        return operands(pieces[1...]) + (behind ? texts(choices, without: given) : [])
    }

    /// A picture's name or an expression; behind a picture's name an expression too; then keys.
    private func picture(of command: any Command) -> [Candidate] {
        let (items, given, _) = Array(pieces.dropFirst()).itemsAndKeys
        let choices = command.choices(after: items, session)
        if place.brackets.isEmpty, pieces.last?.isSymbol("=") == true {
            return values(of: pieces.dropLast().last?.word, choices)
        }
        if pieces.count == 1 { return texts(choices, without: given) + expressions }
        let isNamed = pieces[1].word.map { PictureCatalog.named($0) != nil } == true
        let start = isNamed ? 2 : 1
        if isNamed, pieces.count == 2 { return texts(choices, without: given) + expressions }
        let behind = place.brackets.isEmpty && isOperand(pieces.last)
        return (behind ? [] : operands(pieces[start...])) + (behind ? texts(choices, without: given) : [])
    }

    // MARK: Expressions

    private func isOperand(_ piece: CursorPlace.Piece?) -> Bool {
        switch piece {
        case .word(let word): !["and", "or", "not"].contains(word)
        case .number, .string: true
        case .symbol(let symbol): symbol == UInt8(ascii: ")") || symbol == UInt8(ascii: "]")
        case nil: false
        }
    }

    /// What may follow in an expression of which `before` stands there already.
    private func operands(_ before: ArraySlice<CursorPlace.Piece>) -> [Candidate] {
        if isOperand(before.last) {
            return ["and", "or"].map { Candidate(text: $0, note: nil, endsWord: true) }
        }
        guard let bracket = place.brackets.last, let function = bracket.name.flatMap(session.function) else {
            return expressions
        }
        let inside = Array(pieces[bracket.pieces...])
        if inside.last?.isSymbol("=") == true {
            let values = function.values(of: inside.dropLast().last?.word)
            return values.isEmpty ? expressions : values.map { Candidate(text: $0, note: nil, endsWord: false) }
        }
        guard inside.isEmpty || inside.last?.isSymbol(",") == true else { return expressions }
        if !function.words.isEmpty {
            return function.words.map { Candidate(text: $0, note: nil, endsWord: false) }
        }
        let given = inside.itemsAndKeys.keys
        let keys = inside.isEmpty ? [] : function.keys.filter { !given.contains($0) }
        return expressions + keys.map { Candidate(text: $0 + "=", note: nil, endsWord: false) }
    }

    private var verbs: [Candidate] {
        CommandCatalog.all.map { Candidate(text: $0.verb, note: nil, endsWord: true) }
    }

    private var expressions: [Candidate] {
        let scalars = Session.scalars.filter { $0 != "loss" || session.objective != nil }
        let names = Set(session.names + scalars).filter {
            $0.hasPrefix(place.prefix)
                && (["loss", Session.trialsName].contains($0) || CommandCatalog.command($0) == nil)
        }
        return names.map { Candidate(text: $0, note: note($0), endsWord: false) }
            + session.functionNames.map { Candidate(text: $0 + "(", note: nil, endsWord: false) }
    }

    /// The present value; of a large tensor only the shape, as statistics would take their time.
    private func note(_ name: String) -> String? {
        guard let value = try? session.value(of: name) else { return nil }
        return value.count > 1000
            ? "\(value.shape)" : TensorText.brief(value, digits: .significant(4), limit: 30)
    }

    /// What follows `NAME.`
    private var members: [Candidate] {
        guard let name = pieces.dropLast().last?.word else { return [] }
        if name == Session.trialsName {
            return Trials.measures.map { Candidate(text: $0.name, note: nil, endsWord: false) }
        }
        let isParameter = session.isParameter(name)
        var members = isParameter || session.live[name] != nil || session.isBatchName(name) ? ["grad"] : []
        if isParameter { members += session.optimizer?.rule.slots.map(\.name) ?? [] }
        return members.map { Candidate(text: $0, note: nil, endsWord: false) }
    }
}
