// Time: undo, redo, back, goto and replay give the same bits.

import Commands
import TestSupport
import Testing

@Suite struct TimeTests {
    static let sessions = [
        """
        x = param([-5, 4])
        J = x[0]^2 + 4*x[1]^2 - x[0]*x[1]
        minimize J
        optimizer sgd lr=0.01 momentum=0.9
        step 7
        lr = 0.02
        step 5
        x = [1, 1]
        forward
        backward
        update
        step 20
        """,
        """
        seed 3
        data moons n=50 noise=0.2
        split train=0.7
        net 2 6 tanh 2
        loss cross_entropy
        optimizer adam lr=0.05
        batch 8
        train epochs=3
        order replacement
        step 5
        init he_normal
        normalize standard
        train steps=11
        W1.grad = 0.1
        update
        optimizer rmsprop lr=0.01 centered=on
        step 9
        accumulate on
        step 4
        noise = randn(3)
        train until loss < 0.5
        regularize elastic l1=0.001 l2=0.01
        step 2
        clip norm 0.1
        maxnorm 0.5
        step 3
        profile keras
        step 2
        """,
        """
        seed 9
        data moons n=40
        net 2 4 relu 2
        loss cross_entropy
        optimizer adam lr=0.1
        batch 7
        schedule cosine steps=5 warmup=2 per=epoch
        step 13
        lr = 0.05
        next 2
        step 4
        schedule step every=3 factor=0.5
        step 9
        forward
        schedule piecewise boundaries=[4, 40] values=[0.1, 0.05, 0.01]
        step 20
        schedule off
        step 3
        landscape valley kappa=5
        optimizer nesterov lr=0.02 nesterov_form=lookahead
        schedule polynomial steps=9 end=0.001 cycle=on
        step 25
        landscape parabola
        step 5
        """,
        """
        net 2 3 sigmoid 1
        loss bce
        x = [[0, 0], [0, 1], [1, 0], [1, 1]]
        y = [0, 1, 1, 0]
        optimizer nesterov lr=0.1 nesterov_form=lookahead
        step 12
        W1[0, 0] = 0.25
        step 3
        q = param(2)
        step 2
        """,
        """
        data blobs n=20 seed=2
        net 2 3 relu 3
        loss cross_entropy
        optimizer adamw lr=0.1
        batch 6
        next 2
        step
        break if t >= 4
        step 10
        fork other
        lr = 0.01
        forward
        next 3
        continue
        switch main
        next
        backward
        next 2
        W2[0, 0] = 1
        step 3
        delete 1
        step 2
        """,
        """
        data moons n=40 noise=0.2 seed=5
        net 2 4 tanh 2
        loss cross_entropy
        optimizer newton form=abs damping=0.5
        batch 10
        step 6
        forward
        backward
        next 2
        update
        lr = 0.3
        W1.grad = 0.1
        b1.grad = 0.2
        update
        search random n=20
        search random n=10 range=-1:1 seed=4
        step 3
        accumulate on
        step 4
        """,
        """
        seed 5
        data glyphs n=60 classes=4
        split train=0.7
        net 64 conv 3 channels=2 padding=same batchnorm relu skip( conv 3 channels=2 padding=same ) maxpool 2 flatten 6 dropout 0.4 4
        loss cross_entropy
        optimizer adam lr=0.02
        batch 6
        step 7
        freeze W1 gamma1
        step 3
        next 3
        train epochs=2
        mask3 = 1 - mask3
        running_mean1 = running_mean1 / 2
        step 2
        unfreeze
        maxnorm 0.5
        clip norm 0.2
        step 4
        net 8x8 maxpool 3x2 stride=2 padding=1 conv 2x3 channels=3 bias=off tanh flatten 4
        freeze b2
        step 5
        """,
    ]

    /// After every line: undo gives the state before it, redo the state after it.
    @Test(arguments: sessions) func undoAndRedoGiveTheSameBits(_ session: String) throws {
        let bench = TestBench()
        for line in session.split(separator: "\n") {
            let before = bench.fingerprint
            try bench.run(String(line))
            let after = bench.fingerprint
            try bench.run("undo")
            #expect(bench.fingerprint == before, "undo of \(line)")
            try bench.run("redo")
            #expect(bench.fingerprint == after, "redo of \(line)")
        }
    }

    @Test(arguments: sessions) func undoingEverythingLeavesAFreshSession(_ session: String) throws {
        let bench = TestBench()
        try bench.run(session)
        let end = bench.fingerprint
        let count = bench.lineCount
        try bench.run("undo \(count)")
        #expect(bench.fingerprint == TestBench().fingerprint)
        try bench.run("redo \(count)")
        #expect(bench.fingerprint == end)
    }

    /// Where memory is short the sessions of most lines are dropped; undoing those lines computes them again.
    @Test func droppedSessionsAreComputedAgain() throws {
        let bench = TestBench(historyBytes: 100_000)
        try bench.run("w = param(randn(30, 40)); J = sum(w^4); minimize J; optimizer adam lr=0.01")
        var fingerprints = [bench.fingerprint]
        for line in ["step 3", "step 70", "w = value(w) + 1", "step 2", "step", "lr = 0.1", "step 12", "step 4"] {
            try bench.run(line)
            fingerprints.append(bench.fingerprint)
        }
        for position in fingerprints.indices.dropLast().reversed() {
            try bench.run("undo")
            #expect(bench.fingerprint == fingerprints[position], "after line \(position)")
        }
        try bench.run("redo \(fingerprints.count - 1)\ngoto 40")
        #expect(try bench.value("t").scalar == 40)
    }

    /// From any update on, the same steps lead to the same bits as in the straight run.
    @Test(arguments: [
        "sgd lr=0.1", "adam lr=0.02", "nesterov lr=0.05 nesterov_form=lookahead", "newton form=abs damping=1",
    ])
    func gotoAndStepOnEqualsTheStraightRun(_ optimizer: String) throws {
        let setup = """
            data moons n=60 seed=2
            net 2 5 tanh 2
            init glorot_normal seed=4
            loss cross_entropy
            optimizer \(optimizer)
            batch 7
            """
        var straight: [[String]] = []
        let bench = TestBench()
        try bench.run(setup)
        straight.append(bench.fingerprint)
        for _ in 0..<40 {
            try bench.run("step")
            straight.append(bench.fingerprint)
        }
        for time in [39, 17, 16, 1, 0, 40] {
            let travelled = TestBench()
            try travelled.run(setup + "\nstep 40\ngoto \(time)")
            if time > 0 { #expect(travelled.fingerprint == straight[time], "goto \(time)") }
            if time < 40 { try travelled.run("step \(40 - time)") }
            #expect(travelled.fingerprint == straight[40], "from \(time)")
        }
    }

    @Test func phasesEqualAStep() throws {
        let setup = "data blobs n=30 seed=1\nnet 2 4 relu 3\nloss cross_entropy\noptimizer adam\nbatch 4"
        let (steps, phases) = (TestBench(), TestBench())
        try steps.run(setup + "\nstep 9")
        try phases.run(setup)
        for _ in 0..<9 { try phases.run("forward\nbackward\nupdate") }
        #expect(steps.fingerprint == phases.fingerprint)
    }

    @Test func backKeepsWhatWasChosenSince() throws {
        let bench = TestBench()
        try bench.run("w = param(4); J = w^2; minimize J; optimizer sgd lr=0.1 momentum=0.5")
        try bench.run("step 10\nlr = 0.05\nback 10")
        #expect(try bench.value("w").scalar == 4)
        #expect(try bench.value("lr").scalar == 0.05)
    }

    @Test(arguments: sessions) func savedSessionReplaysToTheSameBits(_ session: String) throws {
        let folder = TemporaryFolder()
        let bench = TestBench()
        try bench.run(session + "\nback 2\nstep")
        try bench.run("save \"session.dl\"", folder: folder.path)
        let replayed = TestBench()
        try replayed.run(try Script.read(folder.path + "/session.dl"))
        #expect(replayed.fingerprint == bench.fingerprint)
    }

    @Test func weightsComeBackExactly() throws {
        let folder = TemporaryFolder()
        let bench = TestBench(seed: 9)
        try bench.run("net 3 4 relu 2\nsave weights \"w\"", folder: folder.path)
        let other = TestBench(seed: 10)
        try other.run("net 3 4 relu 2\nload weights \"w\"", folder: folder.path)
        #expect(other.fingerprint[0] == bench.fingerprint[0])
    }

    @Test func sameSeedSameNumbers() throws {
        let (a, b, c) = (TestBench(), TestBench(), TestBench())
        let text = "a = randn(5); data moons; net 2 3 relu 2; loss cross_entropy; optimizer adam; batch 9; step 30"
        try a.run("seed 42; " + text)
        try b.run("seed 42; " + text)
        try c.run("seed 43; " + text)
        #expect(a.fingerprint == b.fingerprint)
        #expect(a.fingerprint != c.fingerprint)
    }
}
