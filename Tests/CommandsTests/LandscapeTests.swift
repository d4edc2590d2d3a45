// Landscapes: built as if they were typed. Values and gradients come from NumPy, in Tests/Fixtures/landscapes.dl.

import Commands
import Learning
import TestSupport
import Testing

@Suite struct LandscapeTests {
    @Test func everyLandscapeIsInTheFixture() throws {
        let script = try Script.read("\(packageFolder)/Tests/Fixtures/landscapes.dl")
        for landscape in Catalog.landscapes {
            #expect(script.lines.contains("landscape \(landscape.name)"), "\(landscape.name)")
        }
    }

    @Test(arguments: Catalog.landscapes.map(\.name)) func startLiesInTheWindow(_ name: String) throws {
        let bench = TestBench()
        try bench.run("landscape \(name)")
        let landscape = Catalog.landscapes.first { $0.name == name }!
        let start = try bench.value("w")
        #expect(start.shape == [landscape.window.count])
        for (value, range) in zip(start.elements, landscape.window) { #expect(range.contains(value)) }
    }

    /// The shown formula, typed in, makes the same steps.
    @Test(arguments: Catalog.landscapes.map(\.name)) func shownFormulaGivesTheSame(_ name: String) throws {
        let built = TestBench()
        try built.run("digits full\nlandscape \(name)")
        let formula = try #require(built.texts.first { $0.hasPrefix("J = ") })
        let typed = TestBench()
        try typed.run("w = param(\(try built.value("w").elements))\n\(formula)\nminimize J")
        for bench in [built, typed] { try bench.run("optimizer sgd lr=0.001 momentum=0.5\nstep 20\nforward\nbackward") }
        for value in ["w", "w.grad", "J"] {
            let (a, b) = (try built.value(ofExplainable: value), try typed.value(ofExplainable: value))
            for (a, b) in zip(a.elements, b.elements) { #expect((a - b).magnitude <= 1e-12 * max(1, a.magnitude)) }
        }
    }

    @Test func aLandscapeBeginsARun() throws {
        let bench = TestBench()
        try bench.run("landscape coupled\noptimizer sgd lr=0.1\nstep 5\nlandscape coupled c=2 start=[1, 1]\nforward")
        #expect(try bench.value("t").scalar == 0)
        #expect(try bench.value("w").elements == [1, 1])
        #expect(try bench.value("J").scalar == 2)
        // It is replaced by one of another size, and what was defined over the old one is named.
        try bench.run("K = w[1]^2\nlandscape parabola\nstep")
        #expect(bench.texts.contains { $0.contains("K depended on the old w") })
        #expect(try bench.value("w").count == 1)
        #expect(throws: Diagnostic.self) { try bench.run("explain w[1]") }
        // Something else is minimised: there is no landscape any more.
        try bench.run("landscape\nJ = w[0]^4")
        #expect(throws: Diagnostic.self) { try bench.run("landscape") }
    }

    /// Where a value came from is still known in the run after it.
    @Test func originsBelongToTheirRun() throws {
        let bench = TestBench()
        try bench.run("v = param(2); J = v^2; minimize J; optimizer sgd lr=0.1; step 5; v = 3; minimize J; step 5")
        #expect(try bench.explanation("explain v").lines.last?.symbol == "v")
    }
}
