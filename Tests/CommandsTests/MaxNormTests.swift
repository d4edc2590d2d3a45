// maxnorm: what it says, what why makes of it, and what it leaves alone.

import Commands
import TestSupport
import Testing

@Suite struct MaxNormTests {
    @Test(
        arguments: [
            "sgd lr=0.1", "adam lr=0.1 weight_decay=0.1", "momentum lr=0.05\nclip norm 0.5", "rmsprop momentum=0.9",
            "newton", "newton lr=0.3\nclip value 2",
        ], ["torch", "keras"])
    func partsAndExplanationGiveTheChange(_ optimizer: String, _ form: String) throws {
        let bench = TestBench()
        try bench.run("w = param([[0.7, 2], [1.5, -3]])\nJ = sum((w - 3)^2 + exp(w / 4))\nminimize J")
        try bench.run("maxnorm 1.5 form=\(form)\noptimizer \(optimizer)\nstep 3")
        let before = try bench.value("w").elements
        try bench.run("step")
        let after = try bench.value("w").elements
        let parts = try bench.parts(of: "w")
        #expect((parts.reduce(0) { $0 + $1 } - (after[0] - before[0])).magnitude < 1e-14)
        for (index, symbol) in ["w[0,0]", "w[0,1]", "w[1,0]", "w[1,1]"].enumerated() {
            let lines = try bench.explanation("explain \(symbol)").lines
            let last = try #require(lines.last { $0.symbol == symbol })
            #expect(last.result == after[index])
            #expect(lines.contains { $0.symbol == "length" } && lines.contains { $0.symbol == "factor" })
        }
        let lengths = [0, 1].map { (after[$0] * after[$0] + after[$0 + 2] * after[$0 + 2]).squareRoot() }
        #expect(lengths.allSatisfy { $0 < 1.5 } && lengths.contains { $0 > 1.4999 })
    }

    @Test func vectorsAndNumbersAreLeftAlone() throws {
        let (free, bound) = (TestBench(), TestBench())
        let lines = "\nv = param([3, 4]); a = param(9); J = sum(v) + a; minimize J; optimizer sgd lr=0.1; step 3"
        try free.run(lines)
        try bound.run("maxnorm 1" + lines)
        #expect(try free.value("v") == bound.value("v"))
        #expect(try free.value("a") == bound.value("a"))
    }

    @Test func isShownUndoneAndSaved() throws {
        let folder = TemporaryFolder()
        let bench = TestBench()
        try bench.run("w = param([[3, 0], [4, 0.5]])\nJ = sum(w^2)\nminimize J\noptimizer sgd lr=0.01")
        let before = bench.fingerprint
        try bench.run("maxnorm 2 form=keras\nshow")
        #expect(bench.texts.contains("maxnorm limit=2 form=keras"))
        #expect(bench.texts.contains("  w: longest column 5, 1 of 2 above the limit"))
        try bench.run("step 4\nback 2\nstep")
        let after = bench.fingerprint
        try bench.run("save \"s.dl\"", folder: folder.path)
        let again = TestBench()
        try again.run(try Script.read(folder.path + "/s.dl"))
        #expect(again.fingerprint == after)
        try again.run("undo 4")
        #expect(again.fingerprint == before)
        try again.run("maxnorm 2\nmaxnorm off")
        #expect(again.fingerprint == before)
    }
}
