// transfer, labels and init dbn: what is kept is kept bit by bit, and what is frozen stays so.

import Commands
import Learning
import TestSupport
import Testing

@Suite struct TransferTests {
    static let pretrained = """
        data iris
        split train=0.8 seed=1
        net 4 6 batchnorm relu 5 tanh 3
        loss cross_entropy
        optimizer adam lr=0.02
        batch 15
        train epochs=5
        """
    static let names = ["W1", "b1", "gamma1", "beta1", "running_mean1", "running_var1", "W2", "b2"]

    private func values(_ bench: TestBench, _ names: [String]) throws -> [[Double]] {
        try names.map { name throws(Diagnostic) in try bench.value(name).elements }
    }

    @Test(arguments: ["extract", "finetune", "scratch"]) func keepsTheFirstLayers(_ way: String) throws {
        let bench = TestBench()
        try bench.run(Self.pretrained)
        let before = try values(bench, Self.names)
        try bench.run("transfer \(way) head=4 seed=3")
        #expect(try values(bench, Self.names) == before || way == "scratch")
        #expect(try values(bench, ["W1"]) != [before[0]] || way != "scratch")
        #expect(try bench.value("W3").shape == [5, 4])
        #expect(try bench.value("t").scalar == 0)
        try bench.run("step 3")
        let weights = ["W1", "b1", "gamma1", "beta1", "W2", "b2"]
        let isSame = try values(bench, weights) == weights.map { before[Self.names.firstIndex(of: $0)!] }
        #expect(isSame == (way == "extract"))
    }

    @Test("keep= counts layers with weights, and activations stay with them")
    func keep() throws {
        let bench = TestBench()
        try bench.run(Self.pretrained)
        let before = try values(bench, ["W1", "running_var1"])
        try bench.run("transfer finetune keep=1\npredict(zeros(1, 4))")
        #expect(try values(bench, ["W1", "running_var1"]) == before)
        #expect(try bench.value("W2").shape == [6, 3])
        #expect(bench.texts.contains("net 4 6 batchnorm relu 3"))
    }

    @Test func aTransferIsUndone() throws {
        let bench = TestBench()
        try bench.run(Self.pretrained)
        let before = bench.fingerprint
        try bench.run("transfer extract head=3\nstep 2\nundo 2")
        #expect(bench.fingerprint == before)
        try bench.run("labels 10\ntransfer compare labels=[6, 12] trials=2 epochs=1\nundo 2")
        #expect(bench.fingerprint == before)
    }

    /// The classes take turns, so that no two are farther apart than one sample.
    @Test(arguments: [1, 3, 10, 29, 120]) func labelsAreBalanced(_ count: Int) throws {
        let bench = TestBench()
        try bench.run("data iris\nsplit train=0.8 seed=1\nnormalize standard\nnet 4 3\nloss cross_entropy\nforward")
        let x = Set(try bench.value("x").elements)
        try bench.run("labels \(count) seed=5\nforward")
        let y = try bench.value("y").elements
        #expect(y.count == count)
        let counts = [0.0, 1, 2].map { number in y.count { $0 == number } }
        // In the training part the smallest class is used up before the others.
        if count < 100 { #expect(counts.max()! - counts.min()! <= 1) }
        // Normalization is that of all training samples.
        #expect(Set(try bench.value("x").elements).isSubset(of: x))
        try bench.run("labels all\nforward")
        #expect(try bench.value("y").count == 120)
    }

    @Test func oneLabelIsOneSample() throws {
        let bench = TestBench()
        try bench.run("data iris\nlabels 1")
        #expect(bench.texts.contains("1 sample for training, 149 without a label"))
    }

    /// Which samples have a label depends on the seed alone, not on those that had one before.
    @Test func labelsForgetEarlierOnes() throws {
        let bench = TestBench()
        try bench.run(
            "data iris\nsplit train=0.8 seed=1\nnet 4 3\nloss cross_entropy\nbatch full\norder fixed\nforward")
        let all = try bench.value("x")
        try bench.run("labels 20 seed=5\nforward")
        let x = try bench.value("x")
        try bench.run("labels 7 seed=1\nlabels 20 seed=5\nforward")
        #expect(try bench.value("x") == x)
        try bench.run("labels all\nforward")
        #expect(try bench.value("x") == all)
    }

    @Test func netsBeginWithTheMachinesWeights() throws {
        let bench = TestBench()
        try bench.run(
            """
            data bars\nbatch 20\nrbm hidden=5\nstep 5\nrbm stack hidden=3 lr=0.2\nstep 5
            net 16 5 sigmoid 3 sigmoid 4 relu 2\nloss cross_entropy\ninit dbn head=he_normal seed=4
            """)
        for (own, source) in [("W1", "W"), ("b1", "b"), ("W2", "W_2"), ("b2", "b_2")] {
            #expect(try bench.value(own) == bench.value(source))
        }
        let head = try bench.value("W3")
        try bench.run("step 3\ninit dbn head=he_normal seed=4")
        #expect(try bench.value("W3") == head)
        #expect(try bench.value("W1") == bench.value("W"))
        try bench.run("init dbn head=zeros")
        #expect(try bench.value("W3").elements.allSatisfy { $0 == 0 })
    }

    @Test(
        "a net with other activations than the machines' is told so",
        arguments: ["sigmoid", "relu", "batchnorm sigmoid"])
    func otherActivations(_ activation: String) throws {
        let bench = TestBench()
        try bench.run("data bars\nrbm hidden=5\nnet 16 5 \(activation) 2\ninit dbn")
        #expect(bench.texts.contains { $0.contains("W1 goes into relu") } == (activation == "relu"))
        #expect(bench.texts.contains { $0.contains("goes into") } == (activation == "relu"))
        try bench.run("net 16 5\ninit dbn")
        #expect(bench.texts.contains { $0.contains("W1 goes into no activation") })
    }

    @Test("a sigmoid net on the machines' weights computes their probabilities")
    func sameProbabilities() throws {
        let bench = TestBench()
        try bench.run(
            """
            data bars size=2\nrbm hidden=5 std=1\nbatch 20\nstep 5
            p = p_hidden([[1, 0, 1, 0], [0, 0, 1, 1]])
            net 4 5 sigmoid\ninit dbn
            expect predict([[1, 0, 1, 0], [0, 0, 1, 1]]) == p
            """)
    }

    @Test("compare gives each way the same samples; its numbers are those of trials")
    func comparison() throws {
        let bench = TestBench()
        try bench.run(Self.pretrained + "\ntransfer compare labels=[9] trials=3 epochs=4")
        let row = bench.texts.last { $0.hasPrefix("9 ") } ?? ""
        for way in ["extract", "finetune", "scratch"] {
            try bench.run("trials 3 accuracy(val) { labels 9; transfer \(way); train epochs=4 }")
            let mean = bench.texts.last?.split(separator: " ")[1] ?? ""
            #expect(row.contains("\(mean) ±"), "\(way): \(mean) in \(row)")
        }
    }
}
