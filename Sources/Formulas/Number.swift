// Numbers as text: a chosen number of significant digits, or the shortest text that reads back to the same Double.

import CKernels

/// How many digits of a number are written.
public enum Digits: Hashable, Sendable {
    case significant(Int)
    case full

    public func text(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        if value == value.rounded(), value.magnitude < 1e15 {
            let whole = Int64(value)
            if case .significant(let digits) = self, "\(whole.magnitude)".utf8.count > Swift.max(digits, 6) {
                return Self.formatted(value, digits)
            }
            return whole == 0 && value.sign == .minus ? "-0" : "\(whole)"
        }
        switch self {
        case .full: return Self.trimmed(value.description)
        case .significant(let digits): return Self.formatted(value, digits)
        }
    }

    /// `value` with a fixed number of digits after the point.
    public static func fixed(_ value: Double, decimals: Int) -> String {
        withBuffer { ck_format_fixed($0.baseAddress!, $0.count, value, Int32(decimals)) }
    }

    private static func formatted(_ value: Double, _ digits: Int) -> String {
        withBuffer { ck_format($0.baseAddress!, $0.count, value, Int32(digits)) }
    }

    private static func trimmed(_ text: String) -> String {
        text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func withBuffer(_ write: (UnsafeMutableBufferPointer<CChar>) -> Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 384) { buffer in
            let length = Int(write(buffer))
            return String(decoding: UnsafeRawBufferPointer(buffer).prefix(Swift.min(length, 383)), as: UTF8.self)
        }
    }

    private static let allowed = Set("0123456789+-.eE".utf8)
    private static let words: Set<String> = ["nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"]

    /// The number that `text` is, or nil when it is not exactly one decimal number (`nan` and `inf` included).
    public static func parse(_ text: String) -> Double? {
        // strtod would also skip spaces, and read hexadecimal numbers and nan(…).
        guard text.utf8.allSatisfy({ allowed.contains($0) }) || words.contains(text.lowercased()) else { return nil }
        var value = 0.0
        return ck_parse(text, &value) == 1 ? value : nil
    }
}
