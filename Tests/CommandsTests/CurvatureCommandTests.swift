// critical, sharpness, newton and search as a learner uses them.

import Commands
import Formulas
import Tensors
import TestSupport
import Testing

@Suite struct CurvatureCommandTests {
    /// A function at a point, and what it is there.
    static let points: [(function: String, point: String, verdict: String)] = [
        ("x[0]^2 + 3*x[1]^2", "[0, 0]", "a minimum"), ("-x[0]^2 - 3*x[1]^2 + x[0]", "[0.5, 0]", "a maximum"),
        ("x[0]^2 - x[1]^2", "[0, 0]", "a saddle, up in 1 directions and down in 1"),
        ("x[0]*x[1]", "[0, 0]", "a saddle"),
        ("x[0]^2 + x[1]^4", "[0, 0]", "degenerate, up in 1 directions and flat in 1"),
        ("x[0]^3 - x[1]^2", "[0, 0]", "degenerate, down in 1 directions and flat in 1"),
        ("x[0]^3 + x[1]^4", "[0, 0]", "a plateau"), ("x[0]^2 + x[1]^2", "[1, 0]", "not critical: |gradient| = 2"),
        ("x[0]^2 + 1e-9*x[1]^2", "[0, 0]", "a minimum"), ("x[0]^2 - 1e-9*x[1]^2", "[0, 0]", "a saddle"),
        ("x[0]^2 + 1e-17*x[1]^2", "[0, 0]", "degenerate"),
    ]

    @Test(arguments: points.indices) func pointsAreClassified(_ index: Int) throws {
        let (function, point, verdict) = Self.points[index]
        let bench = TestBench()
        try bench.run("x = param(\(point))\nJ = \(function)\nminimize J\ncritical")
        #expect(bench.texts.contains { $0.contains(verdict) }, "\(bench.texts)")
    }

    /// Deep nets have many eigenvalues that are 0 up to rounding; they must settle all the same.
    @Test(arguments: ["2 30 tanh 20 tanh 1", "2 20 tanh 20 tanh 10 tanh 1"])
    func eigenvaluesOfDeepNetsSettle(_ net: String) throws {
        let bench = TestBench()
        try bench.run("data moons\nnet \(net)\nloss bce\nforward\na = sum(eig(hessian(loss)))")
        try bench.run("h = hessian(loss); b = sum(h * eye(\(net.hasPrefix("2 30") ? 731 : 701)))")
        #expect(abs(try bench.value("a").elements[0] - bench.value("b").elements[0]) < 1e-9)
    }

    /// What is small beside the largest eigenvalue is not 0 for that.
    @Test(arguments: [
        ("1e9*w[0]^2 + w[1]^2", "a minimum"), ("1e-9*(w[0]^2 + w[1]^2)", "a minimum"),
        ("1e9*w[0]^2 - w[1]^2", "a saddle"), ("abs(w[0]) + w[1]^2", "a kink lies here"),
    ]) func scalesDoNotMatter(_ function: String, _ verdict: String) throws {
        let bench = TestBench()
        try bench.run("w = param([0, 0]); J = \(function); minimize J; critical")
        #expect(bench.texts.contains { $0.contains(verdict) }, "\(bench.texts)")
    }

    @Test func thresholdsAreSettings() throws {
        let bench = TestBench()
        try bench.run("x = param([1, 0])\nJ = x[0]^2 + 1e-9*x[1]^2\nminimize J\ncritical gradient=3 flat=0")
        #expect(bench.texts.contains { $0.contains("critical, |gradient| = 2 ≤ 3: a minimum") }, "\(bench.texts)")
    }

    /// The largest rise over many directions is not above what `sharpness` finds, and not far below.
    @Test(
        arguments: [
            "x[0]^2 + 3*x[1]^2 - x[0]*x[1]", "x[0]^2 - x[1]^2", "(1 - x[0])^2 + 100*(x[1] - x[0]^2)^2",
            "sin(3*x[0]) + cos(2*x[1])", "x[0]*x[1] + exp(x[0])", "-x[0]^2 - x[1]^2 + 0.5*x[0]",
        ], ["[0, 0]", "[0.7, -0.3]"])
    func sharpnessIsTheLargestRise(_ function: String, _ point: String) throws {
        let bench = TestBench()
        try bench.run(
            "digits full\nx = param(\(point))\nJ = \(function)\nminimize J\nbase = value(J)\ncenter = value(x)")
        let (rho, base) = (0.2, try bench.value("base").elements[0])
        var largest = 0.0
        for step in 0..<720 {
            let turn = "\(step) * pi / 360"
            try bench.run("x = center + \(rho) * [cos(\(turn)), sin(\(turn))]\nforward")
            largest = max(largest, try bench.value("J").elements[0] - base)
        }
        try bench.run("x = center\nsharpness rho=\(rho) steps=500")
        let words = try #require(bench.texts.first { $0.hasPrefix("sharpness ") }).split(separator: " ")
        let found = try #require(Double(words[1].dropLast()))
        #expect(found >= largest - 1e-9 && found <= largest * (1 + 1e-3) + 1e-9, "\(found), \(largest)")
    }

    @Test func sharpnessOfAQuadraticAtItsMinimum() throws {
        let bench = TestBench()
        try bench.run(
            "digits 12\nx = param([0, 0, 0])\nJ = 2*x[0]^2 + 5*x[1]^2 + x[2]^2\nminimize J\nsharpness rho=0.1")
        // λ = 10, so the rise is 0.1²·10/2.
        #expect(bench.texts.contains { $0.hasPrefix("sharpness 0.05:") }, "\(bench.texts)")
    }

    static let net = """
        data moons n=40 noise=0.2 seed=5
        net 2 4 tanh 2
        loss cross_entropy
        optimizer newton form=abs damping=0.5
        batch 10
        """

    @Test func phasesAndNodesEqualAStepOfNewton() throws {
        let (steps, phases, nodes) = (TestBench(), TestBench(), TestBench())
        for bench in [steps, phases, nodes] { try bench.run(Self.net) }
        try steps.run("step 4")
        for _ in 0..<4 {
            try phases.run("forward\nbackward\nupdate")
            try nodes.run("forward\nbackward\nnext 2\nupdate")
        }
        #expect(steps.fingerprint == phases.fingerprint)
        #expect(steps.fingerprint == nodes.fingerprint)
    }

    /// The Hessian is that of the step's batch: with another batch the same gradient gives another direction.
    @Test func newtonUsesTheBatchOfTheStep() throws {
        let bench = TestBench()
        try bench.run(Self.net + "\nforward\nbackward\nH = hessian(loss)\nq = eigvec(H)\nd = abs(eig(H)) + 0.5")
        try bench.run("g = concat(reshape(W1.grad, [8]), b1.grad, reshape(W2.grad, [8]), b2.grad)")
        try bench.run("before = concat(reshape(value(W1), [8]), value(b1), reshape(value(W2), [8]), value(b2))\nupdate")
        try bench.run("after = concat(reshape(value(W1), [8]), value(b1), reshape(value(W2), [8]), value(b2))")
        try bench.run("expect after ~= before - q @ ((transpose(q) @ g) / d) tol=1e-12")
    }

    /// Only the parameters with a gradient are moved, by the Hessian of those alone.
    @Test func parametersWithoutAGradientStay() throws {
        let bench = TestBench()
        try bench.run("a = param(3); b = param(2)\nJ = a^2*b + b^4\nminimize J\noptimizer newton\na.grad = 6\nupdate")
        #expect(try bench.value("a").scalar == 3 - 6 / 4)
        #expect(try bench.value("b").scalar == 2)
        let lines = try bench.explanation("explain a").lines
        #expect(lines[0].result == 1.5)
        #expect(lines.contains { $0.remark == "H = [[4]]" })
    }

    @Test func directionIsABuffer() throws {
        let bench = TestBench()
        try bench.run("w = param([1, 2])\nJ = 3*w[0]^2 + w[1]^2\nminimize J\noptimizer newton lr=0.5\nstep")
        #expect(try bench.value(ofExplainable: "w.direction") == Tensor(vector: [1, 2]))
        #expect(try bench.value("w") == Tensor(vector: [0.5, 1]))
    }

    @Test func aSingularHessianChangesNothing() throws {
        let bench = TestBench()
        try bench.run("w = param([1, 2])\nJ = w[0]^2\nminimize J\noptimizer newton\nforward\nbackward")
        let before = bench.fingerprint
        #expect(throws: Diagnostic.self) { try bench.run("update") }
        #expect(bench.fingerprint == before)
        try bench.run("optimizer newton damping=1\nupdate")
        #expect(try bench.value("w").elements[1] == 2)
    }

    @Test func searchTakesTheBestAndNothingWorse() throws {
        let bench = TestBench()
        try bench.run("w = param([9, 9])\nJ = sum(w^2)\nminimize J\nsearch random n=200 range=-1:1\nforward")
        let found = try bench.value("J").elements[0]
        #expect(found < 0.1)
        #expect(try bench.value("w").elements.allSatisfy { $0.magnitude <= 1 })
        let before = try bench.value("w")
        try bench.run("search random n=50 range=5:6")
        #expect(try bench.value("w") == before)
        #expect(bench.texts.contains { $0.hasSuffix("0 draws (0.0 %) are better; the parameters stay") })
    }

    /// With as many draws of the same stream, the loss that is reported is that of an initialiser's best draw.
    @Test func searchDrawsFromTheInitialiser() throws {
        let (search, draws) = (TestBench(), TestBench())
        let setup = "data blobs n=20 seed=1\nnet 2 3 relu 3\nloss cross_entropy\ninit he_normal seed=1\n"
        try search.run(setup + "search random n=1 seed=8\nbest = loss_on(train)")
        try draws.run(setup + "first = loss_on(train)\ninit he_normal seed=8\nsecond = loss_on(train)")
        let values = try ["first", "second"].map { try draws.value($0).elements[0] }
        #expect(try search.value("best").elements[0] == values.min())
        #expect(search.texts.contains { $0.hasSuffix("from he_normal") })
    }

    @Test func searchStopsWhenAskedToAndReplays() throws {
        let folder = TemporaryFolder()
        let bench = TestBench()
        bench.stopsAfterEveryStep = true
        try bench.run("w = param(9); J = w^2; minimize J")
        try bench.run("search random n=1000 range=-1:1")
        #expect(bench.texts.contains("stopped by Ctrl-C after 1 draws"))
        try bench.run("save \"session.dl\"", folder: folder.path)
        let replayed = TestBench()
        try replayed.run(try Script.read(folder.path + "/session.dl"))
        #expect(replayed.fingerprint == bench.fingerprint)
    }

    @Test func functionsAndCommandsShareTheirNames() throws {
        let bench = TestBench()
        try bench.run(
            "w = param([1, 2])\nJ = w[0]^2 * w[1]\nminimize J\nhessian(J, w) + 1\nh = hessian(J)\nhessian\neig(h)\neig")
        #expect(try bench.value("h") == Tensor([2, 2], [4, 2, 2, 0]))
        #expect(bench.texts.contains("[[5, 3], [3, 1]]"))
    }
}
