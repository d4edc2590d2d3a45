// TensorText: numbers and tensors as text, aligned on the decimal point; large ones as shape, statistics and a corner.

import Formulas
import Tensors

public enum TensorText {
    /// Lines for a value of any shape, at most `width` columns where that is possible.
    public static func lines(_ value: Tensor, digits: Digits, width: Int = 80) -> [String] {
        switch value.shape.rank {
        case 0: return [digits.text(value.elements[0])]
        case 1:
            let line = inline(value, digits: digits)
            return line.count <= width || value.count <= 12 ? [line] : summary(value, digits)
        case 2:
            let rows = matrix(value, digits: digits)
            return value.shape[0] <= 24 && (rows.first?.count ?? 0) <= width ? rows : summary(value, digits)
        default: return value.count <= 64 ? [inline(value, digits: digits)] : summary(value, digits)
        }
    }

    /// A value on one line: `[[1, 2], [3, 4]]`.
    public static func inline(_ value: Tensor, digits: Digits) -> String {
        guard value.shape.rank > 0 else { return digits.text(value.elements[0]) }
        if value.shape.rank == 1 { return "[\(value.elements.map { digits.text($0) }.joined(separator: ", "))]" }
        return "[\((0..<value.shape[0]).map { inline(value.row($0), digits: digits) }.joined(separator: ", "))]"
    }

    /// `inline` when it is short, else the shape with a few statistics.
    public static func brief(_ value: Tensor, digits: Digits, limit: Int = 60) -> String {
        guard value.count <= 12 else { return "\(value.shape) \(statistics(value, digits))" }
        let line = inline(value, digits: digits)
        return line.count <= limit ? line : "\(value.shape) \(statistics(value, digits))"
    }

    private static func matrix(_ value: Tensor, digits: Digits) -> [String] {
        let (rows, columns) = (value.shape[0], value.shape[1])
        guard rows > 0, columns > 0 else { return ["[] \(value.shape)"] }
        let cells = (0..<columns).map { column in
            aligned((0..<rows).map { digits.text(value.elements[$0 * columns + column]) })
        }
        return (0..<rows).map { row in
            let line = cells.map { $0[row] }.joined(separator: "  ")
            return (row == 0 ? "[[" : " [") + line + (row == rows - 1 ? "]]" : "]")
        }
    }

    /// Pads number texts so that their decimal points stand below each other.
    public static func aligned(_ texts: [String]) -> [String] {
        let split = texts.map { text -> (String, String) in
            guard let point = text.firstIndex(where: { $0 == "." || $0 == "e" }) else { return (text, "") }
            return (String(text[..<point]), String(text[point...]))
        }
        let left = split.map(\.0.count).max() ?? 0
        let right = split.map(\.1.count).max() ?? 0
        return split.map { whole, rest in
            String(repeating: " ", count: left - whole.count) + whole + rest
                + String(repeating: " ", count: right - rest.count)
        }
    }

    private static func summary(_ value: Tensor, _ digits: Digits) -> [String] {
        var lines = ["\(value.shape) \(statistics(value, digits))"]
        guard value.count > 0 else { return lines }
        let rows = value.shape.rank == 1 ? 1 : min(value.shape[0], 4)
        let rowLength = value.shape.rank == 1 ? value.count : value.count / value.shape[0]
        let columns = min(rowLength, 5)
        let cells = (0..<columns).map { column in
            aligned((0..<rows).map { digits.text(value.elements[$0 * rowLength + column]) })
        }
        for row in 0..<rows {
            lines.append("  [" + cells.map { $0[row] }.joined(separator: "  ") + (rowLength > columns ? "  …]" : "]"))
        }
        if value.shape.rank > 1, value.shape[0] > rows { lines.append("  …") }
        return lines
    }

    static func statistics(_ value: Tensor, _ digits: Digits) -> String {
        let finite = value.elements.filter(\.isFinite)
        guard !finite.isEmpty else { return value.count == 0 ? "(empty)" : "no finite element" }
        let (mean, deviation) = moments(finite)
        let short = Digits.significant(4)
        let bad = value.count - finite.count
        return "mean \(short.text(mean)), std \(short.text(deviation)), min \(short.text(finite.min()!)), "
            + "max \(short.text(finite.max()!))" + (bad > 0 ? ", \(bad) not finite" : "")
    }

    /// The mean, and the root of the mean squared distance from it; `values` are not empty.
    static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot())
    }
}
