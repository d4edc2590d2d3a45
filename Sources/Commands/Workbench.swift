// Workbench: runs lines against a session and keeps its history. The one place with changing state.

import Tensors

/// An interpreter with its session. Lines are run one at a time: a line changes a copy of the session, which becomes the
/// session when the whole line has succeeded.
public final class Workbench {
    private(set) var history: History
    /// Whether lines come from a person at a prompt: verbs may be shortened.
    public var isInteractive = false
    /// Asked between two training steps.
    public var isInterrupted: () -> Bool = { false }
    public private(set) var wantsToQuit = false
    /// Off while lines are run again without being shown.
    var emits = true
    private let show: (Output) -> Void
    /// The lesson that is being played, and the question that waits for an answer.
    var player: LessonPlayer?
    var question: Question?
    var progress = LessonProgress(path: nil)
    /// How many scripts are running inside each other.
    private(set) var scriptDepth = 0
    static let scriptLimit = 32

    let seed: UInt64
    private let trackLimits: TrackLimits

    public var session: Session { history.present }

    /// `seed` begins the random stream of this session and of every `new` one. The sessions of earlier lines may take
    /// `historyBytes`; what does not fit is computed again by `undo`. The moments that a run keeps for `back` and `goto` stay
    /// within `trackLimits`.
    public convenience init(
        seed: UInt64 = 0, historyBytes: Int = History.byteLimit, trackLimits: TrackLimits = TrackLimits(),
        emit: @escaping (Output) -> Void
    ) {
        let session = Session(seed: seed, trackLimits: trackLimits)
        self.init(session: session, seed: seed, historyBytes: historyBytes, emit: emit)
    }

    private init(
        session: Session, seed: UInt64, historyBytes: Int, emit: @escaping (Output) -> Void
    ) {
        history = History(session, byteLimit: historyBytes)
        self.seed = seed
        trackLimits = session.track.limits
        show = emit
    }

    func emit(_ output: Output) {
        if emits { show(output) }
    }

    /// A workbench that goes on from a session without showing anything; `emit` gets what it would show. Of earlier lines
    /// it keeps no more sessions than it must.
    func silent(from session: Session, emit: @escaping (Output) -> Void = { _ in }) -> Workbench {
        let bench = Workbench(session: session, seed: seed, historyBytes: 0, emit: emit)
        bench.isInterrupted = isInterrupted
        return bench
    }

    func freshSession() -> Session { Session(seed: seed, trackLimits: trackLimits) }

    /// Runs all lines of a script; stops at the first that fails. What the lines before it did is kept.
    public func run(_ script: Script) throws(Diagnostic) {
        do throws(Diagnostic) { try script.check() } catch { throw error.placed(in: script) }
        var start = 0
        while !wantsToQuit, let (range, next) = script.line(from: start) {
            try runLine(range, of: script)
            start = next
        }
    }

    /// Runs a script from within another one.
    func runNested(_ script: Script) throws(Diagnostic) {
        guard scriptDepth < Self.scriptLimit else {
            throw Diagnostic(
                "scripts run each other deeper than \(Self.scriptLimit) levels", hint: "does it run itself?")
        }
        scriptDepth += 1
        defer { scriptDepth -= 1 }
        try run(script)
    }

    func runLine(_ range: Range<Int>, of script: Script) throws(Diagnostic) {
        do throws(Diagnostic) {
            let statements = try parse(script.text, range)
            guard !statements.isEmpty else { return }
            try run(statements, of: script.text, range, folder: script.folder)
        } catch { throw error.placed(in: script, fallback: range) }
    }

    func parse(_ text: [UInt8], _ range: Range<Int>) throws(Diagnostic) -> [Statement] {
        let session = isInteractive ? session : nil
        var parser = try StatementParser(
            text, range, grammar: { CommandCatalog.command($0)?.grammar },
            expand: { word in
                guard let session, !(session.names + Session.scalars).contains(word) else { return [] }
                return CommandCatalog.expansions(of: word)
            },
            nearestVerb: { Suggestion.nearest(to: $0, in: CommandCatalog.all.map(\.verb)) })
        return try parser.statements()
    }

    private func run(
        _ statements: [Statement], of text: [UInt8], _ range: Range<Int>, folder: String
    ) throws(Diagnostic) {
        var context = Context(session: session, workbench: self, folder: folder)
        var isChanged = false
        /// Where what can be run again begins, and what is written otherwise then.
        var (start, edits) = (range.lowerBound, [Statement.Edit]())
        for (index, statement) in statements.enumerated() {
            let effect: Effect
            do throws(Diagnostic) { effect = try context.run(statement) } catch {
                var error = error
                if isChanged { error.message += "; the whole line is taken back" }
                throw error
            }
            if effect == .time {
                // The command has moved the history itself; what came before it on the line went with it.
                context = Context(session: session, workbench: self, folder: folder)
                isChanged = false
                start = index + 1 < statements.count ? statements[index + 1].range.lowerBound : range.upperBound
                edits = []
                continue
            }
            if effect == .change || effect == .steps { isChanged = true }
            edits += context.replacement.map { [(statement.range, $0)] } ?? statement.fullVerbs
            context.replacement = nil
        }
        guard isChanged else { return }
        forgetUndone()
        let line = Statement.text(text, start..<range.upperBound, edits)
        history.commit(line, folder: folder, readsWorld: context.readsWorld, context.session)
    }

    // MARK: History

    /// Goes back (negative) or forward by a number of lines. Returns the lines that were passed.
    func travel(_ distance: Int) throws(Diagnostic) -> [String] {
        let target = history.index + distance
        guard history.entries.indices.contains(target) else {
            let possible = distance < 0 ? history.index : history.entries.count - 1 - history.index
            let direction = distance < 0 ? "undo" : "redo"
            throw Diagnostic(
                possible == 0
                    ? "there is nothing to \(direction)"
                    : "only \(possible) lines can be \(direction == "undo" ? "undone" : "redone")",
                hint: possible == 0 ? nil : "\(direction) \(possible)")
        }
        let passed =
            distance < 0
            ? history.entries[target + 1...history.index].reversed().map(\.title)
            : history.entries[history.index + 1...target].map(\.title)
        try history.move(to: target) { (session, entries) throws(Diagnostic) in
            var session = session
            for entry in entries { try runAgain(entry, on: &session) }
            return session
        }
        for file in written where distance < 0 && file.index >= target {
            emit(.text("\(file.path) stays as it was written; undo does not reach files"))
        }
        written.removeAll { distance < 0 && $0.index >= target }
        return passed
    }

    /// Runs a line again without a word. The session is changed in place, so that of a large one no second is held.
    private func runAgain(_ entry: History.Entry, on session: inout Session) throws(Diagnostic) {
        let script = Script(name: "history", entry.line, folder: entry.folder)
        let bench = silent(from: freshSession())
        bench.emits = false
        var context = Context(session: session, workbench: bench, folder: script.folder)
        session = freshSession()
        do throws(Diagnostic) {
            for statement in try bench.parse(script.text, script.text.indices) { _ = try context.run(statement) }
        } catch { throw error.placed(in: script) }
        if isInterrupted() { throw Diagnostic("stopped by Ctrl-C; the session is as it was") }
        session = context.session
    }

    /// Makes the session of another workbench, which began with a fresh one, the present one. Its lines are one line here.
    func restore(_ bench: Workbench) {
        forgetUndone()
        var lines = bench.history.lines.map(\.line)
        if lines.first?.trimmed != "new" { lines.insert("new", at: 0) }
        let folder = bench.history.lines.last?.folder ?? ""
        history.commit(lines.joined(separator: "\n"), folder: folder, readsWorld: true, bench.session)
    }

    /// Takes back lines that were not finished, without a word.
    func rewind(to index: Int) throws(Diagnostic) {
        if index < history.index { _ = try travel(index - history.index) }
    }

    /// Whether an empty line at the prompt repeats this one: when it is a single command that makes or takes back steps.
    public func isRepeatable(_ line: String) -> Bool {
        let text = Array(line.utf8)
        guard let statements = try? parse(text, text.indices), statements.count == 1,
            case .command(let call) = statements[0].kind
        else { return false }
        return ["next", "step", "back", "goto", "forward", "backward", "update", "continue"].contains(
            call.verb)
    }

    /// Where the session stands, for the prompt: epoch, batch, update, and the phase under way with its next node.
    public var position: String {
        let session = session
        guard session.training.updates > 0 || session.step.cursor != nil || session.step.isFresh else { return "" }
        var words = ["u\(session.training.updates)"]
        guard let cursor = session.step.cursor else {
            guard session.step.isFresh else { return words[0] }
            return "\(words[0]) \(session.step.hasGradients ? "backward" : "forward") done"
        }
        if let data = session.data, session.batchByHand.isEmpty {
            let size = data.effectiveBatchSize
            let batch = (session.training.drawn + size - 1) / size
            words = ["e\(session.training.epoch)", "b\(batch)/\(data.updatesPerEpoch)"] + words
        }
        words.append("\(cursor.phase.rawValue) \(cursor.done + 1)/\(session.steps.count)")
        if cursor.done < session.steps.count {
            let node = session.steps[cursor.done]
            if cursor.phase == .update {
                words.append(session.layout.entries[node].name)
            } else if let tape = session.step.tape {
                words.append(NodeNames(session, tape).label(node))
            }
        }
        return words.joined(separator: " ")
    }

    /// Files that were written, with the line after which it happened; they are not taken back.
    private var written: [(index: Int, path: String)] = []

    func noteWritten(_ path: String) { written.append((history.index, path)) }

    func quit() { wantsToQuit = true }
}

extension Diagnostic {
    /// The diagnostic with its line and column in `script`.
    func placed(in script: Script, fallback: Range<Int>? = nil) -> Diagnostic {
        guard place == nil else { return self }
        var result = self
        var range = range ?? fallback ?? 0..<0
        if self.range == nil, let fallback {
            // Without a place of its own the message is about the line; leading blanks do not count.
            let blanks = script.text[fallback].prefix { $0 == 32 || $0 == 9 || $0 == 10 || $0 == 13 }.count
            range = fallback.lowerBound + blanks..<fallback.upperBound
        }
        result.place = script.place(of: range)
        return result
    }
}
