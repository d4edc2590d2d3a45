// init and fans: how widely the weights of a net are drawn, and what equal weights lead to.

import Commands
import Learning
import TestSupport
import Testing

@Suite struct InitTests {
    /// Neurons that begin equal stay equal, others do not.
    @Test(arguments: [
        ("constant value=0.3", true), ("zeros", true), ("zeros bias=0.1", true), ("glorot_uniform", false),
    ])
    func equalNeuronsStayEqual(_ initializer: String, _ staysEqual: Bool) throws {
        let bench = TestBench()
        try bench.run("data iris; net 4 3 tanh 3; loss cross_entropy; optimizer adam lr=0.05; batch 15")
        try bench.run("init \(initializer)\nstep 30")
        let columns = try bench.value("W1").elements
        let rows = try bench.value("W2").elements
        #expect((0..<4).allSatisfy { columns[$0 * 3] == columns[$0 * 3 + 1] } == staysEqual)
        #expect((0..<3).allSatisfy { rows[$0] == rows[3 + $0] } == staysEqual)
        #expect(bench.texts.contains { $0.contains("stay equal: see the columns of W1") } == staysEqual)
    }

    struct Width: Sendable {
        let line: String
        /// The bound or the deviation; 0 where all values are the same.
        let width: Double
        let isUniform: Bool

        init(_ line: String, variance: Double, isUniform: Bool) {
            self.line = line
            width = (isUniform ? 3 * variance : variance).squareRoot()
            self.isUniform = isUniform
        }
    }

    /// Variances by hand: 250 inputs and 400 outputs, so that a mistaken fan shows.
    static let widths: [Width] = [
        Width("glorot_uniform", variance: 2 / 650, isUniform: true),
        Width("glorot_normal", variance: 2 / 650, isUniform: false),
        Width("he_uniform", variance: 2 / 250, isUniform: true),
        Width("he_normal", variance: 2 / 250, isUniform: false),
        Width("lecun_uniform", variance: 1 / 250, isUniform: true),
        Width("lecun_normal", variance: 1 / 250, isUniform: false),
        Width("uniform scale=0.2", variance: 0.04 / 3, isUniform: true),
        Width("uniform", variance: 0.0025 / 3, isUniform: true),
        Width("normal scale=0.2", variance: 0.04, isUniform: false),
        Width("normal", variance: 0.0025, isUniform: false),
        Width("torch", variance: 1 / 750, isUniform: true), Width("zeros", variance: 0, isUniform: true),
        Width("constant value=0.7", variance: 0, isUniform: true),
    ]

    @Test(arguments: widths) func drawsOfANetHaveTheirMoments(_ expected: Width) throws {
        let (line, width, isUniform) = (expected.line, expected.width, expected.isUniform)
        let bench = TestBench()
        try bench.run("net 250 400\ninit \(line) seed=5")
        let draws = try bench.value("W1").elements
        #expect(draws.count == 100_000)
        guard width > 0 else {
            #expect(draws.allSatisfy { $0 == (line == "zeros" ? 0 : 0.7) })
            return
        }
        let n = Double(draws.count)
        let sigma = isUniform ? width / 3.0.squareRoot() : width
        let mean = draws.reduce(0, +) / n
        let deviation = (draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
        let fourth = isUniform ? 1.8 : 3.0
        #expect(mean.magnitude <= 4 * sigma / n.squareRoot())
        #expect((deviation - sigma).magnitude <= 4 * sigma * ((fourth - 1) / (4 * n)).squareRoot())
        let largest = draws.map(\.magnitude).max()!
        #expect(isUniform ? largest <= width && largest > 0.999 * width : largest > 3.5 * sigma)
    }

    @Test func everyInitialiserIsChecked() {
        let checked = Set(Self.widths.map { $0.line.split(separator: " ")[0] }.map(String.init))
        #expect(checked == Set(Catalog.initializers.map(\.name)))
    }

    @Test func fansShowWhatTheWidthComesFrom() throws {
        let bench = TestBench()
        try bench.run("digits 7\nnet 3 4 relu 4 relu 1\ninit he_normal truncated=on\nW2 = 1\nfans")
        let rows = bench.texts.suffix(6)
        #expect(rows.first == "W1 [3×4] 3 4 he_normal deviation = √(2 / fan_in) = √(2 / 3) ≈ 0.8164966, truncated")
        #expect(rows.contains("W2 [4×4] 4 4  typed in"))
        #expect(rows.contains("b1 [4] 3 4 he_normal value = 0"))
        try bench.run("net 2 4 relu 3\nfans")
        // √(6/(2 + 4)) = 1
        #expect(
            bench.texts.contains("W1 [2×4] 2 4 glorot_uniform bound = √(6 / (fan_in + fan_out)) = √(6 / (2 + 4)) = 1"))
    }
}
