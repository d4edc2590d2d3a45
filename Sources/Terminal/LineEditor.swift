// Reading lines from a person at a terminal, with libedit: the public face and the reading of one input.
// The extensions hold the keys, the key reader, completion, search and what is drawn besides the line.

import CLineEditor
import Glibc

/// What Tab offers: `candidates` replace the text from UTF-8 offset `start` to the cursor.
public struct Completion {
    /// One possible continuation.
    public struct Candidate {
        /// What is inserted.
        public var text: String
        /// What the list shows beside it, as a present value.
        public var note: String?
        /// Whether a space follows when it is the only one.
        public var appendsSpace: Bool

        public init(text: String, note: String? = nil, appendsSpace: Bool = true) {
            self.text = text
            self.note = note
            self.appendsSpace = appendsSpace
        }
    }

    public var start: Int
    public var candidates: [Candidate]

    public init(start: Int, candidates: [Candidate]) {
        self.start = start
        self.candidates = candidates
    }
}

/// An editor for lines typed at the terminal. One at a time in a process, used from one thread.
public final class LineEditor {
    /// What a person gave.
    public enum Input: Equatable {
        case line(String)
        /// Ctrl-C, or Ctrl-D in the middle of an input of several lines.
        case interrupted
        /// Ctrl-D on an empty line, or the terminal is gone.
        case endOfInput
    }

    let edit: OpaquePointer
    let history: HistoryFile
    let complete: (String, Int) -> Completion
    /// A terminal that knows no cursor movement gets nothing but plain text.
    let isDumb: Bool
    let isUTF8: Bool

    /// The prompt in the form that libedit takes, and the columns it covers.
    var prompt = strdup("")!
    var promptWidth = 0

    /// The terminal, opened once more for reading without waiting: Ctrl-C throws away what was typed, also between learning
    /// that there is a key and reading it, and a read that waited would then not see the Ctrl-C.
    let keys: Int32
    /// Bytes of a paste that wait to be read as if typed, and bytes read too far while looking for one.
    var pasted: ArraySlice<UInt8> = []
    var lookahead: ArraySlice<UInt8> = []
    /// Why the reader gave up, if it did.
    var ending: Input?
    var wasAtEnd = true
    /// The lines before the present one in an input of several, each with its line break.
    private(set) var earlier = ""
    private var interruptionsSeen = cle_interruptions()

    /// Where the arrow keys are in the history, 0 the latest, and the text libedit was last given of it.
    var historyPosition = 0
    var historyText: UnsafeMutablePointer<CChar>?
    var lastQuery = ""
    private var isClosed = false

    /// An editor on standard input and output, or nil when one of them is no terminal. `program` is the name under which
    /// the user's `.editrc` may address it; `complete(text, cursor)`, with a UTF-8 offset, is asked at Tab; the
    /// text is the whole input so far.
    public init?(program: String, history: HistoryFile?, complete: @escaping (String, Int) -> Completion) {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { return nil }
        isUTF8 = cle_use_utf8()
        let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
        isDumb = terminal.isEmpty || terminal == "dumb"
        guard let edit = cle_open(program) else { return nil }
        self.edit = edit
        keys = Self.openTerminal()
        self.history = history ?? HistoryFile(path: nil)
        self.complete = complete

        cle_guard_terminal(isDumb ? "" : "\u{1B}[?2004l\u{1B}[0m")
        Signals.install()
        cle_set_context(edit, Unmanaged.passUnretained(self).toOpaque())
        cle_ignore_signals(edit)
        cle_set_prompt(edit, { LineEditor.of($0).prompt }, Self.quote)
        cle_set_reader(edit) { LineEditor.of($0).nextCharacter($1!) }
        cle_set_history(
            edit, { LineEditor.of(context: $0!).walkHistory($1!, $2) }, Unmanaged.passUnretained(self).toOpaque())
        bindKeys()
    }

    deinit { close() }

    /// Leaves the terminal as it was found. The editor must not be used afterwards.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        history.trim()
        el_end(edit)
        cle_unguard_terminal()
        if keys != STDIN_FILENO { Glibc.close(keys) }
        free(prompt)
        free(historyText)
    }

    /// Non-blocking reading is a property of the open file, which standard input shares with the shell; hence another one.
    private static func openTerminal() -> Int32 {
        guard let name = ttyname(STDIN_FILENO) else { return STDIN_FILENO }
        let terminal = open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        return terminal < 0 ? STDIN_FILENO : terminal
    }

    /// Reads one input; while `isOpen(text)` is true it goes on with `continuation` as the prompt. The lines of an input
    /// are joined by newlines.
    public func read(prompt: String, continuation: String, isOpen: (String) -> Bool) -> Input {
        // Ctrl-C during a command also means the rest of a paste.
        if interruptionsSeen != cle_interruptions() { pasted = [] }
        defer { interruptionsSeen = cle_interruptions() }
        var lines: [String] = []
        defer { earlier = "" }
        while true {
            earlier = lines.map { $0 + "\n" }.joined()
            switch readLine(prompt: lines.isEmpty ? prompt : continuation) {
            case .line(let line):
                lines.append(line)
                let text = lines.joined(separator: "\n")
                if isOpen(text) { continue }
                history.add(text)
                return .line(text)
            case .interrupted:
                Signals.clear()
                return .interrupted
            case .endOfInput:
                return lines.isEmpty ? .endOfInput : .interrupted
            }
        }
    }

    private func readLine(prompt: String) -> Input {
        setPrompt(prompt)
        ending = nil
        wasAtEnd = true
        Signals.clear()
        cle_begin_reading()
        // Before the prompt is drawn: else keys typed just then are echoed by the kernel.
        cle_prepare_terminal(edit, true)
        setPasteMarkers(true)
        defer {
            setPasteMarkers(false)
            cle_end_reading()
        }
        var count: Int32 = 0
        guard let bytes = el_gets(edit, &count) else {
            cle_prepare_terminal(edit, false)
            if ending != .interrupted { write("\n") }
            return ending ?? .endOfInput
        }
        // Without editing the count may run past a NUL.
        let length = min(Int(count), strlen(bytes))
        let text = String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
        return .line(text.last == "\n" ? String(text.dropLast()) : text)
    }

    /// Asks the terminal to mark pasted text. Not when the user switched editing off: the kernel would echo the marks.
    func setPasteMarkers(_ on: Bool) {
        if !isDumb, cle_is_editing(edit) { write(on ? "\u{1B}[?2004h" : "\u{1B}[?2004l") }
    }

    static func of(_ edit: OpaquePointer?) -> LineEditor { of(context: cle_context(edit)!) }

    static func of(context: UnsafeMutableRawPointer) -> LineEditor {
        Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
    }
}
