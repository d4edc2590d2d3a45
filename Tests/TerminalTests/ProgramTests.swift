// The program without a terminal: streams, exit statuses, flags.

import TestSupport
import Testing

@Suite struct ProgramTests {
    private let folder = TemporaryFolder()

    private func run(_ arguments: String..., input: String = "") -> ProgramRun {
        ProgramRun("dlrepl", arguments, input: input, folder: folder)
    }

    @Test func commandsRunAndEnd() {
        let run = run("-c", "a = 2; a * 3\nprint a")
        #expect(run.status == 0 && run.output == "6\n2\n" && run.errors == "")
    }

    @Test func failuresGoToStandardErrorWithTheirPlace() {
        let run = run("-c", "1 + 1\nnonsense + 1\n5")
        #expect(run.status == 1)
        #expect(run.output == "2\n")
        #expect(run.errors.hasPrefix("-c:2:1: error: there is no nonsense\n  nonsense + 1\n  ^^^^^^^^\n"))
    }

    @Test func scriptsNameFileLineAndColumn() {
        folder.write("a = 1\n\n  expect a == 2\n", to: "script.dl")
        let run = run("\(folder.path)/script.dl")
        #expect(run.status == 1)
        #expect(run.errors.hasPrefix("\(folder.path)/script.dl:3:10: error: the expectation does not hold: 1 == 2\n"))
    }

    @Test func scriptsShareOneSession() {
        folder.write("a = 41\n", to: "one.dl")
        folder.write("a + 1\n", to: "two.dl")
        #expect(run("\(folder.path)/one.dl", "\(folder.path)/two.dl").output == "42\n")
        #expect(run("\(folder.path)/one.dl", "-c", "a").output == "41\n")
        #expect(run("-i", "\(folder.path)/one.dl", input: "a + 2\n").output == "43\n")
    }

    @Test func severalCommandsRunInOrder() {
        #expect(run("-c", "a = 1", "-c", "-a").output == "-1\n")
    }

    @Test func promptFollowsAFailingScriptWithI() {
        folder.write("a = 1\nnonsense\n", to: "fails.dl")
        let run = run("-i", "\(folder.path)/fails.dl", input: "a + 1\n")
        #expect(run.output == "2\n" && run.errors.contains("no nonsense"))
    }

    @Test func byteOrderMarksAreSkipped() {
        folder.write("\u{FEFF}1 + 1\n", to: "bom.dl")
        #expect(run("\(folder.path)/bom.dl").output == "2\n")
    }

    @Test func pipesHaveNoBannerAndNoPrompt() {
        let run = run(input: "x = [1,\n2]\nx * 2\nquit\n3\n")
        #expect(run.status == 0 && run.output == "[2, 4]\n" && run.errors == "")
        #expect(self.run(input: "1\n2 +\n3\n").errors.hasPrefix("stdin:2:4: error: "))
    }

    @Test func filesAreRelativeToTheirScript() {
        folder.write("a,b\n1,2\n3,4\n", to: "t.csv")
        folder.write("data csv \"t.csv\" target=b\nrun \"inner.dl\"\n", to: "outer.dl")
        folder.write("q = 7\n", to: "inner.dl")
        let run = run("\(folder.path)/outer.dl", "-c", "q")
        #expect(run.status == 0 && run.output.hasSuffix("7\n"), "\(run.errors)")
    }

    @Test(
        arguments: [
            ["--nonsense"], ["-c"], ["--seed", "x"], ["--check"], ["--check", "-c", "1"], ["--check", "-i", "a.dl"],
        ]) func wrongUsageIsStatus64(_ arguments: [String])
    {
        let run = ProgramRun("dlrepl", arguments, folder: folder)
        #expect(run.status == 64 && run.output == "")
    }

    @Test func checksReportPlaces() {
        let lesson = "\(LessonPlayerTests.folder)/91-test.dl"
        let run = run("--check", lesson)
        #expect(run.status == 1)
        #expect(run.output.contains("91-test.dl: not good, 11 commands, 2 questions, 2 hints, 3 mistakes,"))
        #expect(run.errors.hasPrefix("\(lesson):27:1: error: the question has no hint\n"))
        folder.write("# Lesson 30 · (title)\nnew\nnonsense\n", to: "30-a.dl")
        let other = self.run("--check", "\(folder.path)/30-a.dl", lesson)
        #expect(other.status == 1 && other.errors.contains("/30-a.dl:3:1: error: there is no nonsense"))
        #expect(other.errors.contains("/30-a.dl:1:15: error: (title) is still to be written"))
        #expect(self.run("--check", "\(folder.path)/none.dl").status == 1)
    }

    @Test func versionAndHelp() {
        #expect(run("--version").output.hasPrefix("dlrepl "))
        #expect(run("--help").status == 0)
        #expect(run("--help").output.contains("--plain"))
    }

    @Test func missingFilesAreReported() {
        let run = run("\(folder.path)/missing.dl")
        #expect(run.status == 1 && run.errors.contains("cannot read"))
    }

    @Test func seedsDecideTheRandomNumbers() {
        let numbers = ["3", "3", "4"].map { run("--seed", $0, "-c", "randn(4)").output }
        #expect(numbers[0] == numbers[1] && numbers[0] != numbers[2])
    }

    @Test func plainOutputIsASCII() {
        let commands =
            "data iris; net 4 3 relu 3; loss cross_entropy; optimizer adam; step 2; show; params; state; help adam; explain loss; next; list"
        let plain = run("--plain", "-c", commands)
        #expect(plain.status == 0, "\(plain.errors)")
        #expect(plain.output.utf8.allSatisfy { $0 < 128 })
        #expect(run("-c", "net 2 1").output.contains("×"))
    }

    /// Flags, then NO_COLOR, then CLICOLOR_FORCE; without any of them a pipe is not coloured.
    @Test(
        arguments: [
            ([], [:], false), ([], ["CLICOLOR_FORCE": "1"], true), ([], ["CLICOLOR_FORCE": "0"], false),
            ([], ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
            ([], ["CLICOLOR_FORCE": "1", "CLICOLOR": "0"], true),
            ([], ["CLICOLOR_FORCE": "1", "TERM": "dumb"], true), (["--no-color"], ["CLICOLOR_FORCE": "1"], false),
            (["--plain"], ["CLICOLOR_FORCE": "1"], false), ([], ["CLICOLOR": "1"], false),
        ] as [([String], [String: String], Bool)])
    func colorOfPipes(_ flags: [String], _ variables: [String: String], _ isColored: Bool) {
        let none = ["NO_COLOR": "", "CLICOLOR_FORCE": "", "CLICOLOR": "", "TERM": "xterm"]
        let run = ProgramRun(
            "dlrepl", flags + ["-c", "nonsense"], environment: none.merging(variables) { $1 }, folder: folder)
        #expect(run.errors.contains("\u{1B}[") == isColored)
        #expect(run.errors.contains("error:"))
    }

    @Test func pipesHaveNoProgress() {
        let run = run("-c", "w = param(5); J = w^2; minimize J; optimizer sgd lr=0.000001; step 300000")
        #expect(run.status == 0 && !run.output.contains("\r") && !run.output.contains("step "))
    }

    @Test func startupFileIsNotRunWithoutAPrompt() {
        folder.write("print 42\n", to: "dlrepl/init.dl")
        let environment = ["XDG_CONFIG_HOME": folder.path]
        for arguments in [["-c", "1"], ["-i", "-c", "1"], []] {
            let run = ProgramRun("dlrepl", arguments, input: "2\n", environment: environment, folder: folder)
            #expect(!run.output.contains("42"), "\(arguments)")
        }
    }
}
