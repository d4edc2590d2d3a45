// Attack: a small change of samples that makes the loss as large as possible.

import Formulas
import Tensors

/// An attack on a network: a step that changes each feature of a sample by the sign of its gradient.
///
/// Symbols of the step: `x` a feature as the step before left it, `x0` as it was at first, `grad` the gradient of the loss
/// with respect to `x`, and the settings. The gradient is computed anew before each step.
public struct Attack: Member {
    public let name: String
    public let summary: String
    public let source: String
    public let settings: [Setting]
    public let notes: [String]
    public let examples: [String]
    private let step: Formula

    init(
        _ name: String, _ summary: String, source: String, settings: [Setting] = [], notes: [String] = [],
        examples: [String] = [], step: Formula
    ) {
        self.name = name
        self.summary = summary
        self.source = source
        self.settings = [Self.eps] + settings + [Self.range]
        self.notes = notes
        self.examples = examples
        self.step = step
    }

    private static let eps = Setting.number("eps", 0.1, .notNegative, "how far a feature may be moved, either way")
    private static let range = Setting.numbers(
        "range", nil, .finite, "the lowest and the highest value that a feature may take, as range=[0, 1]")
    /// What a step reads, in this order.
    public static let symbols = ["x", "x0", "grad"]

    /// Why settings do not go together, if they do not.
    public func conflict(_ settings: Settings) -> OperationError? {
        let range = settings.numbers("range")
        guard settings.given["range"] == nil || (range.count == 2 && range[0] < range[1]) else {
            return OperationError("range is the lowest and the highest value, in this order", hint: "range=[0, 1]")
        }
        return nil
    }

    /// How many steps it takes.
    public func steps(_ settings: Settings) -> Int { settings.integer("steps") ?? 1 }

    /// Whether it begins at a random point within `eps` of the sample.
    public func startsAtRandom(_ settings: Settings) -> Bool { settings.isOn("random_start") }

    /// One step as a formula of `symbols` and settings.
    public func formula(_ settings: Settings) -> Formula { Self.inRange(step, settings) }

    /// The value of a setting in the formula; the step size has a default that follows from the others.
    public func value(_ name: String, _ settings: Settings) -> Double? {
        let range = settings.numbers("range")
        switch name {
        case "lowest": return range.first
        case "highest": return range.last
        case "size" where settings.number("size").isNaN:
            return 2.5 * settings.number("eps") / Double(steps(settings))
        default:
            let value = settings.number(name)
            return value.isNaN ? nil : value
        }
    }

    /// A value kept between the ends of `range`, where there is one.
    public static func inRange(_ formula: Formula, _ settings: Settings) -> Formula {
        settings.numbers("range").isEmpty ? formula : .min(.max(formula, "lowest"), "highest")
    }

    /// A formula over features as an operation, with the settings' values in place of their names.
    public func operation(_ formula: Formula, _ symbols: [String], _ settings: Settings) -> Pointwise {
        Pointwise(
            name, symbols,
            formula.substituting { symbols.contains($0) ? nil : value($0, settings).map { .number($0) } })
    }

    public func formulas(_ settings: Settings) -> [String] { ["x = \(formula(settings).text())"] }
}
