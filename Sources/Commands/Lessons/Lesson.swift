// Lesson: a script read as a lesson: paragraphs of prose and commands, and where lessons are found.

import Glibc

public struct Lesson: Sendable {
    /// What the player does at once.
    enum Step: Sendable {
        /// A paragraph: the comment lines without their signs, at this range of the script.
        case prose([String], Range<Int>)
        /// A command, as a range of the script.
        case command(Range<Int>)

        var range: Range<Int> {
            switch self {
            case .prose(_, let range), .command(let range): range
            }
        }
    }

    /// The file's name without `.dl`, e.g. `04-adam`.
    let name: String
    let script: Script
    let steps: [Step]

    init(_ script: Script) {
        self.script = script
        let file = script.name.split(separator: "/").last.map(String.init) ?? script.name
        name = file.hasSuffix(".dl") ? String(file.dropLast(3)) : file
        steps = Self.steps(script)
    }

    /// The number that the name begins with.
    var number: Int? { Int(name.prefix { $0.isNumber }) }

    /// What the first comment says.
    var title: String {
        if case .prose(let lines, _) = steps.first, let line = lines.first { return line }
        return name
    }

    func text(_ range: Range<Int>) -> String { String(decoding: script.text[range], as: UTF8.self) }

    /// Whether a step begins a section: a heading drawn with a rule.
    func isHeading(_ step: Step) -> Bool {
        if case .prose(let lines, _) = step { return lines[0].hasPrefix("──") || lines[0].hasPrefix("--") }
        return false
    }

    func isQuestion(_ step: Step) -> Bool {
        if case .command(let range) = step { return text(range).trimmed.hasPrefix("ask ") }
        return false
    }

    /// Comments that stand together are a paragraph; an empty comment or an empty line ends it.
    private static func steps(_ script: Script) -> [Step] {
        var steps: [Step] = []
        var paragraph: (lines: [String], range: Range<Int>)?
        func close() {
            if let paragraph, paragraph.lines.contains(where: { !$0.isEmpty }) {
                steps.append(.prose(paragraph.lines, paragraph.range))
            }
            paragraph = nil
        }
        var start = 0
        while let (range, next) = script.line(from: start) {
            start = next
            let text = String(decoding: script.text[range], as: UTF8.self).trimmed
            guard text.hasPrefix("#") else {
                close()
                if !text.isEmpty { steps.append(.command(range)) }
                continue
            }
            let line = text.dropFirst().hasPrefix(" ") ? String(text.dropFirst(2)) : String(text.dropFirst())
            if line.isEmpty {
                close()
            } else {
                let start = paragraph?.range.lowerBound ?? range.lowerBound
                paragraph = ((paragraph?.lines ?? []) + [line], start..<range.upperBound)
            }
        }
        close()
        return steps
    }
}

/// The lessons that come with the program.
struct LessonShelf: Sendable {
    let folder: String
    /// The names of the lessons in order.
    let names: [String]

    init(folder: String) {
        self.folder = folder
        names = Files.names(in: folder).filter { $0.hasSuffix(".dl") && $0.first?.isNumber == true }.sorted()
            .map { String($0.dropLast(3)) }
    }

    /// The ids of concepts and errors that the map of the course has, as `0-12` and `E03`; none without a map.
    var ids: Set<String> {
        guard let bytes = try? Files.read(folder + "/README.md") else { return [] }
        let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("| ") }
        return Set(rows.compactMap { $0.dropFirst(2).split(separator: " ").first.map(String.init) })
    }

    /// `lessons` beside the program or in a folder above it, else where the program was built.
    static let standard: LessonShelf? = {
        var folder = Files.folder(of: Files.absolute("/proc/self/exe"))
        while !folder.isEmpty, folder != "/" {
            let shelf = LessonShelf(folder: folder + "/lessons")
            if !shelf.names.isEmpty { return shelf }
            folder = Files.folder(of: folder)
        }
        let source = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let shelf = LessonShelf(folder: "/\(source)/lessons")
        return shelf.names.isEmpty ? nil : shelf
    }()

    /// The lesson with this number or name, or whose name without the number is this.
    func lesson(_ word: String) throws(Diagnostic) -> Lesson {
        let match = names.first { name in
            let number = name.prefix { $0.isNumber }
            return name == word || Int(number) == Int(word) && Int(word) != nil
                || name.dropFirst(number.count).drop { $0 == "-" } == word
        }
        guard let match else {
            throw Diagnostic(
                "there is no lesson \(word)",
                hint: Suggestion.nearest(to: word, in: names).map { "did you mean \($0)?" } ?? "lessons lists them")
        }
        return Lesson(try Script.read("\(folder)/\(match).dl"))
    }
}
