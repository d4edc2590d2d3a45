// TextDrawing: a plot as lines of characters.

import Formulas

public struct TextDrawing {
    public let drawing: Drawing
    /// The columns of the screen.
    public let width: Int
    /// Whether greys can be shown as colours.
    let hasColor: Bool
    /// The columns that a text takes on the screen.
    let measure: (String) -> Int

    /// The rows between the axes.
    let rows: Int
    /// Wider screens get no wider pictures.
    static let widest = 100

    /// `height` is that of the screen, where there is one.
    public init(
        _ drawing: Drawing, width: Int, height: Int? = nil, hasColor: Bool = false,
        measure: @escaping (String) -> Int = { $0.count }
    ) {
        self.drawing = drawing
        // Title, axes, legend and sentence take the rest.
        rows = max(8, min(18, (height ?? 40) - 9))
        self.hasColor = hasColor
        self.width = max(24, min(width, Self.widest))
        self.measure = measure
    }

    /// Title, picture, legend, and the sentence that says what is to be seen.
    public func lines(_ plot: Plot) -> [[Span]] {
        let picture: [[Span]]
        switch plot.body {
        case .axes(let axes): picture = lines(axes)
        case .cells(let cells): picture = lines(cells)
        case .histograms(let parts): picture = parts.flatMap { lines($0) }
        }
        return [[Span(plot.title)]] + picture + wrapped(plot.summary).map { [Span($0)] }
    }

    // MARK: Axes

    private func lines(_ axes: Axes) -> [[Span]] {
        let yTicks = axes.y.ticks(5)
        let margin = min(max(yTicks.map { measure($0.text) }.max() ?? 0, 3), 12)
        var canvas = Canvas(columns: width - margin - 3, rows: rows, drawing: drawing)
        let named = axes.marks.filter { $0.name != nil && $0.series != nil }
        for mark in axes.marks { draw(mark, axes, &canvas, isMarked: named.count > 1) }

        var labels = [String](repeating: "", count: rows)
        for tick in yTicks { labels[Int(((1 - tick.position) * Double(rows - 1)).rounded())] = tick.text }
        let (wall, notch) = drawing == .ascii ? ("|", "+") : ("│", "┤")
        var lines: [[Span]] = axes.y.label.isEmpty ? [] : [[Span(axes.y.label, ink: .faint)]]
        for row in 0..<rows {
            let label = padded(labels[row], margin, isRight: true) + " " + (labels[row].isEmpty ? wall : notch)
            lines.append([Span(label, ink: .faint)] + canvas.spans(row))
        }
        let (floor, names) = horizontal(axes.x, columns: canvas.columns)
        let indent = String(repeating: " ", count: margin + 1)
        lines.append([Span(indent + floor, ink: .faint)])
        lines.append([Span(indent + " " + names, ink: .faint)])
        return lines + legend(axes)
    }

    /// The axis with its notches, and the numbers below them; the label stands at the right end.
    private func horizontal(_ axis: Axis, columns: Int) -> (line: String, names: String) {
        let (corner, floor, notch) = drawing == .ascii ? ("+", "-", "+") : ("└", "─", "┬")
        var line = [String](repeating: floor, count: columns)
        var names = [Character](repeating: " ", count: columns)
        let label = axis.label.isEmpty ? "" : " " + axis.label
        let end = max(0, columns - measure(label))
        var free = 0
        for tick in axis.ticks(max(2, columns / 12)) {
            let column = Int((tick.position * Double(columns - 1)).rounded())
            line[column] = notch
            let start = max(0, min(column - tick.text.count / 2, columns - tick.text.count))
            guard start >= free, start + tick.text.count <= end else { continue }
            names.replaceSubrange(start..<start + tick.text.count, with: Array(tick.text))
            free = start + tick.text.count + 1
        }
        return (corner + line.joined(), String(names[..<end]) + label)
    }

    private func legend(_ axes: Axes) -> [[Span]] {
        var lines: [[Span]] = []
        var spans: [Span] = []
        var length = 0
        func add(_ span: Span) {
            let size = measure(span.text)
            if length + size > width, !spans.isEmpty {
                lines.append(spans)
                (spans, length) = ([], 0)
            }
            spans.append(span)
            length += size
        }
        for mark in axes.marks {
            if case .regions(_, let names) = mark.shape {
                for (index, name) in names.enumerated() {
                    add(Span("  " + (shade(index).map { String(repeating: $0, count: 2) } ?? "blank") + " \(name)"))
                }
            }
            guard let name = mark.name, let series = mark.series else { continue }
            add(Span("  \(drawing.marker(series)) \(name)", ink: .series(series)))
        }
        return spans.isEmpty ? lines : lines + [spans]
    }

    /// The character that fills the region of a class; nil leaves it empty.
    func shade(_ index: Int) -> Character? {
        let shades = Array(drawing == .ascii ? " .-:=%0123456789" : " ░▒▓╱╲╳0123456789")
        return index == 0 ? nil : shades[min(index, shades.count - 1)]
    }

    // MARK: Text

    func padded(_ text: String, _ columns: Int, isRight: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, columns - measure(text)))
        return isRight ? blanks + text : text + blanks
    }

    func wrapped(_ text: String, indent: Int = 0) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, measure(last) + 1 + measure(String(word)) <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(repeating: " ", count: indent) + word)
            }
        }
        return lines
    }
}
