// gelu: x times the probability that a standard normal number is below x, exactly or approximated.

import Formulas

extension Activation {
    static let gelu = Activation(
        "gelu", "x·Φ(x) with Φ the normal distribution; JAX takes the tanh form by default",
        source: "Hendrycks and Gimpel 2016",
        settings: [.choice("form", ["erf", "tanh", "quick"], "exact, by tanh, or x·sigmoid(1.702·x)")]
    ) { settings in
        switch settings.word("form") {
        case "tanh":
            let cubic: Formula = "x" + 0.044715 * Formula.symbol("x").power(3)
            return 0.5 * "x" * (1 + .tanh(.sqrt(.number(2 / Double.pi)) * cubic))
        case "quick": return "x" * .sigmoid(1.702 * "x")
        default: return 0.5 * "x" * (1 + .erf("x" / .sqrt(2)))
        }
    }
}
