// Axis: a range of values, linear or logarithmic, and the round numbers on it.

import Formulas
import Glibc

public struct Axis: Sendable {
    public let label: String
    public let lower: Double
    public let upper: Double
    public let isLogarithmic: Bool

    /// A range that is given; `lower` < `upper`, both finite, above 0 on a logarithmic axis.
    public init(_ label: String, from lower: Double, to upper: Double, isLogarithmic: Bool = false) {
        precondition(lower < upper && lower.isFinite && upper.isFinite && (!isLogarithmic || lower > 0))
        self.label = label
        self.lower = lower
        self.upper = upper
        self.isLogarithmic = isLogarithmic
    }

    /// What is larger has no place in a picture.
    public static let largest = 1e300

    /// The range of the finite values, with a margin on both sides. On a logarithmic axis values from 0 down are left out.
    public init(_ label: String, fitting values: [Double], isLogarithmic: Bool = false) {
        let shown = values.filter { $0.isFinite && $0.magnitude < Self.largest && (!isLogarithmic || $0 >= 1e-300) }
        var (low, high) = (shown.min() ?? (isLogarithmic ? 0.1 : 0), shown.max() ?? 1)
        if isLogarithmic {
            let factor = high > low ? pow(high / low, 0.05) : 2
            (low, high) = (low / factor, high * factor)
        } else {
            let spread = high - low > 1e-290 ? (high - low) * 0.05 : 0
            let margin = spread > high.magnitude * 1e-12 ? spread : max(high.magnitude * 0.1, 1e-9)
            (low, high) = (low - margin, high + margin)
        }
        self.init(label, from: low, to: high, isLogarithmic: isLogarithmic)
    }

    /// Where a value lies: 0 at the lower end, 1 at the upper; NaN when it has no place.
    public func position(_ value: Double) -> Double {
        guard isLogarithmic else { return (value / 2 - lower / 2) / (upper / 2 - lower / 2) }
        guard value > 0 else { return .nan }
        return log(value / lower) / log(upper / lower)
    }

    /// The value at a position.
    public func value(at position: Double) -> Double {
        guard isLogarithmic else { return lower * (1 - position) + upper * position }
        return lower * pow(upper / lower, position)
    }

    /// About `count` round numbers in the range, with their texts.
    public func ticks(_ count: Int) -> [(position: Double, text: String)] {
        let values = isLogarithmic ? logarithmicTicks(count) : linearTicks(count)
        // As many digits as tell the numbers from each other.
        let digits = (5...17).first { Set(values.map(Digits.significant($0).text)).count == values.count } ?? 17
        return values.map { (min(max(position($0), 0), 1), Digits.significant(digits).text($0)) }
    }

    private func linearTicks(_ count: Int) -> [Double] {
        let rough = (upper / 2 - lower / 2) / Double(max(count, 1)) * 2
        let power = pow(10, log10(rough).rounded(.down))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
        guard step > 0, step.isFinite, lower + step > lower, upper - step < upper else { return [lower, upper] }
        // An end that is a round number itself is one of the ticks, whatever the last bit of the division.
        let (first, last) = ((lower / step - 1e-9).rounded(.up), (upper / step + 1e-9).rounded(.down))
        guard last >= first, last - first < 100 else { return [lower, upper] }
        // Division keeps decimal fractions exact where multiplication by 0.1 would not.
        return (0...Int(last - first)).map { index in
            let multiple = first + Double(index)
            return power < 1 ? multiple * (step / power) / (1 / power).rounded() : multiple * step
        }
    }

    private func logarithmicTicks(_ count: Int) -> [Double] {
        let exponents = stride(from: log10(lower).rounded(.up), through: log10(upper).rounded(.down), by: 1)
        let decades = exponents.map { pow(10, $0) }
        if decades.count > max(count, 2) {
            let every = (decades.count + count - 1) / max(count, 1)
            return decades.enumerated().filter { $0.offset % every == 0 }.map(\.element)
        }
        if decades.count >= 3 { return decades }
        let start = pow(10, log10(lower).rounded(.down))
        let finer = [1, 2, 5, 10, 20, 50, 100, 200, 500].map { $0 * start }.filter { (lower...upper).contains($0) }
        return finer.count >= 2 ? finer : [lower, upper]
    }
}
