// The figures: training steps, the language, time travel, start. The engine's parts, memory and growth have files of
// their own.

import Commands
import TestSupport

enum Figures {
    static var all: [Figure] { steps + engine + language + starting + memory + growth }

    static let iris = """
        data iris
        split train=0.8 seed=1
        net 4 16 relu 3
        loss cross_entropy
        optimizer adam lr=0.01
        batch 15
        """

    static let convolution = """
        data glyphs n=600 seed=1
        net 8x8 conv 3 channels=8 relu maxpool 2 flatten 10
        loss cross_entropy
        optimizer adam lr=0.01
        batch 32
        """

    /// A network on random samples that are given by hand.
    static func network(_ widths: String, batch: Int) -> String {
        let ends = widths.split(separator: " ")
        return """
            net \(widths)
            loss cross_entropy
            optimizer adam lr=0.001
            x = randn(\(batch), \(ends[0]))
            y = floor(\(ends[ends.count - 1]) * rand(\(batch)))
            """
    }

    /// The mean time of one of `steps` training steps, made by one command from the same beginning in each run: steps become
    /// slower where weights that are out of use leave moments below 1e-308.
    static func step(
        _ name: String, _ setup: String, steps: Int, unit: String = "µs", scale: Double = 1e6
    ) -> Figure {
        Figure(name: "step \(name)", unit: unit) {
            {
                let bench = try workbench(setup + "\nstep 3")
                return try seconds { try bench.run(Script(name: "bench", "step \(steps)")) } / Double(steps) * scale
            }
        }
    }

    static var steps: [Figure] {
        [
            step("4-16-3, batch 15, adam", iris, steps: 4000),
            step("64-128-64-10, batch 64, adam", network("64 128 relu 64 relu 10", batch: 64), steps: 1000),
            step(
                "784-512-256-10, batch 128, adam", network("784 512 relu 256 relu 10", batch: 128), steps: 60,
                unit: "ms",
                scale: 1e3),
            step("8x8 conv 3 channels=8 maxpool 2 flatten 10, batch 32", convolution, steps: 1000),
            typedRule,
        ]
    }

    /// A rule typed at the prompt against the same one of the catalogue; one sample a step, so that the update is most
    /// of the work.
    static var typedRule: Figure {
        Figure(name: "typed adam / adam, 784-512-256-10, batch 1", unit: "times") {
            let rule = """
                rule typed lr=0.001 beta1=0.9 beta2=0.999 eps=1e-8 {
                  m = beta1*m + (1 - beta1)*g; mhat = m/(1 - beta1^t)
                  v = beta2*v + (1 - beta2)*g^2; vhat = v/(1 - beta2^t)
                  w = w - lr*mhat/(sqrt(vhat) + eps)
                }
                optimizer typed
                step 2
                """
            let setup = network("784 512 relu 256 relu 10", batch: 1)
            let benches = try [setup + "\n" + rule, setup + "\nstep 2"].map(workbench)
            return {
                let times = try benches.map { bench in try seconds { try bench.run(Script(name: "bench", "step 20")) } }
                return times[0] / times[1]
            }
        }
    }

    /// The time of one line in a session that `setup` prepares anew before each run.
    static func line(_ name: String, _ setup: String, _ line: String) -> Figure {
        Figure(name: name, unit: "ms") {
            {
                let bench = try workbench(setup)
                return try seconds { try bench.run(Script(name: "bench", line)) } * 1e3
            }
        }
    }

    static var language: [Figure] {
        [
            line("train epochs=1, iris", iris + "\nstep 1", "train epochs=1"),
            line("explain of a weight, 4-16-3", iris + "\nstep 3", "explain W1[0, 0]"),
            line("undo after step 1000, 4-16-3", iris + "\nstep 1000\nw = 1", "undo"),
            line(
                "undo after 1000 lines of step, 4-16-3", iris + String(repeating: "\nstep", count: 1000), "undo"),
            line("back 1 after step 1000, 4-16-3", iris + "\nstep 1000", "back 1"),
            Figure(name: "completion among 200 names", unit: "ms", runs: 21) {
                let names = (0..<100).map { "name\($0) = param(randn(20, 20)); live\($0) = sum(name\($0))" }
                let bench = try workbench(names.joined(separator: "\n"))
                return { seconds { _ = bench.completions("", cursor: 0) } * 1e3 }
            },
        ]
    }

    /// From the start of the program to its first prompt on a terminal.
    static var starting: [Figure] {
        [
            Figure(name: "start to prompt", unit: "ms", runs: 11) {
                let program = PseudoTerminal.product("dlrepl")
                return {
                    var terminal: PseudoTerminal?
                    let time = try seconds {
                        terminal = try PseudoTerminal([program])
                        try terminal!.waitForPrompt()
                    }
                    terminal = nil
                    return time * 1e3
                }
            }
        ]
    }
}
