// LessonCheck: what a teacher wants to know of a lesson before a class sees it: does it run, and has it the form?

import Formulas
import Tensors

/// The result of checking one lesson.
public struct LessonReport: Sendable {
    public let name: String
    /// The numbers of its commands, questions, hints and mistakes.
    public fileprivate(set) var counts: [(name: String, count: Int)] = []
    public fileprivate(set) var seconds = 0.0
    /// What is missing in its form.
    public fileprivate(set) var problems: [String] = []
    /// What ended it before its end.
    public fileprivate(set) var error: Diagnostic?

    public var isGood: Bool { error == nil && problems.isEmpty }

    /// One line, and one for each problem.
    public var lines: [String] {
        let counted = counts.map { "\($0.count) \($0.name)" }.joined(separator: ", ")
        return ["\(name): \(isGood ? "good" : "not good"), \(counted), \(Digits.significant(2).text(seconds)) s"]
            + problems.map { "  \($0)" }
    }
}

extension Lesson {
    /// Runs the lesson in a fresh session, its questions, answers and mistakes included, and looks at its form.
    public static func check(_ path: String) -> LessonReport {
        var report = LessonReport(name: path)
        do throws(Diagnostic) {
            let lesson = Lesson(try Script.read(path))
            let bench = Workbench { _ in }
            do throws(Diagnostic) { try lesson.count(&report, bench) } catch { throw error.placed(in: lesson.script) }
            report.problems = lesson.problems(questions: report.counts[1].count)
            let start = ContinuousClock().now
            defer { report.seconds = (ContinuousClock().now - start) / .seconds(1) }
            try bench.run(lesson.script)
        } catch { report.error = error }
        return report
    }

    private func count(_ report: inout LessonReport, _ bench: Workbench) throws(Diagnostic) {
        var (commands, questions, hints, mistakes) = (0, 0, 0, 0)
        for case .command(let range) in steps {
            commands += 1
            for case .command(let call) in try bench.parse(script.text, range).map(\.kind) where call.verb == "ask" {
                questions += 1
                hints += call.keys.count { $0.key == "hint" }
                mistakes += call.keys.count { $0.key == "mistake" }
            }
        }
        report.counts = [("commands", commands), ("questions", questions), ("hints", hints), ("mistakes", mistakes)]
    }

    /// What the form asks for and the script has not.
    private func problems(questions: Int) -> [String] {
        var problems: [String] = []
        let header = steps.prefix { if case .prose = $0 { true } else { false } }.flatMap { step -> [String] in
            if case .prose(let lines, _) = step { lines } else { [] }
        }
        let number = number.map(String.init) ?? "N"
        if !title.hasPrefix("Lesson \(number) · ") {
            problems.append("the first line should be # Lesson \(number) · Title")
        }
        for label in ["Follows:", "Teaches:"] where !header.contains(where: { $0.hasPrefix(label) }) {
            problems.append("the first comment has no line # \(label) …")
        }
        if !header.contains(where: { line in line.split { " ,.:()".contains($0) }.contains(where: Self.isConcept) }) {
            problems.append("Teaches: names no concept, such as 0-12")
        }
        if case .command(let range)? = steps.first(where: { if case .command = $0 { true } else { false } }),
            text(range).trimmed != "new"
        {
            problems.append("the first command should be new, so that the lesson does not depend on what was before")
        }
        if questions < 2 { problems.append("at least two questions belong in it: ask \"…\" answer=…") }
        let end = steps.lastIndex { isHeading($0) && text($0.range).contains(" Try ") } ?? steps.count
        let tries = steps[end...].reduce(0) { count, step in
            if case .prose(let lines, _) = step { count + lines.count { $0.prefix(3).hasSuffix(". ") } } else { count }
        }
        if tries < 3 { problems.append("it should end with three things to try, 1. 2. 3., under # ── Try ──") }
        return problems
    }

    /// A document's number and that of a concept in it, such as `0-12`.
    private static func isConcept(_ word: Substring) -> Bool {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0].count == 1 && parts[1].count == 2 && parts.joined().allSatisfy(\.isNumber)
    }
}
