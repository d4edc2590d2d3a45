// Matrices, images, tables of counts and rows of histograms as SVG.

import Formulas

extension SVGDrawing {
    func draw(_ cells: Cells, _ elements: inout SVGElements) -> Double {
        let head = cells.rowNames.isEmpty ? 20 : 30 + 7 * Double(cells.rowNames.map(\.count).max() ?? 0)
        let top = cells.columnNames.isEmpty ? 44.0 : 74.0
        let room = (Self.width - head - 20) / Double(cells.columns)
        let size = min(room, cells.style == .counts ? 64 : 40, max(2, 520 / Double(cells.rows)))
        for row in 0..<cells.rows {
            for column in 0..<cells.columns {
                let value = cells.values[row * cells.columns + column]
                let (x, y) = (head + Double(column) * size, top + Double(row) * size)
                elements.rectangle(
                    x: x, y: y, width: size, height: size, fill: color(value, row, cells),
                    stroke: size > 6 ? "#DDDDDD" : "none")
                if let mark = mark(value, cells, size) {
                    elements.text(
                        mark, x: x + size / 2, y: y + size / 2 + 4, anchor: "middle",
                        color: isDark(value, row, cells) ? "white" : "black")
                }
            }
        }
        for (index, name) in cells.rowNames.enumerated() {
            elements.text(name, x: head - 8, y: top + (Double(index) + 0.5) * size + 4, anchor: "end")
        }
        for (index, name) in cells.columnNames.enumerated() {
            elements.text(name, x: head + (Double(index) + 0.5) * size, y: top - 6, anchor: "middle")
        }
        elements.text(cells.columnLabel, x: head, y: top - 24)
        elements.text(cells.rowLabel, x: 8, y: top - 6)
        return top + Double(cells.rows) * size
    }

    /// A number in a count, the sign where there is room for it: colour alone tells nothing.
    private func mark(_ value: Double, _ cells: Cells, _ size: Double) -> String? {
        switch cells.style {
        case .counts: value.isFinite ? Digits.full.text(value) : "?"
        case .signed: size < 12 || value == 0 ? nil : value < 0 ? "−" : "+"
        case .grey: nil
        }
    }

    /// From 0 to 1.
    private func strength(_ value: Double, _ row: Int, _ cells: Cells) -> Double {
        guard value.isFinite else { return 0 }
        switch cells.style {
        case .signed: return cells.reach > 0 ? value.magnitude / cells.reach : 0
        case .counts:
            let sum = cells.values[row * cells.columns..<(row + 1) * cells.columns].reduce(0, +)
            return sum > 0 ? min(max(value / sum, 0), 1) : 0
        case .grey: return cells.brightness(value)
        }
    }

    private func isDark(_ value: Double, _ row: Int, _ cells: Cells) -> Bool { strength(value, row, cells) > 0.6 }

    private func color(_ value: Double, _ row: Int, _ cells: Cells) -> String {
        let strength = strength(value, row, cells)
        func mixed(_ red: Double, _ green: Double, _ blue: Double) -> String {
            let parts = [red, green, blue].map { String(Int(255 + ($0 - 255) * strength)) }
            return "rgb(\(parts.joined(separator: ",")))"
        }
        switch cells.style {
        case .grey: return "rgb(\(Array(repeating: String(Int(strength * 255)), count: 3).joined(separator: ",")))"
        case .signed: return value < 0 ? mixed(213, 94, 0) : mixed(0, 114, 178)
        case .counts: return mixed(0, 114, 178)
        }
    }

    func draw(_ parts: [HistogramGroup], _ elements: inout SVGElements) -> Double {
        var y = 52.0
        for part in parts {
            elements.text(part.title, x: 20, y: y, size: 13)
            let head = 30 + 7 * Double(part.rows.map(\.name.count).max() ?? 4)
            let (width, height) = (280.0, 34.0)
            y += 18
            elements.text(part.lower, x: head, y: y)
            elements.text(part.upper, x: head + width, y: y, anchor: "end")
            let notes = (Self.width - head - width - 30) / Double(max(part.headings.count, 1))
            for (index, heading) in part.headings.enumerated() {
                elements.text(heading, x: head + width + 16 + Double(index) * notes, y: y)
            }
            for row in part.rows {
                y += height + 8
                elements.text(row.name, x: head - 8, y: y - 8, anchor: "end")
                elements.line(Point(head, y), Point(head + width, y), "#444444")
                let most = Double(max(row.counts.max() ?? 1, 1))
                let bin = width / Double(max(row.counts.count, 1))
                for (index, count) in row.counts.enumerated() where count > 0 {
                    let bar = max(1, Double(count) / most * height)
                    elements.rectangle(
                        x: head + Double(index) * bin, y: y - bar, width: bin, height: bar, fill: Self.color(0))
                }
                for (index, note) in row.notes.enumerated() {
                    elements.text(note, x: head + width + 16 + Double(index) * notes, y: y - 8)
                }
            }
            y += 34
        }
        return y - 20
    }
}
