// Renderer+Table: rows in columns below each other, and what a narrow screen makes of them.

import Commands

extension Renderer {
    /// Columns side by side. Of a table that is wider than the screen the last columns stand below the first, in every row alike,
    /// so that numbers stay below each other; a text in the last column goes on below itself.
    func lines(_ table: Table) -> [String] {
        let headings = table.headings.contains { !$0.isEmpty } ? [table.headings] : []
        var columns = table.headings.indices.map { column in
            let cells = table.rows.map { $0.indices.contains(column) ? $0[column] : "" }
            let body = table.numeric.contains(column) ? TensorText.aligned(cells) : cells
            return headings.map { $0[column] } + body
        }
        let widths = columns.map { $0.map { LineEditor.width($0) }.max() ?? 0 }
        for column in columns.indices {
            let isNumeric = table.numeric.contains(column)
            columns[column] = columns[column].map { cell in
                let padding = String(repeating: " ", count: widths[column] - LineEditor.width(cell))
                return isNumeric ? padding + cell : cell + padding
            }
        }
        let bands = bands(widths, table.numeric)
        return (0..<headings.count + table.rows.count).flatMap { row in
            bands.flatMap { band -> [String] in
                let margin = band.lowerBound == 0 ? "" : Self.margin
                let line = margin + band.map { columns[$0][row] }.joined(separator: Self.gap)
                let text = String(line.reversed().drop { $0 == " " }.reversed())
                if text.isEmpty, band.lowerBound > 0 { return [] }
                let start = band.dropLast().reduce(margin.count) { $0 + widths[$1] + Self.gap.count }
                return fitted(plain(text), hang: start > 0 ? start : 2)
            }
        }
    }

    private static let gap = "  "
    /// Before the columns that stand below others.
    private static let margin = "    "

    /// The columns that stand side by side: all, where the screen is wide enough.
    private func bands(_ widths: [Int], _ numeric: Set<Int>) -> [Range<Int>] {
        guard style.isScreen, !widths.isEmpty else { return [widths.indices] }
        var bands: [Range<Int>] = []
        var (start, used) = (0, widths[0])
        for column in widths.indices.dropFirst() {
            let next = used + Self.gap.count + widths[column]
            let isText = column == widths.count - 1 && !numeric.contains(column)
            if next <= style.width || isText && style.width - used - Self.gap.count >= Prose.room {
                used = next
            } else {
                bands.append(start..<column)
                (start, used) = (column, Self.margin.count + widths[column])
            }
        }
        return bands + [start..<widths.count]
    }
}
