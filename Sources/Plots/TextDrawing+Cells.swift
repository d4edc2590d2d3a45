// Matrices, images, tables of counts and rows of histograms with characters.

import Formulas

extension TextDrawing {
    func lines(_ cells: Cells) -> [[Span]] {
        switch cells.style {
        case .signed: signed(cells)
        case .grey: hasColor && drawing != .ascii ? halfBlocks(cells) : grey(cells)
        case .counts: counts(cells)
        }
    }

    // MARK: Signed

    /// Two characters an element: its sign, and its magnitude as darkness. A matrix that is too large is drawn in blocks of
    /// elements, each by its element of largest magnitude.
    private func signed(_ cells: Cells) -> [[Span]] {
        let limit = (rows: 40, columns: (width - 2) / 2)
        let down = (cells.rows + limit.rows - 1) / limit.rows
        let across = (cells.columns + limit.columns - 1) / limit.columns
        let reach = cells.reach
        var lines: [[Span]] = []
        for top in stride(from: 0, to: cells.rows, by: down) {
            var text = ""
            for left in stride(from: 0, to: cells.columns, by: across) {
                text += sign(Self.extreme(cells, top, left, down, across), reach)
            }
            lines.append([Span("  " + text)])
        }
        let values = ramp.indices.dropFirst().map { level -> String in
            let upper = reach * Double(level) / Double(ramp.count - 1)
            return "\(ramp[level]) to \(Digits.significant(3).text(upper))"
        }
        let key = "+ and - are signs; " + values.joined(separator: ", ")
        lines += wrapped(key, indent: 2).map { [Span($0, ink: .faint)] }
        if down > 1 || across > 1 {
            let note = "each place stands for \(down)×\(across) elements, by the largest magnitude"
            lines += wrapped(note, indent: 2).map { [Span($0, ink: .faint)] }
        }
        return lines
    }

    private var ramp: [Character] { drawing.ramp }

    private func sign(_ value: Double, _ reach: Double) -> String {
        guard value.isFinite else { return "??" }
        guard value != 0, reach > 0 else { return "  " }
        let level = min(max(Int((value.magnitude / reach * Double(ramp.count - 1)).rounded(.up)), 1), ramp.count - 1)
        return (value < 0 ? "-" : "+") + String(ramp[level])
    }

    private static func extreme(_ cells: Cells, _ top: Int, _ left: Int, _ down: Int, _ across: Int) -> Double {
        var result = 0.0
        for row in top..<min(top + down, cells.rows) {
            for column in left..<min(left + across, cells.columns) {
                let value = cells.values[row * cells.columns + column]
                if !value.isFinite { return value }
                if value.magnitude > result.magnitude { result = value }
            }
        }
        return result
    }

    // MARK: Grey

    /// How often a pixel is repeated in both directions, so that a small image is not tiny.
    private func scale(_ cells: Cells, columnsPerPixel: Int) -> Int {
        max(1, min(4, 24 / cells.columns, (width - 2) / (cells.columns * columnsPerPixel)))
    }

    private func brightness(_ cells: Cells, _ row: Int, _ column: Int) -> Double {
        cells.brightness(cells.values[row * cells.columns + column])
    }

    private func grey(_ image: Cells) -> [[Span]] {
        let cells = image.shrunk(toColumns: (width - 2) / 2)
        let scale = scale(cells, columnsPerPixel: 2)
        let ramp = Array(drawing == .ascii ? " .:-=+*#%@" : " ░▒▓█")
        return (0..<cells.rows).flatMap { row -> [[Span]] in
            let text = (0..<cells.columns).map { column -> String in
                let level = Int((brightness(cells, row, column) * Double(ramp.count - 1)).rounded())
                return String(repeating: ramp[level], count: 2 * scale)
            }
            return Array(repeating: [Span("  " + text.joined())], count: scale)
        }
    }

    /// The upper half of a character in one grey, the lower in another.
    private func halfBlocks(_ image: Cells) -> [[Span]] {
        let cells = image.shrunk(toColumns: width - 2)
        let scale = scale(cells, columnsPerPixel: 1)
        return stride(from: 0, to: cells.rows * scale, by: 2).map { top in
            [Span("  ")]
                + (0..<cells.columns).map { column in
                    let upper = Ink.grey(brightness(cells, top / scale, column))
                    let below = (top + 1) / scale
                    let lower = below < cells.rows ? Ink.grey(brightness(cells, below, column)) : nil
                    return Span(String(repeating: "▀", count: scale), ink: upper, background: lower)
                }
        }
    }

    // MARK: Counts

    private func counts(_ cells: Cells) -> [[Span]] {
        let texts = cells.values.map { Digits.full.text($0) }
        let head = max(cells.rowNames.map(measure).max() ?? 0, measure(cells.rowLabel))
        let columns = (0..<cells.columns).map { column in
            max(
                cells.columnNames.isEmpty ? 0 : measure(cells.columnNames[column]),
                (0..<cells.rows).map { texts[$0 * cells.columns + column].count + 2 }.max() ?? 0)
        }
        var lines = [[Span(padded("", head) + "  " + cells.columnLabel, ink: .faint)]]
        let names = cells.columnNames.enumerated().map { padded($1, columns[$0], isRight: true) }
        lines.append([Span(padded(cells.rowLabel, head) + "  " + names.joined(separator: "  "), ink: .faint)])
        for row in 0..<cells.rows {
            let entries = (0..<cells.columns).map { column -> String in
                let text = texts[row * cells.columns + column]
                return padded(row == column ? "[\(text)]" : "\(text) ", columns[column], isRight: true)
            }
            let name = cells.rowNames.isEmpty ? "" : cells.rowNames[row]
            lines.append([Span(padded(name, head) + "  " + entries.joined(separator: "  "))])
        }
        return lines
    }

    // MARK: Histograms

    func lines(_ part: HistogramGroup) -> [[Span]] {
        let bins = part.rows.map(\.counts.count).max() ?? 0
        let head = max(part.rows.map { measure($0.name) }.max() ?? 0, 4)
        let widths = part.headings.indices.map { index in
            max(measure(part.headings[index]), part.rows.map { measure($0.notes[index]) }.max() ?? 0)
        }
        let gap = String(repeating: " ", count: max(1, bins - measure(part.lower) - measure(part.upper)))
        let headings = part.headings.enumerated().map { padded($1, widths[$0]) }
        var lines = [[Span(part.title)]]
        lines.append([
            Span(
                padded("", head) + "  \(part.lower)\(gap)\(part.upper)  " + headings.joined(separator: "  "),
                ink: .faint)
        ])
        for row in part.rows {
            let most = Double(max(row.counts.max() ?? 1, 1))
            let steps = Double(drawing.bars.count - 1)
            // Every bin that holds anything is seen.
            let picture = row.counts.map { drawing.bars[Int((Double($0) / most * steps).rounded(.up))] }
            let notes = row.notes.enumerated().map { padded($1, widths[$0]) }
            lines.append([
                Span(padded(row.name, head) + "  "), Span(padded(String(picture), bins), ink: .series(0)),
                Span("  " + notes.joined(separator: "  ")),
            ])
        }
        return lines
    }
}
