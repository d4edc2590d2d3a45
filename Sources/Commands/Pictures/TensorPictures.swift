// Pictures of one tensor: the distribution of its elements, the elements as they lie, an image.

import Formulas
import Learning
import Plots
import Tensors

extension PictureRequest {
    /// The value of the expression that is drawn.
    func value(_ what: String, example: String, _ context: inout Context) throws(Diagnostic) -> Tensor {
        try check(rangesAmong: [])
        let expression = try required(what, example: example)
        let value = try context.value(expression)
        guard value.count > 0 else { throw Diagnostic("\(expression.text) is empty", at: expression.range) }
        guard value.elements.contains(where: \.isFinite) else {
            throw Diagnostic("\(expression.text) has no finite element", at: expression.range)
        }
        return value
    }
}

struct HistogramPicture: Picture {
    let name = "hist"
    let summary = "how the elements of a tensor are distributed"
    let examples = ["plot hist W1", "plot hist W1 bins=30"]
    let settings: [Setting] = [.integer("bins", 20, .within(1, 200), "how many bars")]

    func plot(_ request: PictureRequest, _ context: inout Context) throws(Diagnostic) -> Plot {
        let value = try request.value("the elements of what", example: examples[0], &context)
        let text = request.expression?.text ?? ""
        let elements = value.elements.filter { $0.isFinite && $0.magnitude < Axis.largest }
        guard let low = elements.min(), let high = elements.max() else {
            throw Diagnostic("the elements are too large to be drawn", at: request.expression?.range)
        }
        let half = max(0.5, low.magnitude * 1e-3)
        let spread = high > low ? (low, high) : (low - half, high + half)
        let bins = request.settings.integer("bins") ?? 20
        let counts = Histogram.counts(elements, from: spread.0, to: spread.1, bins: bins)
        let width = (spread.1 - spread.0) / Double(bins)
        let bars = counts.enumerated().map { index, count in
            Mark.Bar(
                from: spread.0 + Double(index) * width, to: spread.0 + Double(index + 1) * width, height: Double(count))
        }
        return Plot(
            title: "\(text) \(value.shape)",
            summary: "\(elements.count) elements: \(TensorText.statistics(value, .significant(4))).",
            body: .axes(
                Axes(
                    x: Axis(text, from: spread.0, to: spread.1),
                    y: Axis("elements", from: 0, to: Double(max(counts.max() ?? 1, 1)) * 1.05),
                    marks: [Mark(.bars(bars), series: 0)])))
    }
}

enum Histogram {
    /// How many of the values lie in each of `bins` equal parts of the range; those outside are left out.
    static func counts(_ values: [Double], from lower: Double, to upper: Double, bins: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: bins)
        for value in values where value >= lower && value <= upper {
            let share = (value / 2 - lower / 2) / (upper / 2 - lower / 2)
            counts[min(Int(share * Double(bins)), bins - 1)] += 1
        }
        return counts
    }
}

struct HeatPicture: Picture {
    let name = "heat"
    let summary = "a matrix as it lies: each element's sign, and its magnitude as darkness"
    let examples = ["plot heat W1", "plot heat W1.grad"]

    func plot(_ request: PictureRequest, _ context: inout Context) throws(Diagnostic) -> Plot {
        let value = try request.value("which matrix", example: examples[0], &context)
        let text = request.expression?.text ?? ""
        let (rows, columns) = try Self.sizes(value, request)
        let finite = value.elements.filter(\.isFinite)
        let (above, below) = (finite.count { $0 > 0 }, finite.count { $0 < 0 })
        return Plot(
            title: "\(text) \(value.shape)",
            summary: "\(above) elements above 0, \(below) below; \(TensorText.statistics(value, .significant(4))).",
            body: .cells(Cells(rows: rows, columns: columns, values: value.elements, style: .signed)))
    }

    /// Rows and columns; a vector is one row.
    private static func sizes(_ value: Tensor, _ request: PictureRequest) throws(Diagnostic) -> (Int, Int) {
        // A filter of one channel is a matrix too.
        let ones = value.shape.axes.prefix { $0 == 1 }.count
        let sizes = Array(value.shape.axes.dropFirst(min(ones, max(value.shape.rank - 2, 0))))
        switch sizes.count {
        case 0: return (1, 1)
        case 1: return (1, value.count)
        case 2: return (sizes[0], sizes[1])
        default:
            throw Diagnostic(
                "a matrix can be drawn, this has shape \(value.shape)", hint: "an index such as [0] takes a part",
                at: request.expression?.range ?? request.call.range)
        }
    }
}

struct ImagePicture: Picture {
    let name = "image"
    let summary = "a tensor as a grey image: a matrix, or a vector whose length is a square number"
    let examples = ["plot image x[0]", "plot image linspace(0, 1, 64)"]
    let settings: [Setting] = [.integer("width", nil, .within(1, 100_000), "the columns of a vector's image")]

    func plot(_ request: PictureRequest, _ context: inout Context) throws(Diagnostic) -> Plot {
        let value = try request.value("which image", example: examples[0], &context)
        let (rows, columns) = try Self.sizes(value, request)
        guard columns <= 100, rows <= 200 else {
            throw Diagnostic(
                "an image of \(rows)×\(columns) is too large for the screen",
                hint: "a range such as [0:50,0:50] takes a part",
                at: request.call.range)
        }
        let finite = value.elements.filter(\.isFinite)
        let short = Digits.significant(4)
        return Plot(
            title: "\(request.expression?.text ?? "") \(rows)×\(columns)",
            summary:
                "The darkest element is \(short.text(finite.min() ?? 0)), the brightest \(short.text(finite.max() ?? 0)).",
            body: .cells(Cells(rows: rows, columns: columns, values: value.elements, style: .grey)))
    }

    private static func sizes(_ value: Tensor, _ request: PictureRequest) throws(Diagnostic) -> (Int, Int) {
        let sizes = value.shape.axes.drop { $0 == 1 }
        if let width = request.settings.integer("width") {
            guard value.count % width == 0 else {
                throw Diagnostic("\(value.count) elements make no rows of \(width)", at: request.call.range)
            }
            return (value.count / width, width)
        }
        if sizes.count == 2 { return (sizes[sizes.startIndex], sizes[sizes.startIndex + 1]) }
        guard sizes.count <= 1 else {
            throw Diagnostic(
                "one image can be drawn, this has shape \(value.shape)", hint: "an index such as [0] takes a part",
                at: request.expression?.range ?? request.call.range)
        }
        let side = Int(Double(value.count).squareRoot().rounded())
        return side * side == value.count ? (side, side) : (1, value.count)
    }
}
