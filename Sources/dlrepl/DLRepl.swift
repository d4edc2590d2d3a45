// The program: its flags, and which way it reads lines.

import ArgumentParser
import Commands
import Glibc
import Terminal

@main
struct DLRepl: ParsableCommand {
    static let version = "0.1"
    static let configuration = CommandConfiguration(
        commandName: "dlrepl",
        abstract: "A step-by-step laboratory for how neural networks learn.",
        discussion: """
            Without arguments it reads commands: from a terminal with a line editor, from a pipe line by line.
            At the prompt of an empty session $XDG_CONFIG_HOME/dlrepl/init.dl (default ~/.config/dlrepl/init.dl) is run \
            first; scripts, commands and pipes never run it.
            Colour: NO_COLOR goes before CLICOLOR_FORCE, then CLICOLOR=0 and TERM=dumb.
            Exit status: 0 done, 1 a command or an expectation failed, 64 wrong usage.
            """,
        version: "dlrepl \(version)")

    @Argument(help: "Scripts to run, in order, in one session.")
    var files: [String] = []

    @Flag(name: .short, help: "Go on at the prompt after the scripts.")
    var interactive = false

    @Option(
        name: .customShort("c"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Run commands and end.", valueName: "commands"))
    var commands: [String] = []

    @Option(help: "The seed of the session's random stream.")
    var seed: UInt64 = 0

    @Flag(help: "Only ASCII characters, no colour.")
    var plain = false

    @Flag(help: "No colour.")
    var noColor = false

    @Flag(help: "Check the files as lessons: run them with their questions, and report.")
    var check = false

    @Flag(help: "Do not run the startup file.")
    var noInit = false

    func validate() throws {
        guard check else { return }
        if files.isEmpty { throw ValidationError("--check needs the files of lessons, such as lessons/*.dl") }
        if !commands.isEmpty || interactive { throw ValidationError("--check takes files only, neither -c nor -i") }
    }

    func run() throws {
        var status: Int32 = 0
        onLargeStack { status = execute() }
        if status != 0 { throw ExitCode(status) }
    }

    /// Runs what the arguments ask for; the result is the exit status.
    private func execute() -> Int32 {
        let styles = [STDOUT_FILENO, STDERR_FILENO].map { Style(stream: $0, isPlain: plain, noColor: noColor) }
        let console = Console(output: styles[0], errors: styles[1])
        if check { return checkLessons(console) }
        let workbench = Workbench(seed: seed) { console.show($0) }
        do throws(Diagnostic) {
            do throws(Diagnostic) { try runScripts(workbench) } catch {
                // With -i the prompt is just what one wants after a failure.
                guard interactive else { throw error }
                console.report(error)
            }
            let isDone = workbench.wantsToQuit || (!interactive && !(files.isEmpty && commands.isEmpty))
            if !isDone { try readLines(workbench, console) }
            return 0
        } catch {
            console.report(error)
            return 1
        }
    }

    /// 1 when a lesson fails or lacks something.
    private func checkLessons(_ console: Console) -> Int32 {
        let reports = files.map { file in
            let report = Lesson.check(file)
            console.show(.text(report.summary))
            for problem in report.problems { console.report(problem) }
            return report
        }
        return reports.allSatisfy(\.isGood) ? 0 : 1
    }

    private func runScripts(_ workbench: Workbench) throws(Diagnostic) {
        for file in files where !workbench.wantsToQuit { try workbench.run(try Script.read(file)) }
        for text in commands where !workbench.wantsToQuit { try workbench.run(Script(name: "-c", text)) }
    }

    private func readLines(_ workbench: Workbench, _ console: Console) throws(Diagnostic) {
        let banner = "dlrepl \(Self.version) · type help, lessons, or a command · Tab completes"
        // After scripts the prompt shows what they left, and nothing else.
        let startup = noInit || !files.isEmpty || !commands.isEmpty ? nil : Prompt.startupFile
        if isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1,
            Prompt(workbench, console).run(banner: banner, startup: startup)
        {
            return
        }
        try StandardInput.run(workbench)
    }
}
