// The benchmark: the same work each time, one figure a line. Figures of one run can be compared with one another.
//
//     swift run -c release dlbench [NAME …]

import ArgumentParser
import Glibc

@main
struct DLBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dlbench",
        abstract: "Measures dlrepl: figure, median, unit, smallest, largest, runs, peak memory of its process.")

    @Argument(help: "Only figures whose name contains one of these texts.")
    var names: [String] = []

    @Flag(help: "Only print the figures' names.")
    var list = false

    @Option(help: .hidden)
    var only: Int?

    func run() throws {
        if let only { return try Figures.all[only].measure() }
        let chosen = Figures.all.indices.filter { index in
            names.isEmpty || names.contains { Figures.all[index].name.contains($0) }
        }
        guard !chosen.isEmpty else {
            throw ValidationError("no figure is named \(names.joined(separator: ", ")); --list shows all")
        }
        for index in chosen {
            if list { print(Figures.all[index].name) } else { try measureAlone(index) }
        }
    }

    /// Measures a figure in a process of its own, whose peak memory is then the figure's.
    private func measureAlone(_ index: Int) throws {
        var arguments = [strdup(CommandLine.arguments[0]), strdup("--only"), strdup("\(index)"), nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        guard posix_spawn(&process, "/proc/self/exe", nil, nil, &arguments, environ) == 0 else {
            throw ValidationError("the benchmark cannot start itself")
        }
        var (status, usage): (Int32, rusage) = (0, rusage())
        wait4(process, &status, 0, &usage)
        guard status == 0 else { throw ExitCode.failure }
        print(Column.text("peak \((usage.ru_maxrss + 512) / 1024) MB"))
        fflush(nil)
    }
}
