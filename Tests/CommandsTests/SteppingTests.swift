// next, stops, forks: walking inside a step, and letting the program stop by itself.

import Commands
import TestSupport
import Testing

@Suite struct SteppingTests {
    static let net = """
        data blobs n=30 seed=1
        net 2 4 tanh 3
        init glorot_normal seed=3
        loss cross_entropy
        optimizer adam lr=0.05 weight_decay=0.01
        regularize l2 0.01
        clip norm 0.2
        maxnorm 0.8
        batch 7
        """

    /// Node by node, whatever finishes what, the step is the same in every bit.
    @Test(arguments: [
        ["next 100", "next 100", "next 100"], ["next", "forward", "next", "backward", "next", "update"],
        ["next 2", "step"], ["forward", "next 3", "step"], ["forward", "backward", "next 2", "step"],
        ["next", "next", "next", "step"], ["next 3", "backward", "update"],
    ]) func nextEqualsAStep(_ lines: [String]) throws {
        let (walked, stepped) = (TestBench(), TestBench())
        try walked.run(Self.net + "\nstep 2")
        try stepped.run(Self.net + "\nstep 3")
        for line in lines { try walked.run(line) }
        #expect(walked.fingerprint == stepped.fingerprint)
        // The moments before are still known.
        try walked.run("goto 1\nstep 2")
        #expect(walked.fingerprint == stepped.fingerprint)
    }

    @Test func nextShowsEveryNodeOnce() throws {
        let bench = TestBench()
        try bench.run("w = param([1, 2])\nJ = sum(w^2)\nminimize J\noptimizer momentum lr=0.1")
        let before = bench.texts.count
        try bench.run("next\nnext\nnext\nnext\nnext")
        let shown = bench.texts[before...].joined(separator: "\n")
        for text in [
            "forward 1/2  w^2", "forward 2/2  J = sum(w^2)", "backward 1/", "w.grad", "local derivative: 2 * w",
            "update 1/1  w", "velocity = momentum * velocity + grad = [2, 4]", "update 1 is done",
        ] {
            #expect(shown.contains(text), "\(text) in\n\(shown)")
        }
    }

    /// A change in the middle gives the phase up, and an update that was begun is taken back.
    @Test(arguments: [
        "W1[0,0] = 3", "b1 = 1", "loss mse", "optimizer sgd lr=1", "init zeros", "regularize l1 0.1", "clip off",
    ])
    func changesInTheMiddleDropThePhase(_ line: String) throws {
        for phase in ["next 2", "forward; next 2", "forward; backward; next 2"] {
            let (walked, plain) = (TestBench(), TestBench())
            try walked.run(Self.net + "\nstep 2")
            try plain.run(Self.net + "\nstep 2")
            if line == "loss mse" {
                for bench in [walked, plain] { try bench.run("x = [[1, 2]]; y = [[1, 2, 3]]") }
            }
            try walked.run(phase)
            try walked.run(line)
            #expect(walked.texts.contains { $0.hasSuffix("under way is dropped") })
            try plain.run(line)
            // The batch that was drawn stays; parameters and buffers are as if the phase had never begun.
            #expect(walked.fingerprint[0] == plain.fingerprint[0])
            #expect(walked.fingerprint[1] == plain.fingerprint[1])
        }
    }

    @Test func unfinishedPhasesAreNamed() throws {
        let bench = TestBench()
        try bench.run(Self.net + "\nforward\nnext")
        #expect(throws: Diagnostic.self) { try bench.run("forward") }
        #expect(throws: Diagnostic.self) { try bench.run("update") }
        try bench.run("backward\nupdate")
    }

    @Test func conditionsStopSteps() throws {
        let bench = TestBench()
        try bench.run("w = param(10)\nJ = w^2\nminimize J\noptimizer sgd lr=0.1\nbreak if w < 5\nstep 100")
        // 10·0.8ⁿ is below 5 from n = 4 on.
        #expect(try bench.value("t").scalar == 4)
        #expect(bench.texts.contains { $0.contains("1: w < 5 holds: 4.096 < 5") })
        try bench.run("delete 1\ncontinue")
        #expect(try bench.value("t").scalar == 100)
        #expect(throws: Diagnostic.self) { try bench.run("continue") }
    }

    @Test func watchesStopWhenTheirValueChanges() throws {
        let bench = TestBench()
        try bench.run("w = param(10)\nJ = w^2\nminimize J\noptimizer sgd lr=0.1\nwatch w > 6\nstep 100")
        #expect(try bench.value("t").scalar == 3)
        try bench.run("step 100")
        #expect(try bench.value("t").scalar == 103)
    }

    @Test func notFiniteNumbersStopStepsAtTheirFirstOperation() throws {
        let bench = TestBench()
        try bench.run("w = param(2)\nJ = exp(w) + log(w)\nminimize J\noptimizer sgd lr=1\nbreak on nan\nstep 100")
        // The second step stops before its update.
        #expect(try bench.value("t").scalar == 1)
        #expect(bench.texts.contains { $0.contains("log(w) is not finite; its inputs: w = -5.88906") })
        try bench.run("back 1\nnext")
    }

    /// What was true of the last update stays explained after the next backward, and after going back.
    @Test func lastUpdatesStayExplained() throws {
        let bench = TestBench()
        try bench.run(Self.net + "\nstep 2")
        let before = try bench.explanation("explain W1[0,0]").lines.map(\.result)
        try bench.run("forward\nbackward")
        #expect(try bench.explanation("explain W1[0,0]").lines.map(\.result) == before)
        try bench.run("step 3\nb1 = 9\ngoto 2")
        #expect(try bench.explanation("explain W1[0,0]").lines.map(\.result) == before)
        #expect(try bench.explanation("explain b1[0]").lines.count > 1)
    }

    /// An update made by hand keeps its gradients, whatever is computed or imposed after it.
    @Test(arguments: ["forward\nbackward", "b1.grad = [1, 2]\nW1.grad[0,0] = 7", "forward\nnext 2", "goto 2"])
    func updatesByHandStayExplained(_ later: String) throws {
        let bench = TestBench()
        try bench.run("data xor\nnet 2 2\nloss cross_entropy\noptimizer adam lr=0.1\nbatch 3\nstep")
        try bench.run("forward\nbackward\nb1.grad = [0.5, -0.25]\nupdate")
        let elements = ["W1[0,1]", "b1[0]"]
        let before = try elements.map { try bench.explanation("explain \($0)").lines.map(\.result) }
        try bench.run(later)
        #expect(try elements.map { try bench.explanation("explain \($0)").lines.map(\.result) } == before)
    }

    @Test func accumulatedGradientsAreExplainedInTwoParts() throws {
        let bench = TestBench()
        try bench.run("accumulate on\nw = param(3)\nJ = w^2\nminimize J\nforward\nbackward\nbackward")
        let lines = try bench.explanation("explain w.grad").lines
        #expect(lines[0].result == 12 && lines[0].values == ["before": 6, "new": 6])
        #expect(lines[1].symbol == "new" && lines[1].result == 6)
    }

    @Test func ratesCanBeAskedAhead() throws {
        let bench = TestBench()
        #expect(throws: Diagnostic.self) { try bench.run("lr_at(0)") }
        try bench.run("optimizer sgd lr=0.25\na = lr_at(0) + lr_at(1000)")
        #expect(try bench.value("a").scalar == 0.5)
        #expect(throws: Diagnostic.self) { try bench.run("lr_at(-1)") }
    }

    @Test func unknownNamesInStopsAreRefused() throws {
        let bench = TestBench()
        for line in ["break if foo > 1", "watch foo", "display foo"] {
            #expect(throws: Diagnostic.self) { try bench.run(line) }
        }
    }

    @Test func displaysPrintAfterEveryStep() throws {
        let bench = TestBench()
        try bench.run("w = param(8)\nJ = w^2\nminimize J\noptimizer sgd lr=0.25\ndisplay w\nstep 3")
        #expect(bench.texts.filter { $0.hasPrefix("w = ") } == ["w = 4", "w = 2", "w = 1"])
        #expect(throws: Diagnostic.self) { try bench.run("delete 7") }
        try bench.run("delete 1\nbreakpoints")
    }

    @Test func forksGoTheirOwnWays() throws {
        let bench = TestBench()
        try bench.run("w = param(8)\nJ = w^2\nminimize J\noptimizer sgd lr=0.25\nstep 2\nfork fast\nlr = 0.5\nstep")
        #expect(try bench.value("w").scalar == 0)
        try bench.run("switch main")
        #expect(try bench.value("w").scalar == 2)
        #expect(try bench.value("lr").scalar == 0.25)
        try bench.run("step\ndiff main fast\nforks\nswitch fast")
        #expect(try bench.value("w").scalar == 0)
        #expect(throws: Diagnostic.self) { try bench.run("fork main") }
        #expect(throws: Diagnostic.self) { try bench.run("switch nowhere") }
        try bench.run("undo 6")
        #expect(try bench.value("w").scalar == 2)
    }

    /// What is typed by hand may change its size; data may be loaded before the net that fits them.
    @Test func sizesMayChangeBetweenSteps() throws {
        let bench = TestBench()
        try bench.run("net 2 3 tanh 1\nloss mse\ny = [[1], [0]]\nx = [[1, 2], [3, 4]]\noptimizer sgd lr=0.1\nstep")
        try bench.run("x = [[1, 2]]\ny = [1]\nstep")
        try bench.run("loss bce\nstep\ndata xor\nstep\nloss cross_entropy\ndata iris\nnet 4 3\nstep")
        #expect(try bench.value("t").scalar == 1)
        let other = TestBench()
        #expect(throws: Diagnostic.self) {
            try other.run("data iris\nnet 4 2\nloss cross_entropy\noptimizer sgd\nstep")
        }
    }

    /// Names that the network gave may be used for something else; the network keeps its outputs.
    @Test func networkKeepsItsOutputs() throws {
        let bench = TestBench()
        try bench.run(
            "data xor\nnet 2 3 tanh 2\nloss cross_entropy\nout = mean(out)\noptimizer sgd\nstep 2\na = accuracy()")
        #expect((0...1).contains(try bench.value("a").elements[0]))
    }

    /// What a name shows as stale is no better when it is expected.
    @Test func expectationsSayThatAValueIsStale() throws {
        let bench = TestBench()
        try bench.run("w = param(3); J = w^2; minimize J; forward; w = 5")
        try bench.run("expect J == 9")
        #expect(bench.texts.last == "ok  (stale: J of the parameters before the last change)")
        do { try bench.run("expect J ~= 25") } catch {
            #expect(error.hint == "stale: J of the parameters before the last change; forward computes it anew")
        }
        try bench.run("forward; expect J == 25")
        #expect(bench.texts.last == "ok")
    }

    @Test func linesOfABlockNeedNoSemicolons() throws {
        let bench = TestBench()
        try bench.run("w = param(1)\nJ = w^2\nminimize J")
        try bench.run("trials 2 w {\n    optimizer sgd lr=0.1   # a rate\n\n    step 2; w = w + 1\n    step\n}")
        // 1 · 0.8² + 1 = 1.64, and 1.64 · 0.8 = 1.312.
        #expect(bench.texts[bench.texts.count - 2] == "1.312 1.312")
    }

    @Test func undoSaysThatFilesStay() throws {
        let folder = TemporaryFolder()
        let bench = TestBench()
        try bench.run("a = 1\nb = 2\nsave \"s.dl\"\nundo", folder: folder.path)
        #expect(bench.texts.contains { $0.contains("stays as it was written") })
    }

    @Test func kinksAreNamedByTheGradientCheck() throws {
        let bench = TestBench()
        try bench.run("w = param([1, 0])\nJ = sum(relu(w))\nminimize J\ncheck gradients")
        #expect(bench.texts.contains { $0.contains("w[1] differs because of a kink: the slope of max(w, 0) jumps") })
    }

    @Test func stalenessIsTold() throws {
        let bench = TestBench()
        try bench.run("w = param(3)\nJ = w^2\nminimize J\noptimizer sgd lr=0.1\nforward\nbackward\nupdate\ngrads")
        #expect(bench.texts.contains { $0.contains("used") })
        for line in [
            "explain w.nothing", "explain J[0]", "explain w[3]", "explain nothing", "explain t", "goto 5", "explain 3",
        ] {
            #expect(throws: Diagnostic.self, "\(line)") { try bench.run(line) }
        }
        let fresh = TestBench()
        try fresh.run("w = param(3)\nJ = w^2\nminimize J\na = 5")
        for line in ["explain w", "explain a", "explain J", "explain w.grad", "why w", "list", "diff"] {
            #expect(throws: Diagnostic.self, "\(line)") { try fresh.run(line) }
        }
    }
}
