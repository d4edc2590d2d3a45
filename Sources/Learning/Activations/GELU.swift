// gelu: x times the probability that a standard normal number is below x, exactly or approximated.

import Formulas

extension Activation {
    static let gelu = Activation(
        "gelu", "x·Φ(x) with Φ the normal distribution",
        source: "Hendrycks and Gimpel 2016",
        settings: [.choice("form", ["erf", "tanh", "quick"], "exact, by tanh, or x·sigmoid(1.702·x)")],
        notes: ["PyTorch and Keras: form=erf. JAX: form=tanh. At −1 they give −0.15866, −0.15881, and quick −0.15420."],
        examples: ["net 4 8 gelu form=tanh 3"]
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
