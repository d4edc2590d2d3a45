// The course's map in lessons/README.md and the lessons agree: ids, lessons, commands, and the example for teachers.

import Commands
import TestSupport
import Testing

@Suite struct MapTests {
    /// A row of the map or of the list of errors.
    struct Row: Sendable, CustomTestStringConvertible {
        let id: String
        let cells: [String]
        /// The last column.
        let lessons: [Int]

        var commands: [String] {
            cells[3].split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
        }
        var isConcept: Bool { !id.hasPrefix("E") }
        var testDescription: String { id }
    }

    /// What a lesson's header says, its lines without comments, and its statements without quoted texts.
    struct Header: Sendable {
        let number: Int
        var ids: Set<String> = []
        var code = ""
        var statements: [Substring] = []

        func uses(_ verb: Substring) -> Bool {
            code.contains("\(verb)(") || statements.contains { $0.prefix(while: MapTests.isWord) == verb }
        }
    }

    static let text =
        (try? Script.read("\(packageFolder)/lessons/README.md"))
        .map { String(decoding: $0.text, as: UTF8.self) } ?? ""

    static let rows: [Row] = text.split(separator: "\n").compactMap { line in
        guard line.hasPrefix("| "), line.hasSuffix(" |") else { return nil }
        let cells = line.split(separator: "|").map { trimmed($0) }
        guard cells.count == 5, isID(cells[0]) else { return nil }
        let lessons = cells[4].split(separator: ",").compactMap { Int(trimmed($0)) }
        return Row(id: cells[0], cells: cells, lessons: lessons)
    }

    static let headers: [Header] = LessonTests.names.compactMap { name in
        (try? LessonTests.script(name)).map { header(name, String(decoding: $0.text, as: UTF8.self)) }
    }

    /// All ids: the concepts of the five documents in their order, then the errors.
    static let ids: [String] = {
        let counts = [28, 19, 27, 21, 30]
        return counts.indices.flatMap { document in (1...counts[document]).map { "\(document)-\(digits($0))" } }
            + (1...49).map { "E\(digits($0))" }
    }()

    @Test func everyIDHasOneRow() {
        #expect(Self.rows.map(\.id) == Self.ids)
        for row in Self.rows where row.isConcept { #expect(row.cells[1] == "00\(row.id.prefix(1))") }
    }

    @Test(arguments: rows) func lessonsAreThoseThatNameIt(_ row: Row) {
        #expect(row.lessons == Self.headers.filter { $0.ids.contains(row.id) }.map(\.number))
        #expect(!row.lessons.isEmpty)
        #expect(!row.cells.contains(""))
    }

    @Test func lessonsNameNothingElse() {
        for header in Self.headers {
            #expect(header.ids.subtracting(Self.ids).isEmpty, "lesson \(header.number)")
            #expect(!header.ids.isEmpty)
        }
    }

    /// The commands stand in the lessons as they are, and each lesson of the row has the verb of one of them.
    @Test(arguments: rows.filter(\.isConcept)) func lessonsUseTheCommand(_ row: Row) {
        let lessons = Self.headers.filter { row.lessons.contains($0.number) }
        let verbs = row.commands.map { $0.prefix(while: Self.isWord) }
        #expect(!row.commands.isEmpty)
        for lesson in lessons { #expect(verbs.contains(where: lesson.uses), "lesson \(lesson.number)") }
        for command in row.commands { #expect(lessons.contains { $0.code.contains(command) }, "\(command)") }
    }

    @Test func theListHasAllLessons() {
        let listed = Self.text.split(separator: "\n").compactMap { line -> (number: String, file: String)? in
            guard line.hasPrefix("| ["), let end = line.firstIndex(of: "]") else { return nil }
            let file = line[end...].dropFirst(2).prefix { $0 != ")" }
            return (String(line.dropFirst(3).prefix(while: \.isNumber)), String(file))
        }
        #expect(listed.map(\.file) == LessonTests.names)
        #expect(listed.map(\.number) == Self.headers.map { "\($0.number)" })
    }

    @Test func theExampleForTeachersIsALesson() throws {
        let mark = "\n```\n# Lesson "
        let start = try #require(Self.text.indices.first { Self.text[$0...].hasPrefix(mark) })
        let lines = Self.text[start...].split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2)
        let folder = TemporaryFolder()
        folder.write(lines.prefix { $0 != "```" }.joined(separator: "\n") + "\n", to: "30-mine.dl")
        let report = Lesson.check("\(folder.path)/30-mine.dl")
        #expect(report.isGood, "\(report.problems)")
    }

    // MARK: Reading

    private static func header(_ name: String, _ text: String) -> Header {
        var header = Header(number: Int(name.prefix(while: \.isNumber)) ?? 0)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var isList = false
        for line in lines.prefix(while: { $0 != "new" }) {
            // A list goes on in lines that are set in; a label or an empty comment ends it.
            if !line.hasPrefix("#   ") { isList = line.hasPrefix("# Teaches:") || line.hasPrefix("# Corrects:") }
            if isList {
                header.ids.formUnion(line.split { " ,.()".contains($0) }.map(String.init).filter(isID))
            }
        }
        let code = lines.filter { !trimmed($0).hasPrefix("#") }.joined(separator: "\n")
        // Texts in quotes may say anything.
        let quoted = code.split(separator: "\"", omittingEmptySubsequences: false)
        let plain = quoted.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined(separator: "\"\"")
        header.code = code
        header.statements = plain.split { ";{}\n".contains($0) }.map { $0.drop(while: \.isWhitespace) }
        return header
    }

    private static func isID(_ word: String) -> Bool {
        let parts = word.split(separator: "-")
        if parts.count == 2 {
            return parts[0].count == 1 && parts[1].count == 2 && parts.joined().allSatisfy(\.isNumber)
        }
        return word.count == 3 && word.hasPrefix("E") && word.dropFirst().allSatisfy(\.isNumber)
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    private static func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
