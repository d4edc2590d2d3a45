// The benchmark: the same work each time, one figure a line, and ratios between figures of one run.
//
//     swift run -c release dlbench

import Commands
import Glibc

/// Seconds that `line` takes in a session prepared by `setup`: the median of several runs.
func seconds(_ setup: String, _ line: String, runs: Int = 5) -> Double {
    let times = (0..<runs).map { _ -> Double in
        let workbench = Workbench { _ in }
        do throws(Diagnostic) {
            try workbench.run(Script(name: "setup", setup))
            let clock = ContinuousClock()
            let start = clock.now
            try workbench.run(Script(name: "bench", line))
            return (clock.now - start) / .seconds(1)
        } catch {
            print("failed: \(error.message)")
            exit(1)
        }
    }
    return times.sorted()[times.count / 2]
}

/// How much longer steps take when moments of the run are kept: the median of the ratios of neighbouring runs.
func historyRatio(_ setup: String, steps: Int) -> Double {
    let workbench = Workbench { _ in }
    do throws(Diagnostic) {
        try workbench.run(Script(name: "setup", setup))
        let ratios = try (0..<5).map { (_) throws(Diagnostic) -> Double in
            let times = try [true, false].map { (keeps) throws(Diagnostic) -> Duration in
                var session = workbench.session
                let start = ContinuousClock().now
                try session.makeSteps(steps, keepingMoments: keeps)
                return ContinuousClock().now - start
            }
            return times[0] / times[1]
        }
        return ratios.sorted()[2]
    } catch {
        print("failed: \(error.message)")
        exit(1)
    }
}

/// Seconds that Tab takes on an empty line in a session prepared by `setup`: the median of several runs.
func completionTime(_ setup: String) -> Double {
    let workbench = Workbench { _ in }
    do throws(Diagnostic) { try workbench.run(Script(name: "setup", setup)) } catch {
        print("failed: \(error.message)")
        exit(1)
    }
    let times = (0..<21).map { _ -> Double in
        let start = ContinuousClock().now
        _ = workbench.completions("", cursor: 0)
        return (ContinuousClock().now - start) / .seconds(1)
    }
    return times.sorted()[times.count / 2]
}

func report(_ name: String, _ value: Double, _ unit: String) {
    let rounded = (value * 1000).rounded() / 1000
    print("\(name)\(String(repeating: " ", count: max(1, 52 - name.count)))\(rounded) \(unit)")
}

let iris = """
    data iris
    split train=0.8 seed=1
    net 4 16 relu 3
    loss cross_entropy
    optimizer adam lr=0.01
    batch 15
    """

func digits(_ widths: String) -> String {
    """
    net \(widths)
    loss cross_entropy
    optimizer adam lr=0.001
    x = randn(128, 784)
    y = floor(10 * rand(128))
    step 2
    """
}

report("4-16-3, batch 15, adam: a step", seconds(iris, "step 20000") / 20000 * 1e6, "µs")
report(
    "784-512-256-10, batch 128, adam: a step", seconds(digits("784 512 relu 256 relu 10"), "step 60") / 60 * 1e3, "ms")
report("784-128-10, batch 128, adam: a step", seconds(digits("784 128 relu 10"), "step 200") / 200 * 1e3, "ms")
report("back 1 after step 1000 (4-16-3)", seconds(iris + "\nstep 1000", "back 1") * 1e3, "ms")
report("history on / off, 4-16-3, 10000 steps", historyRatio(iris, steps: 10000), "times")
report(
    "history on / off, 784-512-256-10, 60 steps", historyRatio(digits("784 512 relu 256 relu 10"), steps: 60), "times")

let names = (0..<100).map { "name\($0) = param(randn(20, 20)); live\($0) = sum(name\($0))" }
report("completion among 200 names", completionTime(names.joined(separator: "\n")) * 1e3, "ms")
// One sample a step, so that the update is most of the work.
let single = digits("784 512 relu 256 relu 10").replacing("128", "1").replacing("step 2", "")
let typed = """
    rule typed lr=0.001 beta1=0.9 beta2=0.999 eps=1e-8 {
      m = beta1*m + (1 - beta1)*g; mhat = m/(1 - beta1^t)
      v = beta2*v + (1 - beta2)*g^2; vhat = v/(1 - beta2^t)
      w = w - lr*mhat/(sqrt(vhat) + eps)
    }
    optimizer typed

    """
let builtInSeconds = seconds(single + "\noptimizer adam\nstep 2", "step 20")
report(
    "typed adam / adam, 784-512-256-10, batch 1",
    seconds(single + "\n" + typed + "step 2", "step 20") / builtInSeconds, "times")

extension String {
    func replacing(_ old: String, _ new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
