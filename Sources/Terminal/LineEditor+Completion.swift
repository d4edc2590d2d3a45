// Tab: the text common to all candidates goes into the line; if that is nothing new, the candidates are listed.

import CLineEditor
import Glibc

extension LineEditor {
    func completeWord() -> UInt8 {
        let line = text()
        let cursor = cursorOffset()
        let before = earlier.utf8.count
        let completion = complete(earlier + line, before + cursor)
        let candidates = completion.candidates
        let start = min(max(completion.start - before, 0), cursor)
        let typed = String(decoding: Array(line.utf8)[start..<cursor], as: UTF8.self)
        guard let first = candidates.first else { return UInt8(CC_ERROR) }

        if candidates.count == 1 {
            replace(typed, by: first.text + (first.appendsSpace && !spaceFollows(line, cursor) ? " " : ""))
            return UInt8(CC_REFRESH)
        }
        let common = candidates.dropFirst().reduce(first.text) { commonPrefix($0, $1.text) }
        if common.unicodeScalars.count > typed.unicodeScalars.count {
            replace(typed, by: common)
            return UInt8(CC_REFRESH)
        }
        show(below: list(candidates))
        return UInt8(CC_NORM)
    }

    /// The line as it stands.
    func text() -> String {
        let line = el_line(edit).pointee
        let bytes = UnsafeRawBufferPointer(start: line.buffer, count: line.lastchar - line.buffer)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The cursor in it, as a UTF-8 offset.
    private func cursorOffset() -> Int {
        let line = el_line(edit).pointee
        return line.cursor - line.buffer
    }

    private func replace(_ typed: String, by text: String) {
        el_deletestr(edit, Int32(typed.unicodeScalars.count))
        el_insertstr(edit, text)
    }

    private func spaceFollows(_ line: String, _ cursor: Int) -> Bool {
        line.utf8.dropFirst(cursor).first == UInt8(ascii: " ")
    }

    private func commonPrefix(_ a: String, _ b: String) -> String {
        var prefix = ""
        for (x, y) in zip(a, b) {
            guard x == y else { break }
            prefix.append(x)
        }
        return prefix
    }

    // MARK: The list

    /// The candidates in columns, read downwards as `ls` has them; what does not fit the screen is counted.
    private func list(_ candidates: [Completion.Candidate]) -> [String] {
        let (rows, columns) = size
        let nameWidth = candidates.map { Self.width($0.text) }.max() ?? 0
        let cells = candidates.map { candidate in
            guard let note = candidate.note else { return candidate.text }
            return padded(candidate.text, to: nameWidth) + "  " + note
        }
        let cellWidth = min((cells.map { Self.width($0) }.max() ?? 0) + 3, columns)
        let perRow = max(1, columns / cellWidth)
        let shown = min(cells.count, max(1, rows - 3) * perRow)
        let height = (shown + perRow - 1) / perRow
        var lines = (0..<height).map { row in
            let cellsOfRow = stride(from: row, to: shown, by: height).map { padded(cells[$0], to: cellWidth) }
            return fitted(cellsOfRow.joined(), to: columns - 1)
        }
        if shown < cells.count { lines.append("and \(cells.count - shown) more") }
        return lines
    }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - Self.width(text)))
    }

    /// The beginning of a text that fits in so many columns, without spaces at its end.
    private func fitted(_ text: String, to columns: Int) -> String {
        var width = 0
        let fitting = text.prefix { character in
            width += Self.width(String(character))
            return width <= columns
        }
        return String(fitting.reversed().drop { $0 == " " }.reversed())
    }
}
