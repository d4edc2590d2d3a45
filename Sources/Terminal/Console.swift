// Console: the program's streams: results to standard output, diagnostics to standard error, a passing progress line.

import CLineEditor
import Commands
import Glibc

/// Writes what commands answer.
public final class Console {
    private let output: Style
    private let errors: Style
    /// Whether a progress line can be shown and overwritten.
    private let showsProgress = isatty(STDOUT_FILENO) == 1 && !Style.isDumb()
    private var hasProgress = false

    public init(output: Style, errors: Style) {
        // The widths of characters, which align tables, depend on it.
        _ = cle_use_utf8()
        self.output = output
        self.errors = errors
    }

    /// Draws for standard output, as wide as the terminal is now.
    var renderer: Renderer { Self.renderer(output, STDOUT_FILENO) }

    private static func renderer(_ style: Style, _ stream: Int32) -> Renderer {
        var style = style
        if let columns = Style.columns(of: stream) { (style.width, style.isScreen) = (columns, true) }
        return Renderer(style: style)
    }

    public func show(_ output: Output) {
        if case .progress(let progress) = output {
            guard showsProgress else { return }
            hasProgress = true
            Self.write("\r\u{1B}[K" + renderer.line(progress), to: STDOUT_FILENO)
            return
        }
        clearProgress()
        for line in renderer.lines(output) { Self.write(line + "\n", to: STDOUT_FILENO) }
    }

    public func report(_ diagnostic: Diagnostic, isInteractive: Bool = false) {
        clearProgress()
        for line in Self.renderer(errors, STDERR_FILENO).lines(diagnostic, isInteractive: isInteractive) {
            Self.write(line + "\n", to: STDERR_FILENO)
        }
    }

    private func clearProgress() {
        guard hasProgress else { return }
        hasProgress = false
        Self.write("\r\u{1B}[K", to: STDOUT_FILENO)
    }

    /// Writes everything; a stream that cannot take it ends the program with status 1, as its results are lost.
    static func write(_ text: String, to stream: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(stream, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else {
                perror("dlrepl: cannot write")
                exit(1)
            }
            rest = rest.dropFirst(count)
        }
    }
}
