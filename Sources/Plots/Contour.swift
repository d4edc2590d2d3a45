// Contour: lines of equal height of a field, as short segments.

extension Field {
    /// The segments along which the field has the value `level`, coordinates from 0 to 1. Each square of four grid points is
    /// cut where the straight line between two of its corners passes the level; squares with a value that is not finite are
    /// left out.
    func segments(at level: Double) -> [(Point, Point)] {
        guard columns > 1, rows > 1 else { return [] }
        var result: [(Point, Point)] = []
        for row in 0..<rows - 1 {
            for column in 0..<columns - 1 {
                let corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
                let heights = corners.map { values[$0.1 * columns + $0.0] - level }
                guard heights.allSatisfy(\.isFinite) else { continue }
                var cuts: [Point] = []
                for index in 0..<4 {
                    let (a, b) = (heights[index], heights[(index + 1) % 4])
                    guard (a < 0) != (b < 0) else { continue }
                    let (from, to) = (corners[index], corners[(index + 1) % 4])
                    let share = a / (a - b)
                    cuts.append(
                        Point(
                            (Double(from.0) + share * Double(to.0 - from.0)) / Double(columns - 1),
                            (Double(from.1) + share * Double(to.1 - from.1)) / Double(rows - 1)))
                }
                for pair in stride(from: 0, to: cuts.count - 1, by: 2) { result.append((cuts[pair], cuts[pair + 1])) }
            }
        }
        return result
    }

    /// `count` levels that divide the grid points, sorted by height, into parts: so steep walls do not take all lines for
    /// themselves. The parts are smaller near the lowest value, where minima lie.
    public func levels(_ count: Int) -> [Double] {
        let sorted = values.filter(\.isFinite).sorted()
        guard let low = sorted.first, let high = sorted.last, high > low else { return [] }
        let levels = (1...count).map { index in
            let share = Double(index) / Double(count + 1)
            return sorted[Int(share * share.squareRoot() * Double(sorted.count - 1))]
        }
        // Levels that coincide, as on a plateau, are one line; the lowest value itself is no line.
        return levels.reduce(into: []) { result, level in
            if level > result.last ?? low { result.append(level) }
        }
    }
}
