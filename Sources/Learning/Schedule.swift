// Schedule: how the learning rate changes with the updates or epochs, as a formula.

import Formulas
import Tensors

/// A schedule of the catalogue: the learning rate as a formula of the base rate and of the time.
///
/// Symbols: `base` the optimizer's own rate, `t` the updates done before the one that uses the rate (0 for the first),
/// or with `per=epoch` `epoch`, the epochs completed, and the settings. Warm-up comes first and is counted in the same
/// unit; the schedule proper begins behind it, with its own time at 0.
public struct Schedule: Member {
    public let name: String
    public let summary: String
    public let source: String
    public let settings: [Setting]
    /// A line that works, with all settings that have no default.
    public let example: String
    private let check: @Sendable (Settings) -> OperationError?
    private let first: @Sendable (Settings) -> Formula
    private let rate: @Sendable (Settings) -> Formula

    /// `first` is the rate with which the schedule begins, where that is not the base rate; `rate` is the rate at time
    /// `t` behind the warm-up.
    init(
        _ name: String, _ summary: String, source: String, example: String, settings: [Setting] = [],
        check: @escaping @Sendable (Settings) -> OperationError? = { _ in nil },
        first: @escaping @Sendable (Settings) -> Formula = { _ in base },
        rate: @escaping @Sendable (Settings) -> Formula
    ) {
        self.name = name
        self.summary = summary
        self.source = source
        self.settings = settings + Self.common
        self.example = "schedule \(example)"
        self.check = check
        self.first = first
        self.rate = rate
    }

    /// The optimizer's own rate.
    public static let base: Formula = "base"
    /// The time: updates done since the warm-up.
    static let t: Formula = "t"

    private static let common: [Setting] = [
        .integer("warmup", 0, .lengthOrNone, "before the schedule begins, so many updates (or epochs) of warm-up"),
        .choice(
            "warmup_from", ["0", "base"], "0: the rate rises from 0 by equal steps; base: it stays at its first value"),
        .choice("per", ["update", "epoch"], "what is counted: the updates done, or the epochs completed"),
    ]

    /// How many updates or epochs something lasts; it has no default.
    static func length(_ name: String, _ meaning: String) -> Setting { .integer(name, nil, .length, meaning) }
    static let staircase = Setting.flag("staircase", false, "only whole multiples of steps count")

    /// Time over length, whole with a staircase.
    static func elapsed(_ settings: Settings) -> Formula {
        settings.isOn("staircase") ? .floor(t / "steps") : t / "steps"
    }

    /// Why settings do not go together, if they do not.
    public func conflict(_ given: Settings) -> OperationError? {
        for setting in settings where given[setting.name] == nil {
            return OperationError("\(name) needs \(setting.name)=", hint: example)
        }
        return check(given)
    }

    /// The rate with warm-up and unit, for settings without conflict.
    public func formula(_ settings: Settings) -> Formula {
        var formula = rate(settings)
        if settings.number("warmup") > 0 {
            let first = first(settings)
            let warming = settings.word("warmup_from") == "base" ? first : first * Self.t / "warmup"
            let later = formula.substituting { $0 == "t" ? Self.t - "warmup" : nil }
            formula = .choose(Self.t < "warmup", warming, later)
        }
        return settings.word("per") == "epoch" ? formula.substituting { $0 == "t" ? "epoch" : nil } : formula
    }
}

extension Interval {
    fileprivate static let length = Interval.within(1, 1e12)
    fileprivate static let lengthOrNone = Interval.within(0, 1e12)
}
