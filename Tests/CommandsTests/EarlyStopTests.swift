// earlystop in training: where it ends, which weights it gives back, and that time travel and saving know it. gap.

import Commands
import Learning
import Tensors
import TestSupport
import Testing

@Suite struct EarlyStopTests {
    static let setup = """
        data glyphs n=120 noise=0.4 seed=1
        split train=0.5 seed=1
        net 64 10 relu 10
        loss cross_entropy
        optimizer adam lr=0.02
        batch 15

        """

    /// The validation loss after each epoch without early stopping, and all weights.
    private func epochs(_ count: Int) throws -> [(loss: Double, weights: [Tensor])] {
        let bench = TestBench()
        try bench.run(Self.setup)
        return try (0..<count).map { _ in
            try bench.run("train epochs=1\nl = loss_on(val)")
            return (try bench.value("l").elements[0], try weights(bench))
        }
    }

    private func weights(_ bench: TestBench) throws -> [Tensor] {
        try ["W1", "b1", "W2", "b2"].map { (name) throws in try bench.value(name) }
    }

    private func same(_ a: [Tensor], _ b: [Tensor]) -> Bool { zip(a, b).allSatisfy { $0.hasSameBits(as: $1) } }

    @Test("running statistics come back with the weights that they belong to, and are saved with them")
    func statistics() throws {
        let folder = TemporaryFolder()
        let net = "data iris; split train=0.8 seed=1; net 4 8 batchnorm relu 3; loss cross_entropy"
        let bench = TestBench()
        try bench.run(
            "digits 17; \(net); init he_normal seed=3; optimizer adam lr=0.05; batch 30; earlystop patience=2")
        try bench.run("train epochs=60; best = loss_on(val); save weights \"\(folder.path)/best\"")
        let said = try #require(bench.texts.compactMap { $0.firstMatch(of: /the best was (\S+) in epoch/) }.first)
        #expect(Double(said.1) == (try bench.value("best").elements[0]))
        let other = TestBench()
        try other.run("\(net); load weights \"\(folder.path)/best\"; l = loss_on(val)")
        #expect(try other.value("l") == bench.value("best"))
    }

    @Test(arguments: ["keras", "torch"]) func endsAndRestores(_ rule: String) throws {
        let epochs = try epochs(30)
        var patience = 0
        var end = 0
        var best = 0
        for (index, epoch) in epochs.enumerated() where end == 0 {
            if index == 0 || epoch.loss < epochs[best].loss {
                (best, patience) = (index, 0)
            } else {
                patience += 1
                if rule == "keras" ? patience == 3 : patience == 4 { end = index + 1 }
            }
        }
        try #require(end > 0 && end < 30)
        for restore in ["on", "off"] {
            let bench = TestBench()
            try bench.run(
                Self.setup + "earlystop patience=3 rule=\(rule) restore=\(restore)\ntrain epochs=30\ne = epoch")
            #expect(try bench.value("e").scalar == Double(end))
            #expect(same(try weights(bench), epochs[restore == "on" ? best : end - 1].weights))
            #expect(bench.texts.contains { $0.contains("stopped early") })
        }
    }

    @Test func restoresAlsoAtTheEndOfARowThatWasLongEnough() throws {
        let epochs = try epochs(12)
        let best = epochs.indices.min { epochs[$0].loss < epochs[$1].loss }!
        let bench = TestBench()
        try bench.run(Self.setup + "earlystop patience=100\ntrain epochs=12")
        #expect(same(try weights(bench), epochs[best].weights))
        // Rows of steps are not watched, nor are those that end by a condition.
        let others = TestBench()
        try others.run(Self.setup + "earlystop patience=0\ntrain steps=48\n")
        #expect(same(try weights(others), epochs[11].weights))
        try others.run("new\n" + Self.setup + "earlystop patience=100\ntrain until epoch == 12")
        #expect(same(try weights(others), epochs[11].weights))
        try others.run("new\n" + Self.setup + "earlystop patience=0\nearlystop off\ntrain epochs=12")
        #expect(same(try weights(others), epochs[11].weights))
    }

    @Test func timeTravelAndSavingKnowIt() throws {
        let folder = TemporaryFolder()
        let bench = TestBench()
        try bench.run(Self.setup + "earlystop patience=2")
        let before = bench.fingerprint
        try bench.run("train epochs=30")
        let after = bench.fingerprint
        try bench.run("step 3")
        let later = bench.fingerprint
        try bench.run("save \"s.dl\"", folder: folder.path)
        try bench.run("back 3\nstep 3")
        #expect(bench.fingerprint.prefix(3) == later.prefix(3))
        try bench.run("undo 3")
        #expect(bench.fingerprint == after)
        try bench.run("undo")
        #expect(bench.fingerprint == before)
        let again = TestBench()
        try again.run(try Script.read(folder.path + "/s.dl"))
        #expect(again.fingerprint == later)
        // Before the weights were given back the run was another: the moments of the steps are still there.
        try again.run("goto 8")
        let steps = TestBench()
        try steps.run(Self.setup + "step 8")
        #expect(same(try weights(again), try weights(steps)))
    }

    @Test func aStopInBetweenIsContinued() throws {
        let whole = TestBench()
        try whole.run(Self.setup + "earlystop patience=2\ntrain epochs=30")
        let bench = TestBench()
        try bench.run(Self.setup + "earlystop patience=2\nbreak if t == 9\ntrain epochs=30")
        #expect(try bench.value("t").scalar == 9)
        try bench.run("continue")
        #expect(same(try weights(bench), try weights(whole)))
        #expect(try bench.value("epoch").scalar == whole.value("epoch").scalar)
    }

    @Test func showAndGapSayTheNumbers() throws {
        let bench = TestBench()
        try bench.run(Self.setup + "earlystop patience=2 min_delta=0.5\ntrain epochs=3\nshow")
        #expect(bench.texts.contains("earlystop patience=2 min_delta=0.5 restore=on rule=torch"))
        #expect(bench.texts.contains { $0.hasPrefix("  gap        loss ") && $0.contains("accuracy") })
        try bench.run("digits full\ngap\na = loss_on(train); b = loss_on(val); c = accuracy(train); d = accuracy(val)")
        let (a, b) = (try bench.value("a").elements[0], try bench.value("b").elements[0])
        let (c, d) = (try bench.value("c").elements[0], try bench.value("d").elements[0])
        #expect(bench.texts.contains("loss \(a) \(b) \(b - a)"))
        #expect(bench.texts.contains("accuracy \(c) \(d) \(d - c)"))
    }

    /// Evaluation has a loss of its own when layers differ in it; it is the loss of the data only beside a penalty.
    @Test(
        arguments: ["", "batchnorm", "dropout 0.5"], ["", "regularize l2 0.1", "regularize l2 0.1 evaluation=total"])
    func gapNamesTheLoss(_ layer: String, _ penalty: String) throws {
        let bench = TestBench()
        try bench.run("data iris; split train=0.8 seed=1; net 4 8 \(layer) 3; loss cross_entropy\n\(penalty)\ngap")
        let name = penalty == "regularize l2 0.1" ? "data_loss" : "loss"
        #expect(bench.texts.contains { $0.hasPrefix("\(name) ") && $0.split(separator: " ").count == 4 })
    }
}
