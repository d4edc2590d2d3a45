// CSV: reads a table with a header into a data set. Quoted fields, CRLF and a byte order mark are understood.
//
// Our own reader, because an error has to name line and column, and the usual libraries bring Foundation with them.

import Formulas
import Tensors

/// A table of text: a header and rows, each with the line of the file where it begins.
public struct CSV: Sendable {
    public struct Row: Sendable {
        public let line: Int
        public var fields: [String]
    }

    public let header: [String]
    public let rows: [Row]

    /// Reads UTF-8 text. Fails on an empty file, binary data, an open quote, a repeated column, or a row of another
    /// length than the header.
    public init(_ bytes: [UInt8]) throws(OperationError) {
        guard !bytes.contains(0) else { throw OperationError("the file is not text: it holds NUL bytes") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw OperationError("the file is not UTF-8 text")
        }
        var rows = try Self.split(text)
        guard !rows.isEmpty else { throw OperationError("the file is empty", hint: "the first line names the columns") }
        header = rows.removeFirst().fields.map(Self.trimmed)
        for (index, name) in header.enumerated() where name.isEmpty || header.firstIndex(of: name) != index {
            throw OperationError(
                name.isEmpty ? "column \(index + 1) has no name" : "two columns are named \(name)",
                hint: "the first line names the columns")
        }
        guard !rows.isEmpty else { throw OperationError("the file has a header but no rows") }
        for row in rows where row.fields.count != header.count {
            throw OperationError(
                "line \(row.line) has \(row.fields.count) fields, the header has \(header.count)")
        }
        self.rows = rows
    }

    /// A field without blanks at its ends.
    private static func trimmed(_ field: String) -> String {
        String(field.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }

    private static func split(_ text: String) throws(OperationError) -> [Row] {
        var rows: [Row] = []
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        var wasQuoted = false
        var (line, start) = (1, 1)
        func endRow() {
            fields.append(field)
            if !(fields.count == 1 && field.isEmpty && !wasQuoted) { rows.append(Row(line: start, fields: fields)) }
            (fields, field, wasQuoted) = ([], "", false)
            start = line + 1
        }
        // A carriage return with a line feed is one character of a Swift string.
        var rest = Substring(text.hasPrefix("\u{FEFF}") ? text.dropFirst() : Substring(text))
        while let character = rest.popFirst() {
            switch character {
            case "\"" where isQuoted:
                if rest.first == "\"" { field.append(rest.removeFirst()) } else { isQuoted = false }
            case "\"" where field.isEmpty && !wasQuoted: (isQuoted, wasQuoted) = (true, true)
            case "," where !isQuoted:
                fields.append(field)
                (field, wasQuoted) = ("", false)
            case "\n", "\r\n", "\r":
                if isQuoted { field.append(character) } else { endRow() }
                line += 1
            default: field.append(character)
            }
        }
        if isQuoted { throw OperationError("the quote opened in line \(start) is never closed") }
        if !field.isEmpty || !fields.isEmpty { endRow() }
        return rows
    }

    /// The table as samples: `target` is the column to learn, all others are features, which must be numbers. A target
    /// that is not a number everywhere gives classes, in alphabetical order.
    public func dataSet(name: String, target: String, features: [String]?) throws(OperationError) -> DataSet {
        let goal = try column(target)
        let names = features ?? header.filter { $0 != target }
        for (index, name) in names.enumerated() where name == target || names.firstIndex(of: name) != index {
            throw OperationError(
                name == target ? "\(name) is the target and cannot be a feature" : "the feature \(name) is given twice")
        }
        guard !names.isEmpty else { throw OperationError("there is no column but the target \(target)") }
        var columns: [Int] = []
        for name in names { columns.append(try column(name)) }
        var elements: [Double] = []
        elements.reserveCapacity(rows.count * columns.count)
        for row in rows {
            for column in columns { elements.append(try number(row, column)) }
        }
        let labels = rows.map { $0.fields[goal] }
        let numbers = labels.compactMap { Digits.parse(Self.trimmed($0)) }
        if numbers.count == labels.count {
            for row in rows { _ = try number(row, goal) }
            return DataSet(
                name: name, features: names, target: target, x: Tensor([rows.count, columns.count], elements),
                y: numbers, classes: [])
        }
        if let row = rows.first(where: { $0.fields[goal].isEmpty }) {
            throw OperationError("line \(row.line) has no value for \(target)")
        }
        let classes = Set(labels).sorted()
        let number = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, Double($0)) })
        return DataSet(
            name: name, features: names, target: target, x: Tensor([rows.count, columns.count], elements),
            y: labels.map { number[$0] ?? .nan }, classes: classes)
    }

    private func column(_ name: String) throws(OperationError) -> Int {
        guard let index = header.firstIndex(of: name) else {
            throw OperationError(
                "there is no column \(name)", hint: "columns are \(header.joined(separator: ", "))")
        }
        return index
    }

    private func number(_ row: Row, _ column: Int) throws(OperationError) -> Double {
        let text = Self.trimmed(row.fields[column])
        guard let value = Digits.parse(text), value.isFinite else {
            throw OperationError(
                "line \(row.line), column \(header[column]): \(text.isEmpty ? "a value is missing" : "\"\(text)\" is not a finite number")",
                hint: "features=[…] chooses columns")
        }
        return value
    }
}
