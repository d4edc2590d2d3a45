// A terminal's screen, as far as tests compare screens: printing with wrap and wide characters, cursor movement, erasing,
// inserting and deleting. Colours are ignored.

/// What a terminal shows after the bytes it was given.
public struct TerminalScreen {
    public private(set) var rows: Int
    public private(set) var columns: Int
    /// The cursor's place, from 0. A row filled to its end leaves it on the last column.
    public private(set) var cursor = (row: 0, column: 0)
    /// All that was printed, without what only moves or erases; a row ends with a newline.
    public private(set) var transcript = ""

    /// One string a column; the second column of a wide character holds an empty one.
    private var cells: [[String]]
    private var isWrapping = false
    private var undecoded: [UInt8] = []
    private var sequence: String?

    public init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    }

    /// The rows without the spaces at their ends, down to the last that is not empty.
    public var lines: [String] {
        var lines = cells.map { row in
            String(row.joined().reversed().drop { $0 == " " }.reversed())
        }
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    /// The row of the cursor.
    public var currentLine: String {
        cursor.row < lines.count ? lines[cursor.row] : ""
    }

    /// The window gets another size. Rows are cut rather than wrapped anew, as a plain xterm does.
    public mutating func resize(rows: Int, columns: Int) {
        for row in cells.indices {
            cells[row] = Array((cells[row] + Array(repeating: " ", count: columns)).prefix(columns))
        }
        let surplus = max(0, cursor.row - rows + 1)
        cells.removeFirst(surplus)
        cells = Array((cells + Array(repeating: blank(columns), count: rows)).prefix(rows))
        cursor = (cursor.row - surplus, min(cursor.column, columns - 1))
        (self.rows, self.columns, isWrapping) = (rows, columns, false)
    }

    public mutating func receive(_ bytes: some Sequence<UInt8>) {
        undecoded += bytes
        // What is not yet whole waits for the next bytes.
        var whole = undecoded.count
        if let lead = undecoded.suffix(4).lastIndex(where: { $0 >= 0xC0 }) {
            let length = undecoded[lead] >= 0xF0 ? 4 : undecoded[lead] >= 0xE0 ? 3 : 2
            if lead + length > undecoded.count { whole = lead }
        }
        for character in String(decoding: undecoded[..<whole], as: UTF8.self).unicodeScalars { receive(character) }
        undecoded.removeFirst(whole)
    }

    private mutating func receive(_ character: Unicode.Scalar) {
        if let begun = sequence {
            if begun.isEmpty ? character == "[" : !("@"..."~").contains(character) {
                sequence = begun + String(character)
            } else {
                sequence = nil
                if begun.first == "[" { obey(begun.dropFirst(), character) }
            }
            return
        }
        switch character {
        case "\u{1B}": sequence = ""
        case "\r": move(column: 0)
        case "\n":
            transcript += "\n"
            lineFeed()
        case "\u{8}": move(column: cursor.column - 1)
        case "\t": move(column: (cursor.column / 8 + 1) * 8)
        case _ where character.value < 0x20 || character.value == 0x7F: break
        default: print(character)
        }
    }

    private mutating func print(_ character: Unicode.Scalar) {
        transcript.unicodeScalars.append(character)
        let width = Self.isWide(character) ? 2 : 1
        if isWrapping || cursor.column + width > columns {
            move(column: 0)
            lineFeed()
        }
        cells[cursor.row][cursor.column] = String(character)
        if width == 2 { cells[cursor.row][cursor.column + 1] = "" }
        isWrapping = cursor.column + width == columns
        cursor.column = min(cursor.column + width, columns - 1)
    }

    private mutating func obey(_ parameters: Substring, _ command: Unicode.Scalar) {
        let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let first = numbers.first ?? 0
        let count = max(1, first)
        switch command {
        case "A": move(row: cursor.row - count)
        case "B": move(row: cursor.row + count)
        case "C": move(column: cursor.column + count)
        case "D": move(column: cursor.column - count)
        case "G": move(column: count - 1)
        case "d": move(row: count - 1)
        case "H": move(row: count - 1, column: max(1, numbers.count > 1 ? numbers[1] : 1) - 1)
        case "J":
            if first == 2 { move(row: 0, column: 0) }
            erase(from: cursor.column)
            for row in (cursor.row + 1)..<max(rows, cursor.row + 1) { cells[row] = blank(columns) }
        case "K": erase(from: first == 2 ? 0 : cursor.column)
        case "P":
            cells[cursor.row].removeSubrange(cursor.column..<min(columns, cursor.column + count))
            fillRow()
        case "@":
            cells[cursor.row].insert(contentsOf: blank(count), at: cursor.column)
            fillRow()
        default: break
        }
    }

    private mutating func move(row: Int? = nil, column: Int? = nil) {
        cursor.row = min(max(0, row ?? cursor.row), rows - 1)
        cursor.column = min(max(0, column ?? cursor.column), columns - 1)
        isWrapping = false
    }

    private mutating func lineFeed() {
        if cursor.row + 1 < rows {
            cursor.row += 1
        } else {
            cells.removeFirst()
            cells.append(blank(columns))
        }
        isWrapping = false
    }

    private mutating func erase(from column: Int) {
        cells[cursor.row].removeSubrange(column...)
        fillRow()
    }

    private mutating func fillRow() {
        cells[cursor.row] = Array((cells[cursor.row] + blank(columns)).prefix(columns))
    }

    private func blank(_ count: Int) -> [String] { Array(repeating: " ", count: count) }

    /// Hangul, Chinese, Japanese, full-width forms and pictures.
    private static func isWide(_ character: Unicode.Scalar) -> Bool {
        switch character.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
