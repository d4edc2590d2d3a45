// MovedImage: images flipped, shifted or turned, each in its own way.

import Formulas
import Glibc

/// Images as rows `[n×pixels]`, moved as the second input says, a row `[n×k]` for each. What was outside of an image is
/// filled with one value. Pixels are numbered row by row, channel after channel.
public struct MovedImage: Operation {
    public enum Motion: Hashable, Sendable {
        /// Mirrored where the number is not 0.
        case flip(horizontal: Bool)
        /// Moved down and to the right by two whole numbers.
        case shift
        /// Turned about its centre by degrees, counter-clockwise as it is seen; between pixels by their distance
        /// (bilinear), or as the nearest.
        case rotation(bilinear: Bool)

        var numbers: Int { self == .shift ? 2 : 1 }
    }

    /// Height and width, behind the number of channels where there are several.
    public let image: Shape
    public let motion: Motion
    public let fill: Double
    /// Whether it carries gradients back from the moved images to those before.
    let isBack: Bool

    public init(_ image: Shape, _ motion: Motion, fill: Double = 0) {
        self.init(image, motion, fill: fill, isBack: false)
    }

    private init(_ image: Shape, _ motion: Motion, fill: Double, isBack: Bool) {
        self.image = image
        self.motion = motion
        self.fill = fill
        self.isBack = isBack
    }

    public var name: String {
        let verb =
            switch motion {
            case .flip: "flip"
            case .shift: "shift"
            case .rotation: "rotate"
            }
        return isBack ? "\(verb) back" : verb
    }

    private var height: Int { image[image.rank - 2] }
    private var width: Int { image[image.rank - 1] }
    private var middle: (row: Double, column: Double) { (Double(height - 1) / 2, Double(width - 1) / 2) }
    private var area: Int { height * width }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        guard (2...3).contains(image.rank), image.count > 0, inputs[0].rank == 2, inputs[0][1] == image.count,
            inputs[1] == [inputs[0][0], motion.numbers]
        else {
            throw OperationError("\(name) moves images of shape \(image), not rows of shape \(inputs[0])")
        }
        return inputs[0]
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let (rows, size, numbers) = (inputs[0][0], image.count, motion.numbers)
        return { (operands) throws(OperationError) in
            for row in 0..<rows {
                let given = (0..<numbers).map { operands.input(1)[row * numbers + $0] }
                guard given.allSatisfy({ $0.magnitude < 1e9 && (motion != .shift || $0 == $0.rounded()) }) else {
                    throw OperationError("\(name) cannot move an image by \(given.map { Digits.full.text($0) })")
                }
                move(operands.input(0) + row * size, operands.output + row * size, Placement(self, given))
            }
        }
    }

    private func move(
        _ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>, _ placement: Placement
    ) {
        if isBack { target.update(repeating: 0, count: image.count) }
        for pixel in 0..<area {
            let places = placement.sources(of: pixel)
            for start in stride(from: 0, to: image.count, by: area) {
                let own = start + pixel
                if isBack {
                    for place in places {
                        guard let from = place.pixel else { continue }
                        target[start + from] += place.weight * source[own]
                    }
                } else if places.count == 1, places[0].weight == 1 {
                    target[own] = places[0].pixel.map { source[start + $0] } ?? fill
                } else {
                    target[own] = places.reduce(0) { sum, place in
                        sum + place.weight * (place.pixel.map { source[start + $0] } ?? fill)
                    }
                }
            }
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        guard node.wanted[0] else { return [nil, nil] }
        let back = MovedImage(image, motion, fill: 0, isBack: !isBack)
        return [try graph.apply(back, [node.upstream, node.inputs[1]]), nil]
    }

    /// For a turned image first the place that a pixel came from, in rows and columns.
    public func derivation(
        _ offset: Int, _ inputs: [Shape], _ output: Shape, value: (_ input: Int, _ offset: Int) -> Double
    ) -> [DerivationStep] {
        let pixel = offset % image.count % area
        let (row, start) = (offset / image.count, offset - pixel)
        let placement = Placement(self, (0..<motion.numbers).map { value(1, row * motion.numbers + $0) })
        func source(_ pixel: Int?) -> Formula {
            pixel.map { Tensors.element(0, start + $0) } ?? .number(fill)
        }
        if isBack {
            let terms = (0..<area).flatMap { from in
                placement.sources(of: from).filter { $0.pixel == pixel }.map {
                    Formula.number($0.weight) * source(from)
                }
            }
            return [DerivationStep("", .sum(terms))]
        }
        let places = placement.sources(of: pixel)
        if places.count == 1, places[0].weight == 1 { return [DerivationStep("", source(places[0].pixel))] }
        let angle = Tensors.element(1, row)
        let names = (row: "row\(pixel)", column: "column\(pixel)")
        let terms = places.map { place -> Formula in
            func share(_ name: String, _ low: Double, isNext: Bool) -> Formula {
                isNext ? .symbol(name) - .number(low) : 1 - (.symbol(name) - .number(low))
            }
            let (low, isNext) = (placement.low(of: pixel), place.isNext)
            let weight =
                share(names.row, low.row, isNext: isNext.row) * share(names.column, low.column, isNext: isNext.column)
            return weight * source(place.pixel)
        }
        let origin = placement.formulas(of: pixel, angle: angle)
        return [
            DerivationStep(names.row, origin.row), DerivationStep(names.column, origin.column),
            DerivationStep("", .sum(terms.filter { $0 != 0 })),
        ]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula { .number(.nan) }

    /// A pixel, and its share in one of the moved image.
    private struct Source {
        /// nil outside of the image.
        let pixel: Int?
        let weight: Double
        /// Whether it is in the row, and the column, behind the place and not before it.
        var isNext = (row: false, column: false)
    }

    /// Where the pixels of one moved image come from.
    private struct Placement {

        let operation: MovedImage
        let numbers: [Double]
        private let cosine: Double
        private let sine: Double

        init(_ operation: MovedImage, _ numbers: [Double]) {
            self.operation = operation
            self.numbers = numbers
            (cosine, sine) = (Self.turn(numbers[0], cos), Self.turn(numbers[0], sin))
        }

        /// A quarter turn is exact.
        private static func turn(_ degrees: Double, _ function: (Double) -> Double) -> Double {
            let value = function(degrees * (.pi / 180))
            return isQuarter(degrees) ? value.rounded() : value
        }

        private static func isQuarter(_ degrees: Double) -> Bool { degrees.truncatingRemainder(dividingBy: 90) == 0 }

        func sources(of pixel: Int) -> [Source] {
            let (row, column) = (pixel / operation.width, pixel % operation.width)
            func alone(_ row: Int, _ column: Int) -> [Source] {
                [Source(pixel: inside(row, column), weight: 1)]
            }
            switch operation.motion {
            case .flip(let horizontal):
                guard numbers[0] != 0 else { return alone(row, column) }
                return horizontal
                    ? alone(row, operation.width - 1 - column) : alone(operation.height - 1 - row, column)
            case .shift: return alone(row - Int(numbers[0]), column - Int(numbers[1]))
            case .rotation(let isBilinear):
                let place = origin(of: pixel)
                guard isBilinear else {
                    return alone(
                        Int(place.row.rounded(.toNearestOrEven)), Int(place.column.rounded(.toNearestOrEven)))
                }
                let low = low(of: pixel)
                var result: [Source] = []
                for (isNextRow, isNextColumn) in [(false, false), (false, true), (true, false), (true, true)] {
                    let rowShare = isNextRow ? place.row - low.row : 1 - (place.row - low.row)
                    let columnShare = isNextColumn ? place.column - low.column : 1 - (place.column - low.column)
                    guard rowShare * columnShare != 0 else { continue }
                    let from = inside(Int(low.row) + (isNextRow ? 1 : 0), Int(low.column) + (isNextColumn ? 1 : 0))
                    result.append(
                        Source(pixel: from, weight: rowShare * columnShare, isNext: (isNextRow, isNextColumn)))
                }
                return result
            }
        }

        private func inside(_ row: Int, _ column: Int) -> Int? {
            (0..<operation.height).contains(row) && (0..<operation.width).contains(column)
                ? row * operation.width + column : nil
        }

        /// The row and the column before the place that a pixel of a turned image comes from.
        func low(of pixel: Int) -> (row: Double, column: Double) {
            let place = origin(of: pixel)
            return (place.row.rounded(.down), place.column.rounded(.down))
        }

        private func origin(of pixel: Int) -> (row: Double, column: Double) {
            let middle = operation.middle
            let down = Double(pixel / operation.width) - middle.row
            let right = Double(pixel % operation.width) - middle.column
            return (middle.row + (cosine * down + sine * right), middle.column + (cosine * right - sine * down))
        }

        /// The same place as formulas of the angle.
        func formulas(of pixel: Int, angle: Formula) -> (row: Formula, column: Formula) {
            let radians = angle * .number(.pi / 180)
            return Self.isQuarter(numbers[0])
                ? formulas(of: pixel, cosine: .number(cosine), sine: .number(sine))
                : formulas(of: pixel, cosine: .cos(radians), sine: .apply(.sin, [radians]))
        }

        private func formulas(of pixel: Int, cosine: Formula, sine: Formula) -> (row: Formula, column: Formula) {
            let middle = operation.middle
            let down = Formula.number(Double(pixel / operation.width) - middle.row)
            let right = Formula.number(Double(pixel % operation.width) - middle.column)
            return (
                .number(middle.row) + (cosine * down + sine * right),
                .number(middle.column) + (cosine * right - sine * down)
            )
        }
    }
}
