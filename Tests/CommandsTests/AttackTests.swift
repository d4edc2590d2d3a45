// Attacks: they leave the training alone, stay in their limits, and every number of them is explained.

import Commands
import TestSupport
import Testing

@Suite struct AttackTests {
    static let net = """
        seed 3
        data moons n=40 noise=0.2 seed=1
        split train=0.8 seed=1
        net 2 6 batchnorm relu dropout 0.3 2
        loss cross_entropy smoothing=0.1
        regularize l2 0.01
        optimizer adam lr=0.02
        batch 8
        step 5
        """

    @Test(
        "an attack draws nothing from the session's stream and trains nothing",
        arguments: ["attack fgsm eps=0.2 on=val", "attack pgd random_start=on", "attack pgd on=batch seed=4"])
    func leavesTrainingAlone(_ line: String) throws {
        let (bench, other) = (TestBench(), TestBench())
        for bench in [bench, other] { try bench.run(Self.net + "\nforward\nbackward") }
        let before = bench.fingerprint
        try bench.run(line)
        #expect(bench.fingerprint.filter { !$0.hasPrefix("plain") } == before.filter { !$0.hasPrefix("plain") })
        for bench in [bench, other] { try bench.run("update\nstep 3") }
        #expect(try bench.value("W1").hasSameBits(as: other.value("W1")))
        try bench.run("undo 3")
        #expect(bench.fingerprint == before)
    }

    @Test("features stay within eps and within the range", arguments: ["fgsm", "pgd steps=7 random_start=on seed=2"])
    func limits(_ attack: String) throws {
        let bench = TestBench()
        try bench.run(Self.net + "\nattack \(attack) eps=0.3 range=[-0.5, 1]\nlargest = max(abs(x_adv - x_clean))")
        try bench.run("expect x_adv >= -0.5 and x_adv <= 1\nexpect x_noise >= -0.5 and x_noise <= 1")
        // A sample that lies outside the range is moved into it, however far that is.
        try bench.run("expect abs(x_adv - clip(x_clean, -0.5, 1)) <= 0.3 + 1e-12")
        try bench.run("attack \(attack) eps=0.3\nexpect abs(x_adv - x_clean) <= 0.3 + 1e-12")
        try bench.run("expect abs(abs(x_noise - x_clean) - 0.3) < 1e-12")
    }

    @Test("a random start comes from the seed")
    func randomStart() throws {
        let bench = TestBench()
        let line = "attack pgd eps=0.3 steps=1 size=0.01 random_start=on"
        try bench.run(Self.net + "\n\(line) seed=1\na = x_adv\n\(line) seed=2\nb = x_adv\n\(line) seed=1\nc = x_adv")
        #expect(try bench.value("a") == bench.value("c"))
        #expect(try bench.value("a") != bench.value("b"))
    }

    @Test(
        "attacked features are explained",
        arguments: ["fgsm", "fgsm range=[0, 1]", "pgd", "pgd steps=1 random_start=on"])
    func explained(_ attack: String) throws {
        let bench = TestBench()
        try bench.run(Self.net + "\nattack \(attack) eps=0.3")
        for element in ["0,0", "3,1", "20,0"] {
            let explanation = try bench.explanation("explain x_adv[\(element)]")
            #expect(try ExplainTests.check(explanation, attack) == 1)
            try bench.run("a = x_adv[\(element)]")
            #expect(try explanation.lines[0].result == bench.value("a").scalar)
        }
        #expect(throws: Diagnostic.self) { try bench.run("x_adv = 2 * x_adv\nexplain x_adv[0,0]") }
    }

    @Test("samples have a gradient in a net with layers of two modes, with a numeric check")
    func inputGradient() throws {
        let bench = TestBench()
        try bench.run(Self.net + "\nforward\nbackward")
        let explanation = try bench.explanation("explain x.grad[2,1]")
        #expect(try ExplainTests.check(explanation, "x.grad") > 0)
        #expect(explanation.lines.contains { $0.remark.hasPrefix("numeric check") && $0.remark.hasSuffix("✓") })
    }
}
