// MaxNorm: after an update, weights into a neuron that have grown too long are shortened.

import Formulas

/// The max-norm constraint as formulas that are worked out in order, for each column of a weight matrix.
///
/// Symbols: `length` the length of the column after the optimizer's rule, `limit`, and `w` an element of the column. The last
/// line gives the weight that is kept.
public enum MaxNorm {
    public static let settings: [Setting] = [
        .number("limit", 3, .positive, "the greatest length of the weights into one neuron"),
        .choice(
            "form", ["torch", "keras"],
            "limit/(length + 1e-7) for columns longer than it; or min(length, limit)/(length + 1e-7) for all"),
    ]
    /// The symbol of the column's length.
    public static let length = "length"

    public static func lines(_ settings: Settings) -> [Rule.Line] {
        let stretched: Formula = "length" + 1e-7
        let factor: Formula =
            settings.word("form") == "keras"
            ? .min("length", "limit") / stretched
            : .choose(.apply(.greater, ["length", "limit"]), "limit" / stretched, 1)
        return [Rule.Line(name: "factor", formula: factor), Rule.Line(name: "w", formula: "w" * "factor")]
    }
}
