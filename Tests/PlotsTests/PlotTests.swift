// Axes, contours, canvases and SVG files by themselves.

import Foundation
import FoundationXML
import TestSupport
import Testing

@testable import Plots

@Suite struct AxisTests {
    @Test(arguments: [
        (0.0, 10.0, 5, [0.0, 2, 4, 6, 8, 10]), (-1, 1, 5, [-1, -0.5, 0, 0.5, 1]),
        (0, 0.3, 3, [0, 0.1, 0.2, 0.3]), (-5, 95, 5, [0, 20, 40, 60, 80]), (3, 4, 4, [3, 3.5, 4]),
        (1e5, 3e5, 2, [1e5, 2e5, 3e5]),
    ])
    func ticksAreRoundNumbers(_ lower: Double, _ upper: Double, _ count: Int, _ expected: [Double]) {
        let ticks = Axis("x", from: lower, to: upper).ticks(count)
        #expect(ticks.map(\.text) == expected.map { Axis.text($0) })
        for (tick, value) in zip(ticks, expected) {
            #expect(abs(tick.position - (value - lower) / (upper - lower)) < 1e-12)
        }
    }

    @Test func aLogarithmicAxisHasPowersOfTen() {
        let axis = Axis("y", from: 0.001, to: 1000, isLogarithmic: true)
        #expect(axis.ticks(7).map(\.text) == ["0.001", "0.01", "0.1", "1", "10", "100", "1000"])
        #expect(abs(axis.position(1) - 0.5) < 1e-12)
        #expect(axis.position(0).isNaN && axis.position(-1).isNaN)
        #expect(abs(axis.value(at: axis.position(37)) - 37) < 1e-9)
    }

    @Test(arguments: [
        [], [.nan], [.infinity, 3], [2, 2], [0], [-1e308, 1e308], [.leastNonzeroMagnitude, 0], [1e-300, 1],
    ])
    func anyValuesFit(_ values: [Double]) {
        for isLogarithmic in [false, true] {
            let axis = Axis("y", fitting: values, isLogarithmic: isLogarithmic)
            #expect(axis.lower < axis.upper)
            for tick in axis.ticks(5) { #expect((-1e-9...1 + 1e-9).contains(tick.position)) }
        }
    }
}

@Suite struct ContourTests {
    /// The height of x² + y² over the square from −1 to 1.
    static let bowl: Field = {
        let places = (0..<81).map { Double($0) / 40 - 1 }
        return Field(columns: 81, rows: 81, values: places.flatMap { y in places.map { x in x * x + y * y } })
    }()

    @Test(arguments: [0.1, 0.25, 0.5, 0.81]) func theLineOfABowlIsACircle(_ level: Double) {
        let segments = Self.bowl.segments(at: level)
        #expect(segments.count > 20)
        for point in segments.flatMap({ [$0.0, $0.1] }) {
            let (x, y) = (point.x * 2 - 1, point.y * 2 - 1)
            #expect(abs((x * x + y * y).squareRoot() - level.squareRoot()) < 1e-3)
        }
    }

    @Test func levelsLieBetweenTheEnds() {
        let levels = Self.bowl.levels(9)
        #expect(levels.count == 9 && levels == levels.sorted() && levels[0] > 0 && levels[8] < 2)
        #expect(Field(columns: 2, rows: 1, values: [3, 3]).levels(4).isEmpty)
    }

    @Test func whatIsNotFiniteIsLeftOut() {
        #expect(Field(columns: 2, rows: 2, values: [0, .nan, 1, 1]).segments(at: 0.5).isEmpty)
    }
}

@Suite struct CanvasTests {
    /// The dots of Braille patterns as Unicode numbers them: 1 2 3 7 in the left column, 4 5 6 8 in the right.
    @Test(arguments: [
        (0, 0, "⠁"), (0, 1, "⠂"), (0, 2, "⠄"), (0, 3, "⡀"), (1, 0, "⠈"), (1, 1, "⠐"), (1, 2, "⠠"), (1, 3, "⢀"),
    ])
    func oneDot(_ x: Int, _ y: Int, _ expected: String) {
        var canvas = Canvas(columns: 1, rows: 1, drawing: .braille)
        canvas.set(x, y, nil)
        #expect(canvas.spans(0).map(\.text).joined() == expected)
    }

    @Test(arguments: Drawing.allCases) func aFullCell(_ drawing: Drawing) {
        var canvas = Canvas(columns: 1, rows: 1, drawing: drawing)
        for x in 0..<canvas.width { for y in 0..<canvas.height { canvas.set(x, y, nil) } }
        #expect(canvas.spans(0)[0].text == ["braille": "⣿", "blocks": "█", "ascii": ":"][drawing.rawValue])
        // Outside there is nothing to set, and nothing happens.
        canvas.set(-1, 0, nil)
        canvas.set(0, 99, nil)
    }

    @Test func theDiagonal() {
        var canvas = Canvas(columns: 3, rows: 3, drawing: .blocks)
        canvas.line(from: (0, 5), to: (5, 0), nil)
        #expect((0..<3).map { canvas.spans($0).map(\.text).joined() } == ["  ▞", " ▞ ", "▞  "])
    }

    @Test func linesAreCutAtTheFrame() {
        let cut = Segment.clipped(Point(-1, 0.5), Point(2, 0.5))
        #expect(cut?.0 == Point(0, 0.5) && cut?.1 == Point(1, 0.5))
        #expect(Segment.clipped(Point(-1, 2), Point(2, 2)) == nil)
        #expect(Segment.clipped(Point(.nan, 0), Point(1, 1)) == nil)
        #expect(Segment.clipped(Point(-.infinity, 0), Point(1, 1)) == nil)
    }
}

@Suite struct DrawingTests {
    /// Each kind of mark, with values that cannot be drawn among them.
    static let plots: [Plot] = {
        let points = [Point(0, 1), Point(1, .nan), Point(2, 3), Point(3, .infinity), Point(4, -1), Point(1e9, 1e9)]
        let (x, y) = (Axis("x <&\">", from: 0, to: 4), Axis("y", from: -2, to: 4))
        let marks = [
            Mark(.regions(Field(columns: 2, rows: 2, values: [0, 1, 2, .nan]), names: ["a", "b", "c"])),
            Mark(.contour(ContourTests.bowl, levels: [0.5])), Mark(.line(points), name: "line", series: 0),
            Mark(.points(points), name: "한국어 & <tag>", series: 1),
            Mark(.arrows([.init(from: Point(0, 0), to: Point(9, 9))]), name: "arrows", series: 12),
            Mark(.bars([.init(from: 0, to: 1, height: 2), .init(from: 1, to: 2, height: .nan)]), series: 3),
        ]
        let values = [0, -1, 2.5, .nan, .infinity, -3]
        let names = ["<one>", "둘", "three"]
        return [
            Plot(title: "T & <t>", summary: "A \u{7} sentence.", body: .axes(Axes(x: x, y: y, marks: marks))),
            Plot(title: "", summary: "", body: .axes(Axes(x: x, y: y, marks: []))),
        ]
            + [Cells.Style.signed, .grey, .counts].map { style in
                Plot(
                    title: "cells", summary: "s",
                    body: .cells(
                        Cells(
                            rows: 2, columns: 3, values: values, style: style, rowNames: ["<a>", "b"],
                            columnNames: names,
                            rowLabel: "rows", columnLabel: "columns")))
            } + [
                Plot(
                    title: "large", summary: "s",
                    body: .cells(
                        Cells(rows: 100, columns: 90, values: (0..<9000).map { Double($0 % 7) - 3 }, style: .signed))),
                Plot(
                    title: "rows", summary: "s",
                    body: .histograms([
                        HistogramGroup(
                            title: "g", lower: "-1", upper: "1", headings: ["mean"],
                            rows: [.init(name: "z1", counts: [0, 1, 5, 0], notes: ["0.5"])])
                    ])),
            ]
    }()

    @Test(arguments: plots.indices) func anSVGFileIsXML(_ index: Int) throws {
        let text = SVGDrawing().text(Self.plots[index])
        let document = try XMLDocument(xmlString: text)
        #expect(document.rootElement()?.name == "svg")
        #expect(!text.contains("nan") && !text.contains("inf"))
    }

    @Test(arguments: plots.indices, Drawing.allCases) func drawingsFitTheScreen(_ index: Int, _ drawing: Drawing) {
        for width in [24, 40, 80, 300] {
            for hasColor in [false, true] {
                let lines = TextDrawing(drawing, width: width, hasColor: hasColor).lines(Self.plots[index])
                for line in lines.map({ $0.map(\.text).joined() }) {
                    // A table of counts is as wide as its names.
                    let isNamed = line.contains("한국어") || index == 4 && width == 24
                    #expect(line.count <= width || isNamed, "\(line)")
                    let hasNames = line.unicodeScalars.contains { $0.value >= 0xAC00 } || line.contains("×")
                    #expect(drawing != .ascii || hasNames || line.utf8.allSatisfy { $0 < 128 }, "\(line)")
                }
            }
        }
    }
}

extension Axis {
    fileprivate static func text(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value))" : "\(value)"
    }
}
