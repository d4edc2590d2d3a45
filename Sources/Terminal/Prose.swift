// Prose: text fitted to the screen, and the paragraphs of a lesson.

/// Fits paragraphs into a number of columns. Where the screen is wide enough they stay as they were written.
struct Prose {
    let width: Int

    /// The least room for text beside something else, on screens that are wide enough for both.
    static let room = 24

    /// What is wrapped as one: its later lines begin at column `hang`.
    private struct Piece {
        var text: String
        let hang: Int
        /// Whether lines that are set in as far as `hang` belong to it.
        var takesMore = false
        var isLabel = false
    }

    func lines(_ paragraph: [String]) -> [String] {
        guard paragraph.contains(where: { LineEditor.width($0) > width }) else { return paragraph }
        return pieces(paragraph).flatMap { wrapped($0.text, hang: $0.hang) }
    }

    /// Running text is joined, as are list items and labels with what is set in below them. Formulas, tables and other
    /// lines that are set in or spaced out stay lines of their own.
    private func pieces(_ paragraph: [String]) -> [Piece] {
        var pieces: [Piece] = []
        for line in paragraph {
            let indent = line.prefix { $0 == " " }.count
            let text = line.dropFirst(indent)
            if isHeading(line) {
                pieces.append(Piece(text: shortened(line), hang: 0))
            } else if let last = pieces.last, last.takesMore, last.hang == indent, item(text) == nil,
                !isSpaced(text) || text.first?.isLowercase == true
            {
                // Spaced out or not, what begins with a small letter goes on with the sentence before it.
                pieces[pieces.count - 1].text += " " + text
            } else if let marker = item(text) ?? label(text, after: pieces.last) {
                pieces.append(
                    Piece(text: line, hang: indent + marker, takesMore: true, isLabel: item(text) == nil))
            } else {
                let isRunning = indent == 0 && !isSpaced(text)
                pieces.append(Piece(text: line, hang: isRunning ? 0 : indent + 2, takesMore: isRunning))
            }
        }
        return pieces
    }

    private func isSpaced(_ text: Substring) -> Bool { text.contains("  ") }

    /// The columns of a list's sign: `1. ` or `- `.
    private func item(_ text: Substring) -> Int? {
        if text.hasPrefix("- ") { return 2 }
        let digits = text.prefix { $0.isNumber }.count
        return (1...2).contains(digits) && text.dropFirst(digits).hasPrefix(". ") ? digits + 2 : nil
    }

    /// The columns of a label such as `Follows:  `; behind another label one blank is enough.
    private func label(_ text: Substring, after last: Piece?) -> Int? {
        let word = text.prefix { $0 != " " }
        let blanks = text.dropFirst(word.count).prefix { $0 == " " }.count
        return word.hasSuffix(":") && (blanks > 1 || last?.isLabel == true) ? word.count + blanks : nil
    }

    // MARK: Headings

    private func isHeading(_ line: String) -> Bool { line.hasPrefix("──") || line.hasPrefix("--") }

    /// A heading with as much of its rule as fits.
    private func shortened(_ line: String) -> String {
        guard let rule = line.last, rule == "─" || rule == "-" else { return line }
        let title = String(line.reversed().drop { $0 == rule }.reversed())
        return title + String(repeating: rule, count: max(0, width - LineEditor.width(title)))
    }

    // MARK: Wrapping

    /// Breaks at blanks, later lines beginning at column `hang`; a word that is longer than the screen stays whole.
    func wrapped(_ text: String, hang: Int) -> [String] {
        let hang = min(hang, max(width / 2, width - Self.room))
        var lines: [String] = []
        var line = ""
        var rest = text[...]
        while !rest.isEmpty {
            let blanks = rest.prefix { $0 == " " }
            let word = rest.dropFirst(blanks.count).prefix { $0 != " " }
            rest = rest.dropFirst(blanks.count + word.count)
            if !line.allSatisfy({ $0 == " " }), LineEditor.width(line + blanks + word) > width {
                lines.append(line)
                line = String(repeating: " ", count: max(0, min(hang, width - LineEditor.width(String(word))))) + word
            } else {
                line += blanks + word
            }
        }
        return lines + [line]
    }
}
