// Setting: one key of a member (`lr=`, `eps_at=`): its default, its range, and the check of a given value.

import Formulas
import Tensors

/// The value of a setting.
public enum SettingValue: Hashable, Sendable {
    case number(Double)
    case numbers([Double])
    case word(String)
    /// `3x5`: rows and columns.
    case size(Int, Int)

    public func text(_ digits: Digits = .full) -> String {
        switch self {
        case .number(let value): digits.text(value)
        case .numbers(let values): "[\(values.map { digits.text($0) }.joined(separator: ", "))]"
        case .word(let word): word
        case .size(let rows, let columns): rows == columns ? "\(rows)" : "\(rows)x\(columns)"
        }
    }
}

/// One key that a member or a command understands.
public struct Setting: Hashable, Sendable {
    /// What values are allowed.
    public enum Kind: Hashable, Sendable {
        case number(Interval)
        case integer(Interval)
        /// A list, each of its numbers in the interval.
        case numbers(Interval)
        case choice([String])
        /// One whole number for both axes of an image or `3x5`, each in the interval, or one of the words.
        case size(Interval, [String])
    }

    public let name: String
    public let kind: Kind
    /// nil when a value may be missing.
    public let initial: SettingValue?
    public let meaning: String

    public static func number(
        _ name: String, _ initial: Double?, _ range: Interval = .any, _ meaning: String
    ) -> Setting {
        Setting(name: name, kind: .number(range), initial: initial.map { .number($0) }, meaning: meaning)
    }

    public static func integer(
        _ name: String, _ initial: Int?, _ range: Interval, _ meaning: String
    ) -> Setting {
        Setting(name: name, kind: .integer(range), initial: initial.map { .number(Double($0)) }, meaning: meaning)
    }

    public static func numbers(
        _ name: String, _ initial: [Double]?, _ range: Interval, _ meaning: String
    ) -> Setting {
        Setting(name: name, kind: .numbers(range), initial: initial.map { .numbers($0) }, meaning: meaning)
    }

    public static func size(
        _ name: String, _ initial: Int?, _ range: Interval, or words: [String] = [], _ meaning: String
    ) -> Setting {
        Setting(
            name: name, kind: .size(range, words), initial: initial.map { .size($0, $0) }, meaning: meaning)
    }

    /// The first choice is the default.
    public static func choice(_ name: String, _ choices: [String], _ meaning: String) -> Setting {
        Setting(name: name, kind: .choice(choices), initial: .word(choices[0]), meaning: meaning)
    }

    public static func flag(_ name: String, _ initial: Bool, _ meaning: String) -> Setting {
        Setting(
            name: name, kind: .choice(["on", "off"]), initial: .word(initial ? "on" : "off"), meaning: meaning)
    }

    /// The allowed values in words.
    public var range: String {
        switch kind {
        case .number(let interval): interval.text(name)
        case .integer(let interval): "a whole number, \(interval.text(name))"
        case .numbers(let interval): "a list, \(interval.text("each"))"
        case .choice(let choices): choices.joined(separator: "|")
        case .size(let interval, let words):
            (words + ["one or two whole numbers as in 3x5, \(interval.text(name))"]).joined(separator: "|")
        }
    }

    /// The value itself when it is allowed.
    public func checked(_ value: SettingValue) throws(OperationError) -> SettingValue {
        switch (kind, value) {
        case (.number(let interval), .number(let number)) where interval.contains(number): return value
        case (.integer(let interval), .number(let number))
        where interval.contains(number) && number == number.rounded() && number.magnitude <= 0x1p53: return value
        case (.numbers(let interval), .numbers(let numbers)) where numbers.allSatisfy(interval.contains): return value
        case (.choice(let choices), .word(let word)) where choices.contains(word): return value
        case (.choice(let choices), .number(let number)) where choices.contains(Digits.full.text(number)):
            return .word(Digits.full.text(number))
        case (.size(let interval, _), .number(let number))
        where interval.contains(number) && number == number.rounded():
            return .size(Int(number), Int(number))
        case (.size(let interval, _), .size(let rows, let columns))
        where interval.contains(Double(rows)) && interval.contains(Double(columns)): return value
        case (.size(_, let words), .word(let word)) where words.contains(word): return value
        case (.choice(["on", "off"]), .number(1)): return .word("on")
        case (.choice(["on", "off"]), .number(0)): return .word("off")
        default:
            throw OperationError(
                "\(name)=\(value.text()) is not allowed: \(range)", hint: initial.map { "try \(name)=\($0.text())" })
        }
    }
}

/// A range of numbers with open or closed ends.
public struct Interval: Hashable, Sendable {
    public var lower: Double
    public var upper: Double
    public var includesLower: Bool
    public var includesUpper: Bool

    public init(lower: Double, upper: Double, includesLower: Bool, includesUpper: Bool) {
        self.lower = lower
        self.upper = upper
        self.includesLower = includesLower
        self.includesUpper = includesUpper
    }

    public static let any = Interval(lower: -.infinity, upper: .infinity, includesLower: true, includesUpper: true)
    public static let finite = Interval(
        lower: -.infinity, upper: .infinity, includesLower: false, includesUpper: false)
    /// Finite and at least 0.
    public static let notNegative = Interval(lower: 0, upper: .infinity, includesLower: true, includesUpper: false)
    public static let positive = Interval(lower: 0, upper: .infinity, includesLower: false, includesUpper: false)
    /// 0 ≤ x < 1.
    public static let decay = Interval(lower: 0, upper: 1, includesLower: true, includesUpper: false)
    /// 0 ≤ x ≤ 1.
    public static let share = Interval(lower: 0, upper: 1, includesLower: true, includesUpper: true)

    public static func atLeast(_ lower: Double) -> Interval {
        Interval(lower: lower, upper: .infinity, includesLower: true, includesUpper: false)
    }

    public static func within(_ lower: Double, _ upper: Double) -> Interval {
        Interval(lower: lower, upper: upper, includesLower: true, includesUpper: true)
    }

    public func contains(_ value: Double) -> Bool {
        (includesLower ? value >= lower : value > lower) && (includesUpper ? value <= upper : value < upper)
    }

    /// The range in words, e.g. `0 ≤ beta1 < 1`.
    public func text(_ name: String) -> String {
        let below = lower == -.infinity ? "" : "\(Digits.full.text(lower)) \(includesLower ? "≤" : "<") "
        let isOpen = upper == .infinity && (includesUpper || below.isEmpty)
        let above = isOpen ? "" : " \(includesUpper ? "≤" : "<") \(Digits.full.text(upper))"
        if below.isEmpty && above.isEmpty { return includesUpper ? "any number" : "finite" }
        return below + name + above
    }
}

/// The values of a member's settings, defaults filled in.
public struct Settings: Hashable, Sendable {
    public private(set) var declared: [Setting]
    /// Only what was set by hand; the rest are defaults.
    public private(set) var given: [String: SettingValue] = [:]

    public init(_ declared: [Setting]) { self.declared = declared }

    /// Sets one value; fails when the key is unknown or the value out of its range.
    public mutating func set(_ name: String, _ value: SettingValue) throws(OperationError) {
        guard let setting = declared.first(where: { $0.name == name }) else {
            throw OperationError("there is no key \(name) here")
        }
        given[name] = try setting.checked(value)
    }

    /// The same values set by hand, over other defaults.
    public func over(_ declared: [Setting]) -> Settings {
        var result = self
        result.declared = declared
        return result
    }

    public subscript(name: String) -> SettingValue? {
        given[name] ?? declared.first { $0.name == name }?.initial
    }

    /// The number of a setting; NaN when it has none.
    public func number(_ name: String) -> Double {
        if case .number(let value) = self[name] { return value }
        return .nan
    }

    public func integer(_ name: String) -> Int? {
        let value = number(name)
        return value.isNaN ? nil : Int(value)
    }

    /// The numbers of a list; none when it has no value.
    public func numbers(_ name: String) -> [Double] {
        if case .numbers(let values) = self[name] { return values }
        return []
    }

    public func word(_ name: String) -> String {
        if case .word(let word) = self[name] { return word }
        return ""
    }

    /// Rows and columns of a size; nil when it has no value or is a word.
    public func size(_ name: String) -> (rows: Int, columns: Int)? {
        if case .size(let rows, let columns) = self[name] { return (rows, columns) }
        return nil
    }

    public func isOn(_ name: String) -> Bool { word(name) == "on" }
}
