// The data sets that are drawn: images, a curve, sparse features; and labels that are dealt out again.

import Learning
import Tensors
import Testing

@Suite("Drawn data")
struct DrawnDataTests {
    private func rows(_ set: DataSet) -> [[Double]] { (0..<set.count).map { set.x.row($0).elements } }

    private static let still: [String: SettingValue] = ["shift": .number(0), "noise": .number(0)]

    /// The drawing of a symbol, a line of text a row.
    private func drawing(_ row: [Double]) -> [String] {
        (0..<8).map { line in row[8 * line..<8 * line + 8].map { $0 == 1 ? "#" : $0 == 0 ? "." : "?" }.joined() }
    }

    @Test("glyphs: twenty drawings that differ, each with a free border; the images follow their class")
    func drawings() throws {
        let set = try makeData("glyphs", Self.still.merging(["classes": .number(20), "n": .number(60)]) { $1 })
        #expect(set.classes.joined() == "0123456789ACEFHLPTUX")
        let drawings = rows(set).map(drawing)
        #expect(Set(drawings).count == 20)
        for (index, drawing) in drawings.enumerated() {
            #expect(drawing == drawings[index % 20] && set.y[index] == Double(index % 20))
            #expect(!drawing.joined().contains("?"))
            #expect(drawing[0] == "........" && drawing[7] == "........")
            #expect(drawing.allSatisfy { $0.hasPrefix(".") && $0.hasSuffix(".") })
        }
        #expect(drawings[15] == ["........"] + Array(repeating: ".##.....", count: 5) + [".######.", "........"])
        // A 6 turned by half a turn is no longer a 6.
        #expect(drawings[6].reversed().map { String($0.reversed()) } != drawings[6])
    }

    @Test("glyphs: every shift up to the limit occurs, and only those", arguments: [0, 1, 2])
    func shifts(limit: Int) throws {
        let given: [String: SettingValue] = ["shift": .number(Double(limit)), "noise": .number(0), "n": .number(2000)]
        let (still, moved) = (try makeData("glyphs", Self.still), try makeData("glyphs", given))
        var seen: Set<[Int]> = []
        for row in 0..<moved.count {
            let (from, to) = (still.x.row(row % 10).elements, moved.x.row(row).elements)
            let shift = (-4...4).flatMap { down in (-4...4).map { [down, $0] } }.first { shift in
                (0..<64).allSatisfy { place in
                    let (line, column) = (place / 8 - shift[0], place % 8 - shift[1])
                    let isInside = (0..<8).contains(line) && (0..<8).contains(column)
                    return to[place] == (isInside ? from[8 * line + column] : 0)
                }
            }
            seen.insert(try #require(shift))
        }
        #expect(seen == Set((-limit...limit).flatMap { down in (-limit...limit).map { [down, $0] } }))
    }

    @Test("glyphs: noise has the deviation that is set and stays between 0 and 1")
    func glyphNoise() throws {
        let clean = try makeData("glyphs", Self.still.merging(["n": .number(400)]) { $1 })
        let noisy = try makeData("glyphs", ["shift": .number(0), "noise": .number(0.2), "n": .number(400)])
        #expect(noisy.x.elements.allSatisfy { (0...1).contains($0) })
        // On paper negative noise is cut off, so half of the pixels stay 0; the others tell the deviation.
        let paper = zip(clean.x.elements, noisy.x.elements).filter { $0.0 == 0 }.map(\.1)
        let above = paper.filter { $0 > 0 && $0 < 1 }
        let share = Double(above.count) / Double(paper.count)
        #expect((share - 0.5).magnitude < 4 * 0.5 / Double(paper.count).squareRoot())
        let spread = (above.reduce(0) { $0 + $1 * $1 } / Double(above.count)).squareRoot()
        #expect((spread - 0.2).magnitude < 4 * 0.2 / (2 * Double(above.count)).squareRoot())
    }

    /// The mean product of pixels so many rows and columns apart, over all pictures of a kind.
    private func product(_ set: DataSet, kind: Int, _ down: Int, _ right: Int) -> Double {
        let side = Int(Double(set.features.count).squareRoot())
        var products: [Double] = []
        for (row, pixels) in rows(set).enumerated() where set.y[row] == Double(kind) {
            for place in 0..<side * side {
                let (line, column) = (place / side + down, place % side + right)
                guard line < side, (0..<side).contains(column) else { continue }
                products.append(pixels[place] * pixels[line * side + column])
            }
        }
        return mean(products)
    }

    @Test("scenes: pixels of a texture go together as the overlap of what they are sums of, and no farther than grain")
    func textures() throws {
        let grain = 3
        let set = try makeData(
            "scenes",
            ["content": .word("texture"), "n": .number(800), "size": .number(16), "grain": .number(Double(grain))])
        #expect(set.classes == ["clouds", "rows", "columns", "slants"] && set.image == [16, 16])
        func share(_ distance: Int) -> Double { max(0, 1 - Double(abs(distance)) / Double(grain)) }
        for down in 0...4 {
            for right in -4...4 {
                let expected = [
                    share(down) * share(right), down == 0 ? share(right) : 0, right == 0 ? share(down) : 0,
                    down == right ? share(down) : 0,
                ]
                for (kind, value) in expected.enumerated() {
                    #expect(abs(product(set, kind: kind, down, right) - value) < 0.05, "\(kind): \(down), \(right)")
                }
            }
        }
        #expect(abs(mean(set.x.elements)) < 0.02)
    }

    @Test("scenes: objects of four forms with the area of a disc, where they should be", arguments: [0, 2])
    func objects(shift: Int) throws {
        let (side, contrast) = (30, 1000.0)
        let set = try makeData(
            "scenes",
            [
                "n": .number(400), "size": .number(Double(side)), "contrast": .number(contrast),
                "shift": .number(Double(shift)),
            ])
        #expect(set.classes == ["disc", "square", "diamond", "cross"])
        var middles: Set<[Double]> = []
        for (row, pixels) in rows(set).enumerated() {
            let inside = (0..<side * side).filter { pixels[$0] > contrast / 2 }
            // An area of π r² with r = 10, 10 % more or less, counted in pixels.
            #expect((230...400).contains(inside.count))
            let (lines, columns) = (inside.map { Double($0 / side) }, inside.map { Double($0 % side) })
            let middle = [mean(lines), mean(columns)]
            #expect(middle.allSatisfy { abs($0 - 14.5) < Double(shift) + 1e-9 })
            middles.insert(middle.map { $0.rounded(.down) })
            // How far it reaches tells the form: half a side, a radius, half a diagonal, an arm.
            let reach = lines.map { abs($0 - middle[0]) }.max()! / (Double(inside.count) / .pi).squareRoot()
            let form = [1, Double.pi.squareRoot() / 2, (Double.pi / 2).squareRoot(), (Double.pi / 2.56).squareRoot()]
            #expect(abs(reach - form[Int(set.y[row])]) < 0.12)
        }
        #expect(middles.count == (2 * shift + 1) * (2 * shift + 1))
    }

    @Test("bars: whole rows or whole columns, never all of them or none, each pattern alike", arguments: [2, 3, 5])
    func bars(side: Int) throws {
        let set = try makeData("bars", ["size": .number(Double(side)), "n": .number(4000)])
        var counts: [Double: [[Double]: Int]] = [:]
        for (row, pixels) in rows(set).enumerated() {
            let lines = (0..<side).map { line in
                (0..<side).map { pixels[set.y[row] == 0 ? line * side + $0 : $0 * side + line] }
            }
            #expect(lines.allSatisfy { Set($0).count == 1 })
            let pattern = lines.map { $0[0] }
            #expect(Set(pattern) == [0, 1])
            counts[set.y[row], default: [:]][pattern, default: 0] += 1
        }
        let patterns = (1 << side) - 2
        for kind in [0.0, 1] {
            #expect(counts[kind]?.count == patterns)
            let expected = 2000 / Double(patterns)
            for count in counts[kind]?.values.map(Double.init) ?? [] {
                #expect((count - expected).magnitude < 5 * expected.squareRoot())
            }
        }
        let noisy = try makeData("bars", ["size": .number(Double(side)), "n": .number(4000), "noise": .number(1)])
        #expect(Set(noisy.x.elements) == [0, 1])
    }

    @Test("bars: pixels are turned over as often as noise says")
    func barNoise() throws {
        // In an image of 16×16 most pixels of a line tell what the line was.
        let set = try makeData("bars", ["size": .number(16), "n": .number(100), "noise": .number(0.1)])
        var turned = 0
        for (row, pixels) in rows(set).enumerated() {
            for line in 0..<16 {
                let ink = (0..<16).count { pixels[set.y[row] == 0 ? line * 16 + $0 : $0 * 16 + line] == 1 }
                turned += min(ink, 16 - ink)
            }
        }
        let pixels = 100.0 * 256
        #expect((Double(turned) / pixels - 0.1).magnitude < 4 * (0.09 / pixels).squareRoot())
    }

    // The coefficients of Chebyshev's polynomials, the constant first, as tables have them.
    static let chebyshev: [[Double]] = [
        [1], [0, 1], [-1, 0, 2], [0, -3, 0, 4], [1, 0, -8, 0, 8], [0, 5, 0, -20, 0, 16],
    ]

    @Test("polynomial: y is Chebyshev's polynomial of x", arguments: chebyshev.indices)
    func polynomial(degree: Int) throws {
        let set = try makeData(
            "polynomial", ["degree": .number(Double(degree)), "noise": .number(0), "n": .number(500)])
        #expect(set.classes.isEmpty && set.features == ["x"])
        for (x, y) in zip(set.x.elements, set.y) {
            #expect((-1..<1).contains(x))
            let value = Self.chebyshev[degree].reversed().reduce(0) { $0 * x + $1 }
            #expect((value - y).magnitude < 1e-12)
        }
        let noisy = try makeData(
            "polynomial", ["degree": .number(Double(degree)), "noise": .number(0.3), "n": .number(5000)])
        let errors = zip(noisy.x.elements, noisy.y).map { x, y in
            y - Self.chebyshev[degree].reversed().reduce(0) { $0 * x + $1 }
        }
        #expect((deviation(errors, from: 0) - 0.3).magnitude < 4 * 0.3 / 10_000.0.squareRoot())
    }

    @Test("sparse: one rare feature tells the class, the common ones say nothing", arguments: [2, 3, 50])
    func sparse(rare: Int) throws {
        let set = try makeData("sparse", ["rare": .number(Double(rare)), "common": .number(3), "n": .number(6000)])
        #expect(set.features.count == 3 + rare && set.features[3] == "rare0")
        #expect(Set(set.x.elements) == [0, 1])
        var (uses, together) = ([Int](repeating: 0, count: rare), [0.0, 0, 0])
        for (row, features) in rows(set).enumerated() {
            let on = (0..<rare).filter { features[3 + $0] == 1 }
            #expect(on.count == 1 && Double(on[0] % 2) == set.y[row])
            uses[on[0]] += 1
            for column in 0..<3 { together[column] += features[column] == set.y[row] ? 1 : 0 }
        }
        for index in 0..<rare {
            let expected = 3000 / Double((rare + 1 - index % 2) / 2)
            #expect((Double(uses[index]) - expected).magnitude < 5 * expected.squareRoot(), "\(index)")
        }
        for count in together { #expect((count / 6000 - 0.5).magnitude < 4 * 0.5 / 6000.0.squareRoot()) }
    }

    @Test("labels dealt out again: the samples stay, each class occurs as often, the connection is gone")
    func labels() throws {
        let set = try makeData("blobs", ["n": .number(3000)])
        var random = Random(seed: 4)
        let dealt = try set.shufflingLabels(&random)
        #expect(dealt.x.hasSameBits(as: set.x) && dealt.classes == set.classes)
        #expect(dealt.y.sorted() == set.y.sorted() && dealt.y != set.y)
        let same = Double(zip(dealt.y, set.y).count { $0 == $1 }) / 3000
        #expect((same - 1.0 / 3).magnitude < 4 * (2.0 / 9 / 3000).squareRoot())
        let values = try makeData("polynomial")
        #expect(throws: OperationError.self) { try values.shufflingLabels(&random) }
    }
}
