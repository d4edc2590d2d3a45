// Pictures: their numbers against the session's own, and their drawings against stored ones.

import Commands
import Foundation
import FoundationXML
import Plots
import TestSupport
import Testing

@Suite struct PictureTests {
    static let valley = """
        x = param([-5, 4])
        J = x[0]^2 + 4*x[1]^2 - x[0]*x[1]
        minimize J
        optimizer sgd lr=0.1
        """
    static let moons = """
        data moons n=60
        split train=0.8 seed=1
        net 2 8 tanh 2
        init he_normal seed=3
        loss cross_entropy
        optimizer adam lr=0.05
        batch 12
        train epochs=10
        """
    static let line = """
        net 1 8 relu 1
        init torch seed=2
        x = [[-1], [-0.5], [0], [0.5], [1]]
        y = [[1], [0.25], [0], [0.25], [1]]
        loss mse
        optimizer adam lr=0.05
        step 50
        """
    static let cases: [(name: String, lines: String)] = [
        ("loss", valley + "\nstep 12\nplot loss"), ("loss-log", valley + "\nstep 12\nplot loss log=y"),
        ("validation", moons + "\nplot loss"), ("expression", valley + "\nstep 12\nplot norm(x)"),
        ("forks", valley + "\nfork fast\nlr = 0.2\nstep 8\nswitch main\nstep 8\nplot loss log=y"),
        ("function", "w = param(-4)\nf = w^2 - 3*w\nminimize f\noptimizer sgd lr=0.9\nstep 6\nplot f w=-5:8"),
        ("free", "plot sin(q)*q q=-10:10"),
        (
            "contour",
            valley + "\nstep 12\ngoto 0\noptimizer momentum lr=0.02\nstep 15\nplot contour J x=-6:6 y=-6:6 levels=5"
        ),
        ("race", valley + "\nrace sgd(lr=0.1) adam(lr=0.5) steps=10"),
        (
            "arrows",
            "data iris features=[petal_length]\nnet 1 1\nloss mse\nbatch 10\noptimizer sgd lr=0.01\nstep 20\n"
                + "plot contour loss x=-0.5:1.5 y=-1:1.5"
        ),
        ("boundary", moons + "\nplot boundary"), ("fit", line + "\nplot fit"),
        ("hist", "plot hist [1, 2, 2, 3, 3, 3, 4, 4, 5] bins=5"), ("layers", moons + "\nplot layers"),
        ("heat", moons + "\nplot heat W1"), ("image", "plot image linspace(0, 1, 64)"),
        ("confusion", moons + "\nplot confusion train"),
    ]

    /// Each drawing as it was looked at and stored; with DLREPL_RECORD in the environment they are written anew.
    @Test(arguments: cases.map(\.name)) func drawingsAreAsStored(_ name: String) throws {
        let bench = TestBench()
        let script = Self.cases.first { $0.name == name }!.lines
        try bench.run(script)
        let plot = try #require(bench.plots.last)
        for drawing in Drawing.allCases {
            let lines = TextDrawing(drawing, width: 72).lines(plot).map { spans in
                spans.map(\.text).joined()
            }
            let text = lines.joined(separator: "\n") + "\n"
            let path = "\(packageFolder)/Tests/Fixtures/drawings/\(name).\(drawing.rawValue).txt"
            if ProcessInfo.processInfo.environment["DLREPL_RECORD"] != nil {
                try text.write(toFile: path, atomically: true, encoding: .utf8)
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text, "\(name) \(drawing)")
        }
        #expect(try XMLDocument(xmlString: SVGDrawing().text(plot)).rootElement() != nil)
    }

    private func lines(_ plot: Plot) -> [[Point]] {
        guard case .axes(let axes) = plot.body else { return [] }
        return axes.marks.compactMap { if case .line(let points) = $0.shape { points } else { nil } }
    }

    @Test func theLossIsThatOfEachStep() throws {
        let bench = TestBench()
        try bench.run(Self.valley)
        var expected: [Double] = []
        for _ in 0..<7 {
            try bench.run("forward")
            expected.append(try bench.value("J").elements[0])
            try bench.run("backward\nupdate")
        }
        try bench.run("plot loss")
        #expect(lines(bench.plots[0])[0].map(\.y) == expected)
        // A row of steps is remembered like single ones, and going back forgets what lay ahead.
        try bench.run("goto 3\nplot J\nstep 4\nplot J")
        #expect(lines(bench.plots[1])[0].map(\.y) == Array(expected[..<3]))
        #expect(lines(bench.plots[2])[0].map(\.y) == expected)
    }

    @Test func anExpressionIsWorkedOutAtEveryMoment() throws {
        let bench = TestBench()
        try bench.run(Self.valley + "\nstep 9\nplot x[0]*2")
        let drawn = lines(bench.plots[0])[0]
        #expect(drawn.map(\.x) == (0...9).map(Double.init))
        for point in drawn {
            try bench.run("goto \(Int(point.x))\nv = x[0]*2")
            #expect(try bench.value("v").elements[0] == point.y)
            try bench.run("undo 2")
        }
    }

    @Test func theValidationLossIsThatOfItsMoment() throws {
        let bench = TestBench()
        try bench.run(Self.moons + "\nplot loss")
        let drawn = lines(bench.plots[0])[1]
        #expect(drawn.count == 41)
        for point in drawn.filter({ Int($0.x) % 13 == 0 }) {
            try bench.run("goto \(Int(point.x))\nv = loss_on(val)")
            #expect(try bench.value("v").elements[0] == point.y)
            try bench.run("undo 2")
        }
    }

    /// Another objective than the loss of the net has no validation samples.
    @Test func anObjectiveOfOnesOwnIsDrawnAlone() throws {
        let bench = TestBench()
        try bench.run(Self.moons + "\nq = param(3)\nf = (q - 1)^2\nminimize f\noptimizer sgd lr=0.25\nstep 3\nplot f")
        #expect(lines(bench.plots[0]).map { $0.map(\.y) } == [[4, 1, 0.25]])
    }

    /// A contour of the loss is that of all training samples, before the first step and after.
    @Test(arguments: ["", "\nstep 7"]) func theContourOfALossIsThatOfAllSamples(_ steps: String) throws {
        let bench = TestBench()
        try bench.run(
            "data iris features=[petal_length]\nsplit train=0.8 seed=1\nnet 1 1\nloss mse\nbatch 7\n"
                + "optimizer sgd lr=0.01\(steps)\nplot contour loss x=-1:1 y=-1:1")
        guard case .axes(let axes) = bench.plots[0].body, case .contour(let field, _) = axes.marks[0].shape else {
            Issue.record("no contour")
            return
        }
        for (place, line) in [(0, "W1 = [[-1]]; b1 = [-1]"), (field.values.count - 1, "W1 = [[1]]; b1 = [1]")] {
            try bench.run("\(line); a = loss_on(train)")
            #expect(abs(field.values[place] - (try bench.value("a").elements[0])) < 1e-12)
        }
    }

    /// Nothing that a session can hold makes a picture trap.
    @Test(arguments: [
        "plot hist 1e17", "plot hist [nan, 1]", "plot heat [1e300, -1e300]", "plot image [5, 5, 5, 5]",
        "plot 1e307*q q=-10:10", "plot q q=1e15:1000000000000001", "plot contour (a^2 + b^2) a=-1:1 b=-1:1",
        "plot contour (W1[0,0]^2 + b1[0]^2)", "plot layers", "plot confusion", "plot loss", "plot loss log=y",
        "plot contour (a*0 + b*0) a=0:1 b=0:1", "plot norm(W1.grad)", "race sgd(lr=1e200) steps=3",
    ])
    func oddInputGivesAPictureOrADiagnostic(_ line: String) throws {
        for setup in [
            "", "step 1", "step 900", "optimizer sgd lr=1e200\nstep 3", "forward\nnext 2",
            "fork a\nstep 2\nswitch main",
        ] {
            let bench = TestBench()
            try bench.run(
                "data iris\nsplit train=0.8 seed=1\nnet 4 3\nloss cross_entropy\nbatch 15\noptimizer sgd lr=0.1\n\(setup)"
            )
            do throws(Diagnostic) { try bench.run(line) } catch { #expect(error.place != nil) }
            for plot in bench.plots {
                #expect(!TextDrawing(.braille, width: 40, height: 24).lines(plot).isEmpty)
                #expect(try XMLDocument(xmlString: SVGDrawing().text(plot)).rootElement() != nil)
            }
        }
    }

    @Test func theContourIsTheFunction() throws {
        let bench = TestBench()
        try bench.run(Self.valley + "\nplot contour J x=-6:6 y=-3:5")
        guard case .axes(let axes) = bench.plots[0].body, case .contour(let field, _) = axes.marks[0].shape else {
            Issue.record("no contour")
            return
        }
        for row in stride(from: 0, to: field.rows, by: 7) {
            for column in stride(from: 0, to: field.columns, by: 11) {
                let a = -6 + 12 * Double(column) / Double(field.columns - 1)
                let b = -3 + 8 * Double(row) / Double(field.rows - 1)
                #expect(abs(field.values[row * field.columns + column] - (a * a + 4 * b * b - a * b)) < 1e-9)
            }
        }
    }

    @Test func everyWayThatWasTriedIsDrawn() throws {
        let bench = TestBench()
        try bench.run(Self.valley + "\nstep 3\ngoto 0\noptimizer adam lr=0.5\nstep 2\nstep 2\nplot contour")
        let paths = lines(bench.plots[0])
        #expect(paths.map(\.count) == [4, 5])
        // By hand: −5 − 0.1·(2·(−5) − 4) and 4 − 0.1·(8·4 + 5).
        #expect(abs(paths[0][1].x - -3.6) < 1e-12 && abs(paths[0][1].y - 0.3) < 1e-12)
        #expect(paths[0][0] == paths[1][0])
    }

    /// Other parameters beside the two do not hide the way.
    @Test func pathsAreDrawnAmongOtherParameters() throws {
        let bench = TestBench()
        try bench.run(
            "b = param([7, 8, 9])\n" + Self.valley + "\nstep 3\nplot contour J x=-6:6 y=-6:6\nrace sgd steps=2")
        #expect(lines(bench.plots[0]).map(\.count) == [4])
        #expect(lines(bench.plots[1]).map(\.count) == [3])
    }

    @Test func aRaceLeavesTheSessionAndRunsTheRealRules() throws {
        let bench = TestBench()
        try bench.run(Self.valley + "\nstep 2")
        let before = bench.fingerprint
        let count = bench.lineCount
        try bench.run("race sgd(lr=0.05) adam(lr=0.5 beta1=0.8) rmsprop steps=6")
        #expect(bench.fingerprint == before && bench.lineCount == count)
        let paths = lines(bench.plots[0])
        for (path, optimizer) in zip(paths, ["sgd lr=0.05", "adam lr=0.5 beta1=0.8", "rmsprop"]) {
            try bench.run("optimizer \(optimizer)\nstep 6")
            #expect(try bench.value("x").elements == [path[6].x, path[6].y])
            try bench.run("undo 2")
        }
    }
}
