// Risk and the check of labels: what is measured, with numbers that are known otherwise.

import Commands
import TestSupport
import Testing

@Suite struct RiskTests {
    private func bench(_ lines: String) throws -> TestBench {
        let bench = TestBench()
        try bench.run(lines)
        return bench
    }

    @Test("the empirical risk is the loss on the training samples, and measuring leaves the session's stream alone")
    func empirical() throws {
        let net =
            "seed 2; data moons n=60; split train=0.5; net 2 5 dropout 0.3 2; loss cross_entropy; optimizer adam; batch 10"
        let (bench, other) = (try bench(net + "\naugment noise\nstep 3"), try bench(net + "\naugment noise\nstep 3"))
        try bench.run("risk samples=200\nexpect risk_empirical ~= loss_on(train) tol=0\nstep 2")
        try other.run("step 2")
        #expect(try bench.value("W1").hasSameBits(as: other.value("W1")))
        try bench.run("a = risk_true\nb = risk_vicinal\nback 2\nrisk samples=200\nexpect risk_true ~= a tol=0")
        try bench.run("risk samples=200 seed=5\nexpect risk_true != a and risk_vicinal != b")
    }

    @Test("a net that is the true curve has the noise as its true risk")
    func noise() throws {
        // The polynomial of degree 1 is y = x.
        let bench = try bench("data polynomial degree=1 noise=0.3 n=10 seed=1; net 1 1; loss mse; W1 = [[1]]; b1 = [0]")
        try bench.run("risk samples=40000")
        // The mean of 40000 squares of normal numbers has the deviation 0.09·√(2/40000).
        try bench.run(
            "expect abs(risk_true - 0.09) < 5*0.09*sqrt(2/40000)\nexpect risk_vicinal ~= risk_empirical tol=0")
        // Noise of the inputs adds its variance times the square of the slope, in the mean.
        try bench.run(
            "augment noise sigma=0.5\nrisk draws=4000\nexpect abs(risk_vicinal - risk_empirical - 0.25) < 0.03")
    }

    @Test("four points are all of xor, so its true risk is the empirical one; measured data have none that is known")
    func known() throws {
        let bench = try bench(
            "data xor; net 2 3 tanh 2; loss cross_entropy; risk; expect risk_true ~= risk_empirical tol=0")
        try bench.run("data iris; net 4 3; a = 1\nrisk")
        #expect(bench.texts.contains { $0.hasPrefix("the true risk is not known") })
    }

    @Test("fresh samples are normalized as the training samples were, and have the columns that were chosen")
    func normalized() throws {
        let bench = try bench("data moons noise=0 n=400 seed=1 features=[x1]; normalize standard; net 1 1; loss mse")
        // The target does not matter to a net whose output is its input.
        try bench.run(
            "W1 = [[0]]; b1 = [0.5]; risk samples=100; expect risk_true ~= 0.25; expect risk_empirical ~= 0.25")
        try bench.run("normalize minmax; W1 = [[1]]; b1 = [0]; risk samples=4000")
        try bench.run("expect abs(risk_true - risk_empirical) < 0.05")
    }

    @Test("the vicinal risk of a given mix is the loss of the mixed samples")
    func mixed() throws {
        let bench = try bench("data blobs n=7 seed=1; net 2 3; loss cross_entropy; order fixed")
        try bench.run("augment mixup lambda=0.3 partner=reverse\nrisk draws=2\nbatch full\nforward")
        try bench.run("expect risk_vicinal ~= loss tol=1e-12")
    }

    @Test("a 6 turned by 180 degrees is a 9, and a 9 a 6; nothing is said of shifts and small turns")
    func labels() throws {
        let data = "data glyphs n=400 seed=1"
        let bench = try bench(data + "\naugment rotate angles=[180]")
        let warning = try #require(bench.texts.first { $0.hasPrefix("labels are not kept at rotate_angle 180") })
        #expect(warning.contains("6 becomes 9") && warning.contains("9 becomes 6"))
        for digit in [0, 1, 8] { #expect(!warning.contains(" \(digit) becomes")) }
        for line in ["rotate max=10", "shift max=1", "cutout size=2", "noise sigma=0.1"] {
            let bench = try self.bench(data + "\naugment \(line)")
            #expect(!bench.texts.contains { $0.hasPrefix("labels are not kept") }, "\(line): \(bench.texts)")
        }
        try bench.run("augment check")
        #expect(bench.texts.contains { $0.hasPrefix("6 ") && $0.contains("✗ 9") })
    }
}
