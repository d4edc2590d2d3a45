// LessonCheck: what a teacher wants to know of a lesson before a class sees it: does it run, and has it the form?

import Formulas
import Tensors

/// The result of checking one lesson.
public struct LessonReport: Sendable {
    public let name: String
    /// The numbers of its commands, questions, hints and mistakes.
    fileprivate(set) var counts = Counts()
    public fileprivate(set) var seconds = 0.0
    /// What is wrong with it, in the order of its lines.
    public fileprivate(set) var problems: [Diagnostic] = []

    struct Counts: Sendable {
        var commands = 0
        var questions = 0
        var hints = 0
        var mistakes = 0
    }

    public var isGood: Bool { problems.isEmpty }

    /// One line.
    public var summary: String {
        let counted =
            "\(counts.commands) commands, \(counts.questions) questions, \(counts.hints) hints, \(counts.mistakes) mistakes"
        return "\(name): \(isGood ? "good" : "not good"), \(counted), \(Digits.significant(2).text(seconds)) s"
    }
}

extension Lesson {
    /// Runs the lesson in a fresh session, its questions, answers and mistakes included, and looks at its form.
    public static func check(_ path: String) -> LessonReport {
        var report = LessonReport(name: path)
        do throws(Diagnostic) {
            let lesson = Lesson(try Script.read(path))
            do throws(Diagnostic) { try lesson.script.check() } catch { throw error.placed(in: lesson.script) }
            let start = ContinuousClock().now
            var problems = lesson.run(&report.counts)
            report.seconds = (ContinuousClock().now - start) / .seconds(1)
            problems += lesson.formProblems()
            report.problems = problems.map { $0.placed(in: lesson.script) }
                .sorted { ($0.place?.line ?? 0, $0.place?.column ?? 0) < ($1.place?.line ?? 0, $1.place?.column ?? 0) }
        } catch { report.problems = [error] }
        return report
    }

    /// Runs the commands; what is wrong with a question does not end it, a command that fails does.
    private func run(_ counts: inout LessonReport.Counts) -> [Diagnostic] {
        let bench = Workbench { _ in }
        var problems: [Diagnostic] = []
        for case .command(let range) in steps {
            if bench.wantsToQuit {
                return problems + [
                    Diagnostic("quit before this line ends the lesson; it is the player's word", at: range)
                ]
            }
            counts.commands += 1
            do throws(Diagnostic) {
                let statements = try bench.parse(script.text, range)
                var found: [Diagnostic] = []
                for case .command(let call) in statements.map(\.kind) where call.verb == "ask" {
                    counts.questions += 1
                    found += try check(call, bench, &counts)
                }
                problems += found
                if found.isEmpty || statements.count > 1 { try bench.runLine(range, of: script) }
            } catch {
                return problems + [error.placed(in: script, fallback: range)]
            }
        }
        return problems
    }

    /// A question of the lesson, in the session as it is when it is asked.
    private func check(
        _ call: Call, _ bench: Workbench, _ counts: inout LessonReport.Counts
    ) throws(Diagnostic) -> [Diagnostic] {
        var context = Context(session: bench.session, workbench: bench, folder: script.folder)
        let question = try AskCommand.question(call, &context)
        counts.hints += question.hints.count
        counts.mistakes += question.mistakes.count
        var problems = try question.problems(&context)
        if question.hints.allSatisfy(\.isEmpty) {
            problems.append(Diagnostic("the question has no hint", hint: "hint=\"…\"", at: call.range))
        }
        return problems
    }

    // MARK: Form

    /// What the form asks for and the script has not.
    private func formProblems() -> [Diagnostic] {
        var problems = headerProblems()
        if case .command(let range)? = steps.first(where: { if case .command = $0 { true } else { false } }),
            text(range).trimmed != "new"
        {
            problems.append(
                Diagnostic(
                    "the first command should be new, so that the lesson does not depend on what was before", at: range)
            )
        }
        if steps.count(where: isQuestion) < 2 {
            problems.append(
                Diagnostic("at least two questions belong in a lesson", hint: "ask \"…\" answer=…", at: 0..<0))
        }
        let heading = steps.lastIndex { isHeading($0) && text($0.range).contains(" Try ") }
        let tries = steps[(heading ?? steps.count)...].reduce(0) { count, step in
            if case .prose(let lines, _) = step { count + lines.count { $0.prefix(3).hasSuffix(". ") } } else { count }
        }
        if tries < 3 {
            let range = heading.map { steps[$0].range } ?? script.text.count..<script.text.count
            problems.append(
                Diagnostic("it should end with three things to try, 1. 2. 3., under # ── Try ──", at: range))
        }
        let whole = 0..<script.text.count
        for placeholder in Self.placeholders {
            problems += ranges(of: placeholder, in: whole).map {
                Diagnostic("\(placeholder) is still to be written", at: $0)
            }
        }
        return problems
    }

    private func headerProblems() -> [Diagnostic] {
        var problems: [Diagnostic] = []
        let header = steps.prefix { if case .prose = $0 { true } else { false } }
        let lines = header.flatMap { if case .prose(let lines, _) = $0 { lines } else { [] as [String] } }
        let number = number.map(String.init) ?? "N"
        if !title.hasPrefix("Lesson \(number) · ") {
            problems.append(Diagnostic("the first line should be # Lesson \(number) · Title", at: 0..<0))
        }
        for label in ["Follows:", "Teaches:"] where !lines.contains(where: { $0.hasPrefix(label) }) {
            problems.append(Diagnostic("the first comment has no line # \(label) …", at: 0..<0))
        }
        let range = 0..<(header.last?.range.upperBound ?? 0)
        let teaches = ranges(of: "Teaches:", in: range).first
        let ids = Self.ids(in: lines)
        if let teaches, !ids.contains(where: { !$0.hasPrefix("E") }) {
            problems.append(Diagnostic("Teaches: names no concept, such as 0-12", at: teaches))
        }
        guard let known = LessonShelf.standard?.ids, !known.isEmpty else { return problems }
        for id in ids where !known.contains(id) {
            problems.append(
                Diagnostic(
                    "there is no \(id.hasPrefix("E") ? "error" : "concept") \(id)",
                    hint: "lessons/README.md lists them",
                    at: ranges(of: id, in: range).first ?? 0..<0))
        }
        return problems
    }

    /// What looks like an id behind the labels Teaches and Corrects, and in the lines that are set in below them.
    private static func ids(in lines: [String]) -> [String] {
        var isList = false
        return lines.flatMap { line -> [String] in
            if !line.hasPrefix(" ") { isList = line.hasPrefix("Teaches:") || line.hasPrefix("Corrects:") }
            return isList ? line.split { " ,.:()".contains($0) }.map(String.init).filter(isID) : []
        }
    }

    /// A document's number and that of a concept in it, such as `0-12`, or an error's, such as `E03`.
    private static func isID(_ word: String) -> Bool {
        let parts =
            word.hasPrefix("E") ? [word.dropFirst()] : word.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == (word.hasPrefix("E") ? 1 : 2)
            && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
    }

    /// Where a word stands in the script.
    private func ranges(of word: String, in range: Range<Int>) -> [Range<Int>] {
        let word = Array(word.utf8)
        guard range.count >= word.count else { return [] }
        return (range.lowerBound...range.upperBound - word.count)
            .filter { script.text[$0...].starts(with: word) }.map { $0..<$0 + word.count }
    }
}
