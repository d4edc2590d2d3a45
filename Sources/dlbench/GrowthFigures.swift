// How a step's cost grows with the batch and with the parameters: the cost by size, and a line through it.

extension Figures {
    /// Five batches and five widths; what both have in common is measured once.
    static var growth: [Figure] { growthSizes.map { $0.step(steps: 1000) } + growthFits }

    private static let growthSizes =
        [8, 16, 32, 64, 128].map { GrowthSize(width: 64, batch: $0) }
        + [16, 32, 128, 256].map { GrowthSize(width: $0, batch: 64) }

    /// Cost = a + b · (batch × parameters) over all sizes, and how far it is off at most, as a share of the cost.
    private static var growthFits: [Figure] {
        let name = "cost = a + b·batch·parameters"
        return [
            growthFit("\(name): a", "µs") { $0.a },
            growthFit("\(name): b", "ns") { $0.b * 1e3 },
            growthFit("\(name): largest error", "%") { $0.largestError * 100 },
        ]
    }

    private static func growthFit(_ name: String, _ unit: String, _ value: @escaping (LineFit) -> Double) -> Figure {
        Figure(name: name, unit: unit) {
            let runs = try growthSizes.map { try $0.step(steps: 100).prepare() }
            return {
                // The sizes take turns, so that what else the machine does meets them all.
                let turns = try (0..<5).map { _ in try runs.map { try $0() } }
                let costs = runs.indices.map { size in turns.map { $0[size] }.sorted()[turns.count / 2] }
                return value(LineFit(growthSizes.map(\.work), costs))
            }
        }
    }
}

/// A step of a net 64-WIDTH-10.
private struct GrowthSize {
    let width: Int
    let batch: Int

    /// Batch × parameters.
    var work: Double { Double(batch * ((64 + 1) * width + (width + 1) * 10)) }

    func step(steps: Int) -> Figure {
        Figures.step(
            "64-\(width)-10, batch \(batch)", Figures.network("64 \(width) relu 10", batch: batch), steps: steps)
    }
}

/// The line y = a + b·x through points with positive y, by least squares of the relative deviations: each point counts
/// as much as any other, however small its y is.
struct LineFit {
    let a: Double
    let b: Double
    /// The distance of a point from the line, as a share of the point's y.
    let largestError: Double

    init(_ x: [Double], _ y: [Double]) {
        let weights = y.map { 1 / ($0 * $0) }
        func sum(_ term: (Int) -> Double) -> Double { x.indices.reduce(0) { $0 + weights[$1] * term($1) } }
        let total = sum { _ in 1 }
        let (meanX, meanY) = (sum { x[$0] } / total, sum { y[$0] } / total)
        let slope = sum { (x[$0] - meanX) * (y[$0] - meanY) } / sum { (x[$0] - meanX) * (x[$0] - meanX) }
        let start = meanY - slope * meanX
        (a, b) = (start, slope)
        largestError = x.indices.map { abs(start + slope * x[$0] - y[$0]) / y[$0] }.max() ?? 0
    }
}
