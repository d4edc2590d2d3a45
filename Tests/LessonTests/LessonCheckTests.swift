// The check for teachers: what is wrong with a lesson is reported with its line and column.

import Commands
import TestSupport
import Testing

@Suite struct LessonCheckTests {
    private static let good = """
        # Lesson 30 · A test
        #
        # Follows:  nothing.
        # Teaches:  1-05, 2-10.
        # Corrects: E03.

        new
        w = param(3)

        ask "What is 1 + 1?" answer=2 hint="count" mistake="one short": 1 mistake="too many": 3
        ask "What is w?" answer=w hint="look above"

        # ── Try ─────────────────
        #
        # 1. One.
        # 2. Two.
        # 3. Three.

        """

    struct Change: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        /// Line, column and beginning of each message.
        let problems: [(Int, Int, String)]

        init(_ old: String, _ new: String, _ problems: (Int, Int, String)...) {
            (self.old, self.new, self.problems) = (old, new, problems)
        }

        var testDescription: String { "\(old) → \(new)" }
    }

    private func report(_ text: String, _ name: String = "30-test.dl") -> LessonReport {
        let folder = TemporaryFolder()
        folder.write(text, to: name)
        return Lesson.check("\(folder.path)/\(name)")
    }

    @Test func theGoodOneIsGood() {
        let report = report(Self.good)
        #expect(report.isGood, "\(report.problems)")
        #expect(report.summary.contains("30-test.dl: good, 4 commands, 2 questions, 2 hints, 2 mistakes,"))
    }

    @Test(
        arguments: [
            Change("1-05, 2-10", "1-05, 9-99", (4, 19, "there is no concept 9-99")),
            Change("1-05, 2-10", "1-5, 2-10", (4, 13, "there is no concept 1-5")),
            Change("1-05, 2-10.", "much.", (4, 3, "Teaches: names no concept")),
            Change("# Teaches:  1-05, 2-10.\n", "", (1, 1, "the first comment has no line # Teaches: …")),
            Change("# Follows:  nothing.\n", "", (1, 1, "the first comment has no line # Follows: …")),
            Change("E03", "E77", (5, 13, "there is no error E77")),
            Change("Lesson 30", "Lesson 31", (1, 1, "the first line should be # Lesson 30 · Title")),
            Change("new\nw = ", "w = ", (7, 1, "the first command should be new")),
            Change("too many\": 3", "one short\": 3", (10, 88, "there are two mistakes \"one short\"")),
            Change(
                "too many\": 3", "too many\": 1.0001",
                (10, 87, "the mistake \"too many\" cannot be told from \"one short\"")),
            Change(
                "too many\": 3", "too many\": 2", (10, 87, "the mistake \"too many\" cannot be told from the answer")),
            Change(" hint=\"look above\"", "", (11, 1, "the question has no hint")),
            Change(
                "ask \"What is w?\" answer=w hint=\"look above\"\n", "",
                (1, 1, "at least two questions belong in a lesson")),
            Change("# 3. Three.\n", "", (13, 1, "it should end with three things to try")),
            Change(
                "w = param(3)\n", "w = param(3)\n\n  expect w == 4\n", (10, 10, "the expectation does not hold: 3 == 4")
            ),
            Change("w = param(3)\n", "w = param(3)\nquit\n", (11, 1, "quit before this line ends the lesson")),
            Change("hint=\"look above\"", "hint=\"\"", (11, 1, "the question has no hint")),
            Change("answer=w", "answer=v", (11, 25, "there is no v")),
            Change("answer=w", "answer=w/0", (11, 25, "the answer is not finite")),
            Change(
                "A test", "(title)", (1, 15, "(title) is still to be written")),
            Change(
                "1 + 1?\" answer=2 hint=\"count\"", "1 + 1?\" answer=1",
                (10, 1, "the question has no hint"),
                (10, 52, "the mistake \"one short\" cannot be told from the answer")),
        ]) func problems(_ change: Change) throws
    {
        let text = Self.good.replacing(change.old, with: change.new)
        try #require(text != Self.good)
        let problems = report(text).problems
        try #require(problems.count == change.problems.count, "\(problems)")
        for (problem, (line, column, message)) in zip(problems, change.problems) {
            let place = try #require(problem.place)
            #expect(place.source.hasSuffix("30-test.dl"))
            #expect(problem.message.hasPrefix(message), "\(problem.message)")
            #expect((place.line, place.column) == (line, column), "\(problem.message)")
        }
    }

    /// A draft as it was saved: all that is to be written is found, and nothing else.
    @Test func draftsAreNotDone() throws {
        let folder = TemporaryFolder()
        try TestBench().run(
            "w = param(1)\nJ = w^2\nminimize J\noptimizer sgd lr=0.1\nstep\nsave lesson \"\(folder.path)/31-mine.dl\"")
        let problems = Lesson.check("\(folder.path)/31-mine.dl").problems
        #expect(problems.allSatisfy { $0.message.hasSuffix("is still to be written") }, "\(problems)")
        let texts = Set(problems.map { $0.message.prefix { $0 != ")" } })
        #expect(
            texts == [
                "(title", "(the text that it follows", "(concept ids, such as 0-12", "(what", "(section",
                "(what comes, and why", "(a hint", "(one thing", "(another", "(a third",
            ])
    }

    /// A command of several lines stays whole, and asks for two different numbers.
    @Test func draftsKeepCommandsWhole() throws {
        let folder = TemporaryFolder()
        try TestBench().run(
            "rule mine lr=0.1 {\n  w = w - lr*grad\n}\nw = param([\n  1,\n  2])\nsave lesson \"\(folder.path)/32-mine.dl\""
        )
        let text = String(decoding: try Script.read("\(folder.path)/32-mine.dl").text, as: UTF8.self)
        #expect(text.contains("rule mine lr=0.1 {\n  w = w - lr*grad\n}\n"))
        #expect(text.contains("w = param([\n  1,\n  2])\n"))
        #expect(text.contains("What is w[0] now?") && text.contains("What is w[1] now?"))
    }

    @Test(arguments: LessonTests.names) func lessonsAreGood(_ name: String) {
        let report = Lesson.check("\(packageFolder)/lessons/\(name)")
        #expect(report.isGood, "\(report.problems)")
    }
}
