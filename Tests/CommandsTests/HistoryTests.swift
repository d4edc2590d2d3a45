// History: lines are remembered so that running them again gives the same; what is kept for undo is counted.

import Commands
import Plots
import TestSupport
import Testing

@Suite struct HistoryTests {
    static let start = "w = param([4, 3]); J = sum(w^2); minimize J; optimizer adam lr=0.1"

    /// Lines that are not remembered as they were typed, or only in part.
    static let lines = [
        "step 3", "undo; step 5", "ste 2", "lr = 0.05; trai steps=2", "w = 2*w; undo; back 2; ste 4 # on",
    ]

    /// A session in which `lines` came from a prompt, with its fingerprint after each.
    private func typed(historyBytes: Int) throws -> (bench: TestBench, fingerprints: [[String]]) {
        let bench = TestBench(historyBytes: historyBytes)
        bench.isInteractive = true
        var fingerprints: [[String]] = []
        for line in [Self.start] + Self.lines + ["lr = 0.2; step 10", "continue", "step 3"] {
            bench.stopsAfterEveryStep = line == "lr = 0.2; step 10"
            // What `undo` takes back is no line any more.
            if line.contains("undo") { fingerprints.removeLast() }
            try bench.run(line)
            fingerprints.append(bench.fingerprint)
        }
        return (bench, fingerprints)
    }

    @Test func whatWasDroppedComesBackAsItWas() throws {
        let (bench, fingerprints) = try typed(historyBytes: 0)
        #expect(bench.lineCount == fingerprints.count)
        for expected in fingerprints.dropLast().reversed() {
            try bench.run("undo")
            #expect(bench.fingerprint == expected)
        }
        try bench.run("redo \(fingerprints.count - 1)")
        #expect(bench.fingerprint == fingerprints.last)
    }

    @Test func whatWasTypedIsSavedAsAScript() throws {
        let (bench, fingerprints) = try typed(historyBytes: History.byteLimit)
        let folder = TemporaryFolder()
        try bench.run("save \"session.dl\"", folder: folder.path)
        let replayed = TestBench()
        try replayed.run(try Script.read(folder.path + "/session.dl"))
        #expect(replayed.fingerprint == fingerprints.last)
    }

    /// Ctrl-C while dropped lines are run again: the session stays.
    @Test func anInterruptedUndoChangesNothing() throws {
        let bench = TestBench(historyBytes: 0)
        try bench.run(Self.start + "\nstep 20\nstep 30\nstep\nstep")
        let before = bench.fingerprint
        bench.stopsAfterEveryStep = true
        #expect(throws: Diagnostic.self) { try bench.run("undo 3") }
        #expect(bench.fingerprint == before && bench.lineCount == 5)
        bench.stopsAfterEveryStep = false
        try bench.run("undo 3")
        #expect(try bench.value("t").scalar == 20)
    }

    /// Each session that is kept has lists of the run's moments and ways. In 400 of them all they hold stays below 8 KB each.
    @Test func changesByHandBetweenStepsCostLittle() throws {
        let bench = TestBench()
        try bench.run(Self.start)
        for line in 0..<200 { try bench.run("lr = \(Double(line + 1) / 1e4)\nstep") }
        #expect(bench.lineCount == 401 && bench.historyBytes < 400 * 8 << 10)
    }

    /// What more a session takes when it holds more of one thing: bytes.
    @Test(arguments: [
        // The order of 1,000 samples more.
        (
            "data moons n=1000; batch 9; net 2 3 relu 2; loss cross_entropy; optimizer sgd; step", "n=1000", "n=2000",
            8 * 1000
        ),
        // The place ahead where the gradients are computed.
        (
            "w = param(ones(500)); J = sum(w^2); minimize J; optimizer nesterov nesterov_form=framework; forward",
            "framework",
            "lookahead", 8 * 500
        ),
        // The gradients to which others are added.
        (
            "w = param(ones(500)); J = sum(w^2); minimize J; optimizer sgd; forward; backward", "forward",
            "accumulate on; forward", 8 * 500
        ),
        // The fork that was left.
        (
            "w = param(ones(500))\noptimizer sgd\nw = 2 * w\nw = 3 * w\nw = 4 * w", "optimizer sgd", "fork other",
            8 * 500
        ),
    ])
    func whatIsKeptIsCounted(_ script: String, _ less: String, _ more: String, _ difference: Int) throws {
        let bytes = try [script, script.replacing(less, with: more)].map { script in
            let bench = TestBench(historyBytes: 0)
            try bench.run(script)
            return bench.historyBytes
        }
        #expect(bytes[1] - bytes[0] >= difference, "\(bytes)")
    }

    /// The losses that are drawn after going back, across the borders of the parts in which they are kept.
    @Test(arguments: [1023, 1024, 1025, 513, 512, 511, 1])
    func lossesOfTheWayAreThoseOfTheStraightRun(_ time: Int) throws {
        let (bench, straight) = (TestBench(), TestBench())
        try bench.run(Self.start + "\nstep 1100\nplot J\ngoto \(time)\nplot J\nstep \(1100 - time)\nplot J")
        try straight.run(Self.start + "\nstep \(time)\nplot J")
        let (first, behind, again) = (losses(bench.plots[0]), losses(bench.plots[1]), losses(bench.plots[2]))
        #expect(!first.isEmpty && first == again)
        #expect(behind == losses(straight.plots[0]))
    }

    private func losses(_ plot: Plot) -> [Double] {
        guard case .axes(let axes) = plot.body, case .line(let points) = axes.marks.first?.shape else { return [] }
        return points.map(\.y)
    }
}
