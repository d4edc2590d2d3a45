// Renderer: draws outputs and diagnostics as lines of text.

import Commands
import Formulas
import Glibc
import Plots
import Tensors

public struct Renderer: Sendable {
    public let style: Style

    public init(style: Style) { self.style = style }

    /// The lines of an output; a passing state has none.
    public func lines(_ output: Output) -> [String] {
        switch output {
        case .text(let text): fitted(plain(text))
        case .entry(let entry): fitted(entry)
        case .prose(let lines): Prose(width: style.width).lines(lines.map(plain))
        case .table(let table): lines(table)
        case .tensor(let value, let name, let remark, let digits): tensorLines(value, name, remark, digits)
        case .explanation(let explanation): lines(explanation)
        case .plot(let plot, let drawing): lines(plot, drawing)
        case .progress: []
        }
    }

    /// A line that is wider than the screen is broken at blanks; `hang` is the column where it goes on.
    func fitted(_ line: String, hang: Int? = nil) -> [String] {
        guard style.isScreen, LineEditor.width(line) > style.width else { return [line] }
        return Prose(width: style.width).wrapped(line, hang: hang ?? line.prefix { $0 == " " }.count + 2)
    }

    private func fitted(_ entry: Entry) -> [String] {
        let lines = entry.lines.map(plain)
        guard style.isScreen, lines.contains(where: { LineEditor.width($0) > style.width }) else { return lines }
        let rest = lines.dropFirst().map { " " + $0.drop { $0 == " " } }
        return fitted(([lines[0]] + rest).joined(), hang: entry.hang)
    }

    private func lines(_ plot: Plot, _ wanted: Drawing?) -> [String] {
        let drawing = style.isPlain ? .ascii : wanted ?? .braille
        let picture = TextDrawing(
            drawing, width: style.width, height: style.height, hasColor: style.hasColor,
            measure: { LineEditor.width($0) })
        return picture.lines(plot).map { spans in
            let line = spans.map { colored(plain($0.text), $0.ink, $0.background) }.joined()
            return style.hasColor ? line : String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The text in the terminal's colours: series by six of its own, greys by the 24 of the 256-colour palette.
    private func colored(_ text: String, _ ink: Ink?, _ background: Ink?) -> String {
        func code(_ ink: Ink, _ base: Int) -> String {
            switch ink {
            case .series(let number): "\(base + [4, 1, 2, 5, 3, 6][number % 6])"
            case .grey(let share): "\(base + 8);5;\(232 + Int((min(max(share, 0), 1) * 23).rounded()))"
            case .faint: "2"
            }
        }
        let codes = [ink.map { code($0, 30) }, background.map { code($0, 40) }].compactMap(\.self)
        guard style.hasColor, !codes.isEmpty else { return text }
        return "\u{1B}[\(codes.joined(separator: ";"))m\(text)\u{1B}[0m"
    }

    /// Equations aligned on their first sign; one that is too long for the screen goes on below it.
    private func lines(_ explanation: Explanation) -> [String] {
        let widths = explanation.lines.filter { $0.symbol != nil }.map {
            $0.indent * 2 + LineEditor.width($0.symbolText(style.notation) ?? "")
        }
        let column = min(widths.max() ?? 0, 20)
        return explanation.lines.flatMap { line -> [String] in
            let indent = String(repeating: "  ", count: line.indent)
            guard let symbol = line.symbolText(style.notation) else { return fitted(plain(indent + line.remark)) }
            let head =
                indent + symbol
                + String(repeating: " ", count: max(0, column - line.indent * 2 - LineEditor.width(symbol)))
            let parts = line.parts(style.notation, explanation.digits).map { "\($0.sign) \($0.text)" }
            let whole = plain(head + " " + parts.joined(separator: " "))
            if style.notation == .ascii && !style.isScreen || LineEditor.width(whole) <= style.width { return [whole] }
            let column = min(LineEditor.width(head) + 1, style.width / 2)
            let margin = String(repeating: " ", count: column)
            let rows = [head + " " + parts[0]] + parts.dropFirst().map { margin + $0 }
            return rows.flatMap { fitted(plain($0), hang: column + 2) }
        }
    }

    private func tensorLines(_ value: Tensor, _ name: String?, _ remark: String?, _ digits: Digits) -> [String] {
        let label = name.map { "\($0) = " } ?? ""
        var lines = TensorText.lines(value, digits: digits, width: style.width - label.count)
        let indent = String(repeating: " ", count: label.count)
        lines = lines.enumerated().map { ($0 == 0 ? label : indent) + $1 }
        if let remark { lines[lines.count - 1] += "  (\(remark))" }
        return lines.flatMap { fitted(plain($0), hang: label.count + 2) }
    }

    /// A progress line; to be overwritten by the next one.
    public func line(_ progress: Progress) -> String {
        var line = "\(progress.unit) \(progress.done)"
        if let total = progress.total {
            line += "/\(total)"
            let filled = min(progress.done * 20 / max(total, 1), 20)
            let (full, empty) = style.isPlain ? ("#", ".") : ("█", "░")
            line += " " + String(repeating: full, count: filled) + String(repeating: empty, count: 20 - filled)
        }
        return String(plain(line + "  " + progress.remark).prefix(style.width - 1))
    }

    /// A diagnostic: place and message, the line with carets, and the hint. At the prompt the line has just been typed,
    /// so only its text is repeated for the caret.
    public func lines(_ diagnostic: Diagnostic, isInteractive: Bool) -> [String] {
        // A person's screen breaks between words; what a program may read stays one line.
        func fitted(_ text: String) -> [String] {
            isInteractive || style.isScreen ? Prose(width: style.width).lines([text]) : [text]
        }
        let label = "error:"
        let place = isInteractive ? nil : diagnostic.place
        let head = place.map { "\($0.source):\($0.line):\($0.column): " } ?? ""
        var lines = fitted(head + plain("\(label) \(diagnostic.message)"))
        if lines[0].hasPrefix(head + label) {
            lines[0] = head + colored(label, "1;31") + lines[0].dropFirst(head.count + label.count)
        }
        if let place = diagnostic.place, !place.text.isEmpty {
            let (text, indent, carets) = Self.excerpt(place, width: style.width - 4)
            lines.append("  " + plain(text))
            lines.append(
                "  " + String(repeating: " ", count: indent) + colored(String(repeating: "^", count: carets), "1;31"))
        }
        if let hint = diagnostic.hint { lines += fitted(plain("  hint: \(hint)")) }
        return lines
    }

    /// The part of a long line around the place, with the columns of its carets. Tabs count as one blank.
    private static func excerpt(_ place: Diagnostic.Place, width: Int) -> (String, indent: Int, carets: Int) {
        let characters = place.text.map { $0 == "\t" ? " " : $0 }
        let column = min(place.column - 1, characters.count)
        let start = characters.count <= width ? 0 : max(0, min(column - width / 2, characters.count - width))
        let shown = characters[start..<min(start + width, characters.count)]
        let indent = LineEditor.width(String(characters[start..<column]))
        let marked = LineEditor.width(
            String(characters[column..<max(min(column + place.width, start + shown.count), column)]))
        return (String(shown), indent, max(marked, 1))
    }

    private func colored(_ text: String, _ code: String) -> String {
        style.hasColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// The text in ASCII words and signs when the style asks for it.
    func plain(_ text: String) -> String {
        guard style.isPlain, text.utf8.contains(where: { $0 >= 128 }) else { return text }
        var result = ""
        var isRaised = false
        for character in text {
            // Several raised characters are one exponent.
            let raised = Self.raised[character]
            result += raised.map { isRaised ? $0 : "^" + $0 } ?? Self.ascii[character] ?? String(character)
            isRaised = raised != nil
        }
        return result
    }

    private static let raised: [Character: String] = [
        "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁻": "-",
        "ⁿ": "n", "ᵏ": "k", "ᶻ": "z", "ʷ": "w", "ᵗ": "t",
    ]

    private static let ascii: [Character: String] = [
        "×": "x", "·": "*", "→": "->", "−": "-", "≈": "~=", "≤": "<=", "≥": ">=", "≠": "!=", "√": "sqrt ",
        "…": "...", "█": "#", "░": ".", "├": "|-", "└": "`-", "│": "|", "β": "beta", "ε": "eps", "λ": "lambda",
        "τ": "tau", "ᵢ": "i", "ⱼ": "j", "μ": "mu", "ρ": "rho", "σ": "sigmoid", "Σ": "sum ", "Φ": "Phi", "±": "+-",
        "ᵀ": "'", "₁": "1",
        "₂": "2",
        "v̂": "vhat", "m̂": "mhat", "ₙ": "n", "∂": "d", "∞": "inf", "✓": "ok", "–": "-", "’": "'", "“": "\"",
        "”": "\"", "─": "-", "½": "1/2", "¼": "1/4", "⅓": "1/3", "⅔": "2/3", "⅙": "1/6", "⅚": "5/6", "⅛": "1/8",
        "α": "alpha", "γ": "gamma", "δ": "delta", "Δ": "Delta ", "η": "eta", "θ": "theta", "κ": "kappa", "π": "pi",
        "∇": "grad ", "←": "<-", "⊃": "contains", "°": " degrees", "┬": "+", "┘": "'", "⌈": "ceil(", "⌉": ")",
        "⌊": "floor(", "⌋": ")",
    ]
}
