// Layers with two modes: evaluation draws nothing and moves nothing; masks and statistics go back with the rest.

import Commands
import Learning
import TestSupport
import Testing

@Suite struct LayerTests {
    static let net = """
        seed 3
        data moons n=40 noise=0.2 seed=1
        split train=0.8 seed=1
        net 2 6 batchnorm relu skip( 6 tanh dropout 0.4 6 ) dropout 0.3 2
        loss cross_entropy
        optimizer adam lr=0.02
        batch 8
        """

    @Test(
        "evaluation draws no random numbers and changes no statistics",
        arguments: [
            "accuracy(train)", "accuracy(val)", "loss_on(train)", "predict([1, 2])", "explain loss_on(val)",
            "plot boundary", "check gradients", "show", "list",
        ])
    func evaluation(_ line: String) throws {
        let bench = TestBench()
        try bench.run(Self.net + "\nstep 5\nforward")
        let before = bench.fingerprint
        try bench.run(line)
        #expect(bench.fingerprint == before)
    }

    @Test("back, goto and undo restore masks and statistics bit by bit", arguments: ["back 7", "goto 5", "undo"])
    func goingBack(_ line: String) throws {
        let (bench, other) = (TestBench(), TestBench())
        try other.run(Self.net + "\nstep 5")
        try bench.run(Self.net + "\nstep 5\nstep 7")
        try bench.run(line)
        let names = ["running_mean1", "running_var1", "mask2", "mask3", "W3", "gamma1"]
        for name in names {
            #expect(try bench.value(ofExplainable: name) == other.value(ofExplainable: name), "\(name)")
        }
        for bench in [bench, other] { try bench.run("step 3") }
        for name in names {
            #expect(try bench.value(ofExplainable: name) == other.value(ofExplainable: name), "\(name)")
        }
    }

    @Test("a batch is counted once, and its mask stays, however often it goes forward")
    func onceABatch() throws {
        let (bench, other) = (TestBench(), TestBench())
        for bench in [bench, other] { try bench.run(Self.net) }
        try bench.run("forward\nforward\nbackward\nupdate\nforward\nstep")
        try other.run("step 2")
        #expect(bench.fingerprint == other.fingerprint)
    }

    @Test("a mask has the share of ones that its rate asks for", arguments: [("0.2", 0.8), ("0.2 p=keep", 0.2)])
    func share(_ keys: String, _ keep: Double) throws {
        let bench = TestBench()
        try bench.run("net 1 100 dropout \(keys) 1; loss mse; x = ones(100, 1); y = ones(100, 1); forward")
        let mask = try bench.value(ofExplainable: "mask1")
        #expect(mask.shape == [100, 100])
        // Five standard deviations of the mean of 10000 draws.
        #expect(abs(mask.elements.reduce(0, +) / 10000 - keep) < 5 * 0.4 / 100)
    }
}
