// What is drawn besides the line itself, and where on the screen the line is. libedit keeps that to itself, so that the
// places are computed here as it computes them.

import CLineEditor
import Glibc

extension LineEditor {
    /// The character that encloses what takes no column in libedit's prompts.
    static let quote: CChar = 1

    /// A place on the screen, counted from where the prompt begins.
    struct Place: Equatable {
        var row = 0
        var column = 0
    }

    var size: (rows: Int, columns: Int) {
        var window = winsize()
        let known = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 1 && window.ws_row > 0
        return known ? (Int(window.ws_row), Int(window.ws_col)) : (24, 80)
    }

    func write(_ text: String) {
        fflush(nil)
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(count, 0))
        }
    }

    // MARK: The prompt

    /// Takes a prompt with its colour codes. libedit wants a run of codes quoted and before a printable character, so that
    /// codes at the end go before the last one: a space shows no colour.
    func setPrompt(_ text: String) {
        var shown = ""
        var codes = ""
        promptWidth = 0
        var rest = Substring(isUTF8 ? text : text.filter(\.isASCII))
        func append(_ character: Unicode.Scalar) {
            shown += codes.isEmpty ? "" : "\u{1}\(codes)\u{1}"
            codes = ""
            shown.unicodeScalars.append(character)
            promptWidth += Self.width(character)
        }
        while let character = rest.unicodeScalars.first {
            if character == "\u{1B}" {
                let end = rest.unicodeScalars.dropFirst(2).firstIndex { ("@"..."~").contains($0) }
                let next = end.map { rest.unicodeScalars.index(after: $0) } ?? rest.endIndex
                codes += rest[..<next]
                rest = rest[next...]
            } else {
                append(character)
                rest = rest[rest.unicodeScalars.index(after: rest.startIndex)...]
            }
        }
        if !codes.isEmpty {
            if shown.last == " " {
                shown.removeLast()
                promptWidth -= 1
            }
            append(" ")
        }
        free(prompt)
        prompt = strdup(shown)
    }

    // MARK: Places

    /// The columns that a character takes when it is printed.
    static func width(_ character: Unicode.Scalar) -> Int {
        max(0, Int(cle_width(wchar_t(bitPattern: character.value))))
    }

    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    /// Where the cursor and the end of the text are.
    func places() -> (cursor: Place, end: Place) {
        let line = el_wline(edit).pointee
        let columns = size.columns
        var place = Place(row: promptWidth / columns, column: promptWidth % columns)
        var cursor = place
        for index in 0..<(line.lastchar - line.buffer) {
            if line.buffer + index == line.cursor { cursor = place }
            advance(&place, line.buffer[index], columns)
        }
        return (line.cursor == line.lastchar ? place : cursor, place)
    }

    private func advance(_ place: inout Place, _ character: wchar_t, _ columns: Int) {
        let width: Int
        switch character {
        case 0x0A:
            place = Place(row: place.row + 1, column: 0)
            return
        case 0x09: width = 8 - place.column % 8
        case 0..<0x20, 0x7F: width = 2
        default:
            let printed = Int(cle_width(character))
            // One without a glyph is shown by its number, as \U+1F9FF.
            width = printed >= 0 ? printed : character > 0xFFFF ? 8 : 7
        }
        // A wide character does not begin in the last column.
        if width == 2, place.column + width > columns { place = Place(row: place.row + 1, column: 0) }
        place.column += width
        if place.column >= columns { place = Place(row: place.row + 1, column: place.column - columns) }
    }

    // MARK: Around the line

    /// Goes from the cursor to the row below the whole text, after a note at its end. Without editing, the kernel has
    /// shown the note.
    func leaveLine(saying note: String) {
        guard cle_is_editing(edit) else { return write("\r\n") }
        let (cursor, end) = places()
        var text = String(repeating: "\r\n", count: max(0, end.row - cursor.row))
        if !isDumb { text += "\r" + (end.column > 0 ? "\u{1B}[\(end.column)C" : "") }
        write(text + note + "\r\n")
    }

    /// Goes from the cursor to the prompt's row and clears the screen from there.
    func moveToFirstRow() {
        guard !isDumb else { return write("\r\n") }
        let row = places().cursor.row
        write("\r" + (row > 0 ? "\u{1B}[\(row)A" : "") + "\u{1B}[J")
    }

    /// Puts lines below the text and draws the text again below them.
    func show(below lines: [String]) {
        let (cursor, end) = places()
        write(String(repeating: "\r\n", count: max(0, end.row - cursor.row) + 1))
        write(lines.map { $0 + "\r\n" }.joined())
        cle_refresh(edit)
    }

    // MARK: What libedit gets wrong

    /// In vi mode `$` on an empty line leaves libedit's cursor before its buffer; the next key would write there.
    func keepCursorInside() {
        let line = el_wline(edit).pointee
        if line.cursor < line.buffer { el_cursor(edit, Int32(line.buffer - line.cursor)) }
    }

    /// libedit 3.1 crashes when text is typed at the end of a line taller than the screen after the cursor was elsewhere;
    /// drawing the line anew when the cursor comes back to the end avoids that.
    func keepTallLineSafe() {
        let line = el_wline(edit).pointee
        let isAtEnd = line.cursor == line.lastchar
        defer { wasAtEnd = isAtEnd }
        guard isAtEnd, !wasAtEnd, cle_is_editing(edit), places().end.row >= size.rows - 2 else { return }
        write("\r\n")
        cle_refresh(edit)
    }
}
