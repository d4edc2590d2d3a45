// clock, noise, scaling: counts, the variance of mini-batch gradients, and the linear scaling rule.

import Commands
import TestSupport
import Testing

@Suite struct NoiseTests {
    private func rows(_ bench: TestBench, _ line: String) throws -> [[String]] {
        let before = bench.texts.count
        try bench.run(line)
        return bench.texts[before...].map { $0.split(separator: " ").map(String.init) }
    }

    private func entry(_ rows: [[String]], _ label: String) -> String? {
        rows.map { $0.joined(separator: " ") }.first { $0.hasPrefix(label) }.map {
            String($0.dropFirst(label.count + 1))
        }
    }

    @Test func clockCounts() throws {
        let bench = TestBench()
        try bench.run(
            "data blobs n=20 seed=1\nnet 2 3 relu 3\nloss cross_entropy\noptimizer sgd lr=0.1\nbatch 6\nstep 5")
        var rows = try rows(bench, "clock")
        // Batches of 6, 6, 6 and 2; then one of 6.
        #expect(entry(rows, "samples seen") == "26")
        #expect(entry(rows, "updates per epoch") == "4 = ceil(20 / 6)")
        #expect(entry(rows, "position") == "1 of 4 updates of epoch 2 are done")
        #expect(entry(rows, "batch")?.hasSuffix("the last batch of an epoch has 2") == true)
        #expect(entry(rows, "gradient evaluations") == "26 so far")
        // A second backward costs as much as the first, but no sample is seen twice; going back takes both back.
        try bench.run("forward; backward; backward; update")
        rows = try self.rows(bench, "clock")
        #expect(entry(rows, "samples seen") == "32")
        #expect(entry(rows, "gradient evaluations") == "38 so far")
        try bench.run("forward")
        #expect(entry(try self.rows(bench, "clock"), "position") == "2 of 4 updates of epoch 2 are done")
        rows = try self.rows(bench, "back 2; clock")
        #expect(entry(rows, "samples seen") == "20")
        #expect(entry(rows, "position") == "0 of 4 updates of epoch 2 are done")
        rows = try self.rows(
            bench, "w = param(1); J = w^2; new; w = param(1); J = w^2; minimize J; optimizer sgd; step 3; clock")
        #expect(entry(rows, "gradient evaluations") == "3 so far")
    }

    /// Six samples of a line through 0 with mse: g_i = 2·x_i·(w·x_i − y_i), by pencil −4, −4, 0, 8, −4, 28 at w = 1.
    static let line = """
        net 1 1
        loss mse
        x = [[1], [2], [0], [2], [-1], [2]]
        y = [[3], [3], [1], [0], [-3], [-5]]
        W1 = [[1]]
        """

    /// The samples' gradients for w: 2·x·(x − y); for b: 2·(x − y). Their mean and spread are worked out here.
    @Test func varianceIsThatOfTheSamples() throws {
        let (x, y) = ([1.0, 2, 0, 2, -1, 2], [3.0, 3, 1, 0, -3, -5])
        let gradients = zip(x, y).map { (2 * $0 * ($0 - $1), 2 * ($0 - $1)) }
        let mean = (gradients.reduce(0) { $0 + $1.0 } / 6, gradients.reduce(0) { $0 + $1.1 } / 6)
        let variance =
            gradients.reduce(0) { sum, g in
                sum + (g.0 - mean.0) * (g.0 - mean.0) + (g.1 - mean.1) * (g.1 - mean.1)
            } / 6
        let bench = TestBench()
        try bench.run("digits full\n" + Self.line)
        let before = bench.fingerprint
        let rows = try rows(bench, "noise draws=2000")
        #expect(bench.fingerprint == before)
        let table = rows.filter { $0.count >= 4 && Int($0[0]) != nil && Double($0[1]) != nil }
        #expect(table.map { $0[0] } == ["1", "2", "4", "6"])
        for row in table {
            let (size, measured, expected) = (
                try #require(Double(row[0])), try #require(Double(row[1])), try #require(Double(row[2]))
            )
            #expect((expected - variance / size * (6 - size) / 5).magnitude < 1e-9)
            #expect((measured - expected).magnitude <= 0.1 * expected + 1e-12)
        }
        // The same line gives the same numbers; another stream gives others.
        #expect(try self.rows(bench, "noise draws=50") == self.rows(bench, "noise draws=50"))
        #expect(try self.rows(bench, "noise draws=50 seed=1") != self.rows(bench, "noise draws=50 seed=2"))
    }

    @Test(arguments: ["shuffle", "fixed", "replacement"]) func formulaFollowsTheOrder(_ order: String) throws {
        let bench = TestBench()
        try bench.run("data moons n=40 seed=1\nnet 2 4 tanh 2\nloss cross_entropy\nregularize l2 0.1\norder \(order)")
        let table = try rows(bench, "noise draws=400").filter {
            $0.count >= 4 && Int($0[0]) != nil && Double($0[1]) != nil
        }
        #expect(table.map { $0[0] } == ["1", "2", "4", "8", "16", "32", "40"])
        for row in table.dropLast() { #expect((try #require(Double(row[3])) - 1).magnitude < 0.25, "\(row)") }
        let last = try #require(Double(table[6][1]))
        #expect((last > 1e-6) == (order == "replacement"))
    }

    @Test func sumsAreNoMeans() throws {
        let bench = TestBench()
        try bench.run("data moons n=10 seed=1\nnet 2 4 tanh 2\nloss cross_entropy\nJ = sum(z2^2)\nminimize J")
        for line in ["noise draws=2", "scaling batch=2"] {
            #expect(try rows(bench, line).contains { $0.joined(separator: " ").contains("no mean over samples") })
        }
    }

    /// On a parabola the residual of the rule is α²·H₂·g₁: with f = mean (w − y)²/2, H = 1 and α = 0.5, g₁ = w − y₁.
    @Test func residualOfTheScalingRule() throws {
        let bench = TestBench()
        try bench.run("net 1 1\nx = [[1], [1]]\ny = [[2], [6]]\nW1 = [[0]]\nloss mse")
        // b and w move together: each step doubles the way of a single parameter.
        let before = bench.fingerprint
        let rows = try rows(bench, "scaling batch=1 lr=0.125")
        #expect(bench.fingerprint == before)
        let text = rows.map { $0.joined(separator: " ") }
        // g1 = -4 each, w2 = 0.5 each; s = w + b = 1, g2 = 2(1 - 6) = -10, w3 = 1.75. One step: (4 + 12)/2 = 8, 2·0.125·8 = 2.
        #expect(text.contains("2 steps of 1 at 0.125: w = [1.75, 1.75]"))
        #expect(text.contains("1 step of 2 at 0.125: w = [1, 1]"))
        #expect(text.contains("1 step of 2 at 0.25: w = [2, 2]"))
        #expect(text.contains { $0.hasPrefix("0.125 0.353553 0.353553") })
        #expect(text.contains { $0.hasPrefix("0.0625 0.0883883 0.0883883") })
    }

    @Test func namesMayBeVerbs() throws {
        let bench = TestBench()
        try bench.run("noise = [1, 2]; scaling = 3; clock = 4; profile = noise[1]")
        try bench.run("expect noise[0] + scaling + clock == 8; noise * 2; expect profile == 2")
        #expect(bench.texts.contains("[2, 4]"))
    }
}
