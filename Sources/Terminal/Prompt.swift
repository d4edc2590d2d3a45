// Prompt: the loop of reading a line, running it, and showing what came of it.

import Commands
import Glibc

/// The interactive program.
public struct Prompt {
    private let workbench: Workbench
    private let console: Console
    private let prompt: String
    private let continuation: String

    public init(_ workbench: Workbench, _ console: Console) {
        self.workbench = workbench
        self.console = console
        let style = console.renderer.style
        let sign = style.isPlain ? ">" : "»"
        prompt = style.hasColor ? "\u{1B}[1;32m\(sign)\u{1B}[0m " : "\(sign) "
        continuation = style.isPlain ? ". " : "… "
    }

    /// The user's script that is run before the first prompt: `$XDG_CONFIG_HOME/dlrepl/init.dl`, or the same below
    /// `~/.config`; nil when there is none.
    public static var startupFile: String? {
        guard let path = userFile("init.dl", in: "XDG_CONFIG_HOME", or: ".config"), access(path, F_OK) == 0 else {
            return nil
        }
        return path
    }

    /// Runs the script `startup`, then reads and runs lines until the user leaves. Returns false when the terminal cannot
    /// be used.
    public func run(banner: String, startup: String?) -> Bool {
        let history = HistoryFile.standard()
        let editor = LineEditor(program: "dlrepl", history: history) { [workbench] line, cursor in
            let found = workbench.completions(line, cursor: cursor)
            return Completion(
                start: found.start,
                candidates: found.candidates.map { .init(text: $0.text, note: $0.note, appendsSpace: $0.endsWord) })
        }
        guard let editor else { return false }
        defer { editor.close() }
        workbench.isInterrupted = { Signals.interrupted }
        Signals.install()
        console.show(.text(banner))
        workbench.keepLessonProgress(in: userFile("lessons", in: "XDG_STATE_HOME", or: ".local/state"))
        if let problem = history.problem { console.show(.text(problem)) }
        if let startup { runScript(startup) }
        workbench.isInteractive = true
        var repeatable: String?
        while !workbench.wantsToQuit {
            let position = workbench.lessonPlace ?? workbench.position
            let place = position.isEmpty ? "" : "[\(position)] "
            switch editor.read(prompt: place + prompt, continuation: continuation, isOpen: workbench.isOpen) {
            case .endOfInput: return true
            case .interrupted: continue
            case .line(let text):
                if respond(text) { continue }
                let isEmpty = text.allSatisfy(\.isWhitespace)
                guard let line = isEmpty ? repeatable : text else { continue }
                run(line)
                if !isEmpty { repeatable = workbench.isRepeatable(line) ? line : nil }
            }
        }
        return true
    }

    /// An error in the user's script is shown with its place; what its lines before it did is kept.
    private func runScript(_ path: String) {
        do throws(Diagnostic) { try workbench.run(try Script.read(path)) } catch { console.report(error) }
    }

    /// Whether the line was for the lesson that is being played.
    private func respond(_ line: String) -> Bool {
        Signals.clear()
        do throws(Diagnostic) { return try workbench.respond(line) } catch {
            console.report(error, isInteractive: error.place?.source.isEmpty ?? true)
            return true
        }
    }

    private func run(_ line: String) {
        Signals.clear()
        do throws(Diagnostic) { try workbench.run(Script(name: "", line)) } catch {
            console.report(error, isInteractive: error.place?.source.isEmpty ?? true)
        }
    }
}
