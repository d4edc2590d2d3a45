// Restricted Boltzmann machines: their steps go back and forth like any others, and sampling follows their probabilities.

import Commands
import Learning
import TestSupport
import Testing

@Suite struct BoltzmannTests {
    /// Machines of every kind, for the tests of explanations too.
    static let sessions =
        [
            ("k=1 lr=0.3", ""), ("k=2 lr=0.3 momentum=0.5 weight_decay=0.01", ""),
            ("k=3 reconstruction=sampled", "optimizer adam lr=0.05"),
            ("k=2 chain=pcd lr=0.2", ""),
            ("positive=probabilities", "optimizer nesterov lr=0.1 nesterov_form=lookahead"),
            ("lr=0.2", "regularize l2 0.05\nclip norm 0.1"),
        ].enumerated().map { index, machine in
            """
            seed \(index)
            data bars size=2 n=24
            rbm hidden=3 std=0.5 \(machine.0)
            \(machine.1)
            batch 7
            """
        } + [
            "data bars size=3 n=20 noise=0.1\nrbm hidden=4 std=1\nbatch 5\nstep 5\nrbm stack hidden=2 std=1 lr=0.3\ngibbs 3 rows=2"
        ]

    @Test("phases, next and step make the same updates", arguments: sessions)
    func oneWay(_ setup: String) throws {
        let benches = (0..<3).map { _ in TestBench() }
        for bench in benches { try bench.run(setup) }
        try benches[0].run("step 2")
        try benches[1].run("forward\nbackward\nupdate\nforward\nforward\nbackward\nupdate")
        while try benches[2].value("t").scalar != benches[0].value("t").scalar { try benches[2].run("next") }
        #expect(benches[1].fingerprint == benches[0].fingerprint)
        #expect(benches[2].fingerprint == benches[0].fingerprint)
    }

    @Test("back, goto and undo restore samples bit by bit", arguments: ["back 4", "goto 3", "undo"])
    func goingBack(_ line: String) throws {
        for setup in Self.sessions {
            let (bench, other) = (TestBench(), TestBench())
            try other.run(setup + "\ngoto 0\nstep 3")
            try bench.run(setup + "\ngoto 0\nstep 3\nstep 4")
            try bench.run(line)
            for bench in [bench, other] { try bench.run("step 2") }
            for (name, _) in other.explainable where !name.contains("grad") {
                let value = try other.value(ofExplainable: name)
                #expect(try bench.value(ofExplainable: name) == value, "\(name) of \(setup)")
            }
        }
    }

    @Test("imposed samples hold for their batch, the next ones are drawn")
    func imposed() throws {
        let bench = TestBench()
        try bench.run("rbm visible=2 hidden=40; x = [1, 0]; h0 = 1; step")
        #expect(try bench.value("h0").elements.allSatisfy { $0 == 1 })
        try bench.run("back; step")
        #expect(try bench.value("h0").elements.allSatisfy { $0 == 1 })
        try bench.run("step")
        #expect(try bench.value("h0").elements.contains(0))
    }

    /// The share of ones among 20000 draws lies within five standard deviations of the probability.
    @Test func samplesFollowTheirProbabilities() throws {
        let bench = TestBench()
        try bench.run("rbm visible=1 hidden=2; b = [-1, 0.3]; x = ones(20000, 1); forward")
        let means = try bench.value("h_data").elements
        for (mean, p) in zip(means, try bench.value("ph0").row(0).elements) {
            #expect(abs(mean - p) < 5 * (p * (1 - p) / 20000).squareRoot())
        }
    }

    /// A long chain visits each state as often as its probability says; neighbouring states are not independent, so that
    /// the bound is wider than that of independent draws.
    @Test func chainsFollowTheDistribution() throws {
        let bench = TestBench()
        try bench.run(
            """
            rbm visible=2 hidden=2; W = [[1, -1], [0.5, 1]]; a = [0.2, -0.3]; b = [-0.4, 0.1]
            gibbs 50 rows=20000
            n = [sum((1 - v[0:20000, 0])*(1 - v[0:20000, 1])), sum(v[0:20000, 0]*v[0:20000, 1])]/20000
            p = exp(-free_energy([[0, 0], [1, 1]]) - log_partition())
            """)
        for (share, p) in zip(try bench.value("n").elements, try bench.value("p").elements) {
            #expect(abs(share - p) < 5 * (p * (1 - p) / 20000).squareRoot())
        }
    }

    @Test func aNetKeepsTheMachinesAndTheirWeights() throws {
        let bench = TestBench()
        try bench.run("data bars\nrbm hidden=4\nbatch 20\nstep 5\nrbm stack hidden=2\nstep 5")
        let before = try ["W", "b_2"].map { name throws(Diagnostic) in try bench.value(name) }
        try bench.run("net 16 4 sigmoid 2\nloss cross_entropy\nstep 3\ngibbs 2")
        let after = try ["W", "b_2"].map { name throws(Diagnostic) in try bench.value(name) }
        #expect(after == before)
        #expect(throws: Diagnostic.self) { try bench.run("contrast") }
        try bench.run("rbm hidden=3\nstep")
        #expect(throws: Diagnostic.self) { try bench.run("W_2") }
        #expect(throws: Diagnostic.self) { try bench.run("W1") }
    }

    @Test("a drawn weight is explained by its draw, also where an earlier run has trained it")
    func draws() throws {
        let bench = TestBench()
        try bench.run("data bars\nrbm hidden=3\nstep 2\ninit he_normal")
        #expect(try bench.explanation("explain W[0,0]").lines.contains { $0.remark.contains("drawn by he_normal") })
        try bench.run("W = param(3)")
        #expect(bench.texts.last?.contains("the machine had another W and is gone") == true)
    }

    @Test("training learns the bars: what they are costs less energy than what they are not")
    func learns() throws {
        let bench = TestBench()
        try bench.run(
            """
            data bars size=3 n=200 seed=1
            rbm hidden=8 k=1 lr=0.2 momentum=0.5 seed=2
            batch 20
            before = reconstruction_error(train)
            train epochs=60
            expect reconstruction_error(train) < before / 4
            expect free_energy(train) < mean(free_energy(rand(50, 9) > 0.5)) - 1
            """)
    }
}
