// Schedules: rates as the command language shows and uses them. The rates themselves come from Keras and PyTorch, in
// Tests/Fixtures/schedules.dl.

import Commands
import Formulas
import Learning
import Tensors
import TestSupport
import Testing

@Suite struct ScheduleTests {
    static let setup = "w = param(1)\nJ = w^2\nminimize J\noptimizer sgd lr=0.1"

    /// Every schedule with every choice, with and without warm-up.
    static let lines: [String] = Catalog.schedules.flatMap { schedule -> [String] in
        let flags = schedule.settings.filter { ["staircase", "cycle"].contains($0.name) }.map { " \($0.name)=on" }
        return ([""] + flags).flatMap { flag in
            ["", " warmup=4", " warmup=4 warmup_from=base", " warmup=3 per=epoch"].map { warmup in
                schedule.example + flag + (schedule.name == "constant" ? "" : warmup)
            }
        }
    }

    private func bench(_ lines: String) throws(Diagnostic) -> TestBench {
        let bench = TestBench()
        try bench.run(Self.setup + "\n" + lines)
        return bench
    }

    private func rates(_ bench: TestBench, _ count: Int = 30) throws -> [Double] {
        try bench.run("rates = lr_at(linspace(0, \(count - 1), \(count)))")
        return try bench.value("rates").elements
    }

    @Test func everyScheduleIsInTheFixture() throws {
        let script = try Script.read("\(packageFolder)/Tests/Fixtures/schedules.dl")
        for schedule in Catalog.schedules {
            #expect(script.lines.contains { $0.hasPrefix("schedule \(schedule.name) ") }, "\(schedule.name)")
        }
    }

    @Test(arguments: lines) func numbersOfRatesGiveResults(_ line: String) throws {
        let bench = try bench(line)
        for update in [0, 1, 3, 4, 29, 30, 100, 499, 700, 701, 1001, 5000] {
            try bench.run("rate = lr_at(\(update))")
            let explanation = try bench.explanation("explain lr_at(\(update))")
            #expect(try ExplainTests.check(explanation, line) == 1)
            #expect(try explanation.lines[0].result == bench.value("rate").scalar)
            #expect(try bench.value("rate").scalar! >= 0)
        }
    }

    @Test(arguments: lines) func everyUpdateUsesItsRate(_ line: String) throws {
        let bench = try bench(line)
        let known = try rates(bench, 12)
        for rate in known {
            #expect(try bench.value("lr").scalar == rate)
            let before = try bench.value("w").scalar!
            try bench.run("w.grad = 1\nupdate")
            #expect(try bench.value("w").scalar == before - rate)
            let lines = try bench.explanation("explain w").lines
            #expect(lines.last { $0.symbol == "w" }?.values["lr"] == rate)
            if lines[0].symbol == "lr" { #expect(lines[0].result == rate) }
        }
        // The same rates after going back, by steps and by nodes.
        try bench.run("back 5\nbefore = w\nnext\nnext\nnext\nafter = w\ngoto 8\nforward")
        #expect(try bench.value("lr").scalar == known[8])
    }

    @Test func typedRatesAreTheBase() throws {
        let bench = try bench("schedule exponential steps=10 rate=0.5\nstep 10")
        #expect(try bench.value("lr").scalar == 0.05)
        try bench.run("lr = 0.4")
        #expect(try bench.value("lr").scalar == 0.2)
        #expect(bench.texts.contains { $0.contains("0.4 is the base of the schedule exponential") })
        try bench.run("optimizer adam lr=1\nschedule")
        #expect(try bench.value("lr").scalar == 0.5)
        try bench.run("schedule piecewise boundaries=[3] values=[0.25, 0.125]\nlr = 7")
        #expect(try bench.value("lr").scalar == 0.125)
        #expect(bench.texts.last?.contains("not used by the schedule piecewise") == true)
        for removal in ["schedule constant", "schedule off"] {
            try bench.run(removal)
            #expect(try bench.value("lr").scalar == 7)
        }
    }

    @Test func schedulesMayComeBeforeTheOptimizer() throws {
        let bench = TestBench()
        try bench.run("schedule step every=2\n" + Self.setup + "\nstep 2")
        #expect(try bench.value("lr").scalar == 0.1 * 0.1)
    }

    /// Nesterov's look ahead goes as far as the coming update will, with its rate.
    @Test func lookaheadUsesTheComingRate() throws {
        let bench = TestBench()
        try bench.run(
            """
            w = param(1); J = w^2; minimize J
            optimizer sgd lr=0.1 momentum=0.5 nesterov=on nesterov_form=lookahead
            schedule exponential steps=1 rate=0.5
            step
            forward
            """)
        // w = 1 − 0.1·2 = 0.8, velocity 2; ahead of it 0.8 − 0.05·0.5·2 = 0.75.
        #expect(try (bench.value("J").scalar! - 0.5625).magnitude < 1e-15)
    }

    @Test func epochsAreCountedByTheBatchesOfTheData() throws {
        let bench = TestBench()
        try bench.run(
            """
            data xor; net 2 3 tanh 2; loss cross_entropy; optimizer sgd lr=1; batch 3
            schedule step every=1 factor=0.5 per=epoch
            """)
        #expect(try rates(bench, 6) == [1, 1, 0.5, 0.5, 0.25, 0.25])
        // With batches of one an epoch that was just completed is followed by longer ones.
        try bench.run("step 2\nbatch 1")
        #expect(try bench.value("lr").scalar == 0.5)
        try bench.run("step\nforward\na = lr_at([2, 3, 4, 5, 6, 9, 10])")
        #expect(try bench.value("a").elements == [0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125])
    }

    @Test func manyBoundariesWork() throws {
        let boundaries = (1...500).map(String.init).joined(separator: ",")
        let bench = try bench("b = linspace(0, 500, 501)\nschedule piecewise boundaries=[\(boundaries)] values=b")
        #expect(try rates(bench, 600) == (0..<600).map { Double(min(max($0 - 1, 0), 500)) })
        try bench.run("explain lr_at(77)\nstep 3")
        #expect(throws: Diagnostic.self) {
            try bench.run("schedule piecewise boundaries=[0,\(boundaries)] values=linspace(0, 501, 502)")
        }
    }

    @Test func savedSessionsReplayTheirSchedule() throws {
        let folder = TemporaryFolder()
        let bench = try bench("schedule cosine steps=9 end=0.01 warmup=2\nstep 5\nlr = 0.2\nstep 2")
        try bench.run("save \"\(folder.path)/s.dl\"")
        let again = TestBench()
        try again.run(try Script.read("\(folder.path)/s.dl"))
        #expect(again.fingerprint == bench.fingerprint)
        #expect(try again.value("lr").scalar == bench.value("lr").scalar)
    }

    @Test(arguments: ["schedule", "landscape", "fans"]) func examplesOfHelpRun(_ verb: String) throws {
        let help = TestBench()
        try help.run("help \(verb)")
        let marked = help.texts.filter { $0.hasPrefix("  e.g.  ") }
        #expect(!marked.isEmpty)
        let bench = TestBench()
        try bench.run("net 2 3 relu 2\nlandscape bowl\noptimizer sgd")
        for line in marked { try bench.run(String(line.dropFirst(8))) }
    }

    @Test func completionKnowsMembersAndKeys() {
        let bench = TestBench()
        #expect(bench.completions("schedule pi") == ["piecewise"])
        #expect(bench.completions("schedule polynomial cycle=") == ["off", "on"])
        #expect(bench.completions("schedule cosine w") == ["warmup=", "warmup_from="])
        #expect(bench.completions("landscape va") == ["valley"])
        #expect(bench.completions("landscape valley k") == ["kappa="])
    }
}
