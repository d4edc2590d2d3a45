// regularize and clip: what the objective is made of through all changes, and what stays as it was.

import Commands
import TestSupport
import Testing

@Suite struct PenaltyTests {
    static let net = """
        data blobs n=24 seed=2
        split train=0.75 seed=1
        net 2 4 tanh 3
        init glorot_normal seed=3
        loss cross_entropy
        optimizer adam lr=0.05
        batch 6
        """

    private func number(_ bench: TestBench, _ name: String) throws -> Double {
        try #require(try bench.value(name).scalar)
    }

    /// The parts add up, however the penalty and what is minimised were chosen.
    @Test(arguments: [
        net + "\nregularize l2 0.1", "regularize l2 0.1\n" + net, net + "\nregularize l1 1\nregularize l2 0.1",
        net + "\nregularize l2 0.1\nloss mse\nloss cross_entropy",
        net + "\nregularize l2 0.1\nnet 2 4 tanh 3\ninit glorot_normal seed=3",
        net + "\nregularize l2 0.1\nminimize loss", "profile torch\n" + net + "\nregularize l2 0.2 biases=off",
        net + "\nregularize l2 0.1\nregularize off\nregularize l2 0.1",
        "w = param(2)\nJ = w^2\nminimize J\nregularize l2 0.1\n" + net,
    ]) func partsAddUp(_ session: String) throws {
        let bench = TestBench()
        try bench.run(session + "\norder fixed\nforward\nbackward\ncheck gradients")
        let (data, penalty) = (try number(bench, "data_loss"), try number(bench, "penalty"))
        #expect(try number(bench, "loss") == data + penalty)
        try bench.run("expect penalty ~= 0.1 * (sum(W1^2) + sum(W2^2)) tol=1e-12")
        // Evaluation leaves the penalty out, and accuracy does not know of it.
        try bench.run("a = loss_on(val)\nb = accuracy(val)\nregularize off\nforward")
        #expect(try number(bench, "loss") == data)
        try bench.run("expect a == loss_on(val)\nexpect b == accuracy(val)")
    }

    /// A new definition of what is minimised keeps the penalty; a lost one waits for the next.
    @Test func definitionsMayChange() throws {
        let bench = TestBench()
        try bench.run("w = param([1, -2]); v = param(3)\nJ = sum(w^2)\nregularize l1 0.5\nminimize J\nforward")
        try bench.run("expect penalty == 1.5; expect loss == 6.5; expect objective == 6.5; expect J == 5")
        try bench.run("J = sum(w^2) * v\nforward\nexpect penalty == 3; expect loss == 18")
        try bench.run("J = 4")
        #expect(throws: Diagnostic.self) { try bench.run("objective") }
        #expect(throws: Diagnostic.self) { try bench.run("penalty") }
        try bench.run("K = v^2; minimize K; forward; expect loss == 10.5; backward; expect v.grad == 6.5")
        try bench.run("v = param([1, 2])")
        #expect(throws: Diagnostic.self) { try bench.run("backward") }
        try bench.run("K = sum(v); minimize K; forward; expect loss == 4.5; regularize off; forward; expect loss == 3")
        #expect(throws: Diagnostic.self) { try bench.run("penalty") }
        try bench.run("penalty = 7; expect penalty == 7")
    }

    /// A net's own loss keeps its name beside another objective.
    @Test func anotherObjectiveOfANet() throws {
        let bench = TestBench()
        try bench.run(Self.net + "\nJ = mean(z2^2)\nminimize J\nregularize l2 0.1\nforward\nbackward\ncheck gradients")
        try bench.run("expect objective == data_loss + penalty; expect data_loss == J; expect loss != objective")
        try bench.run("minimize loss; forward; expect loss == data_loss + penalty; regularize off; forward; backward")
    }

    /// Reports say data_loss only where a penalty is left out, also in a net with two modes.
    @Test(arguments: [
        ("", "loss"), ("regularize l2 0.1", "data_loss"), ("regularize l2 0.1 evaluation=total", "loss"),
        ("regularize l2 0.1\nregularize off", "loss"),
    ])
    func reportsNameWhatTheyShow(_ lines: String, _ name: String) throws {
        for net in [Self.net, Self.net.replacing("4 tanh", with: "4 tanh dropout 0.5")] {
            let bench = TestBench()
            try bench.run("\(net)\n\(lines)\ntrain epochs=1")
            #expect(bench.texts.contains { $0.hasPrefix("  gap        \(name) ") }, "\(net)")
        }
    }

    /// A clipped update goes where the same step with the shortened gradient goes; the gradient stays as it was.
    @Test(arguments: ["norm 0.1", "norm 0.1 per=variable form=keras", "value 0.01"])
    func gradientsStay(_ clipping: String) throws {
        let (clipped, plain) = (TestBench(), TestBench())
        for bench in [clipped, plain] { try bench.run(Self.net + "\norder fixed") }
        try clipped.run("clip \(clipping)")
        for bench in [clipped, plain] { try bench.run("forward; backward; update") }
        #expect(try clipped.value(ofExplainable: "W1.grad") == plain.value(ofExplainable: "W1.grad"))
        #expect(try clipped.value("W1") != plain.value("W1"))
        try clipped.run("back 1; clip off; step 1")
        #expect(try clipped.value("W1") == plain.value("W1"))
    }

    /// The explanation of a clipped update stays that of the gradients that it used.
    @Test func laterGradientsChangeNoExplanation() throws {
        let bench = TestBench()
        try bench.run("a = param([3, 4]); b = param(12); J = (sum(a^2) + b^2) / 2; minimize J")
        try bench.run("optimizer sgd lr=1; clip norm 1 form=keras; step")
        for later in ["a.grad = 5", "forward; backward", "b.grad = 1", "regularize l2 0.1"] {
            try bench.run(later)
            let explanation = try bench.explanation("explain b")
            #expect(explanation.lines.first { $0.symbol == "norm" }?.result == 13, "\(later)")
            #expect(try explanation.lines.last?.result == bench.value("b").scalar)
        }
        // A gradient that is imposed in the middle of an update is not left out of its length.
        try bench.run("regularize off; a.grad = [3, 4]; b.grad = 0; next; b.grad = 12; update; explain b")
        #expect(bench.texts.contains("the update under way is dropped"))
        #expect(try bench.explanation("explain b").lines[0].result == 13)
    }

    @Test func clippingIsWalkedThrough() throws {
        let bench = TestBench()
        try bench.run("w = param([3, 4]); J = sum(w^2) / 2; minimize J; optimizer sgd lr=1; clip norm 1 form=keras")
        try bench.run("forward; backward; next")
        for text in [
            "norm = 5, the length of all gradients", "scale = min(1, limit / norm) = 0.2",
            "clipped = grad * scale = [0.6, 0.8]",
            "w = w - lr * clipped = [2.4, 3.2]",
        ] {
            #expect(bench.texts.contains { $0.contains(text) }, "\(text)")
        }
        #expect(try bench.parts(of: "w").count == 2)
    }
}
