// newton: the step to where the gradient would vanish if the function were the quadratic that it looks like here.

import Formulas
import Tensors

extension Optimizer {
    static let newton = Optimizer(
        "newton", "w ← w − lr·H⁻¹·gradient, with H the second derivatives on the step's batch; form=abs flees saddles",
        source: "Newton 1669, Raphson 1690; Levenberg 1944 (damping); Dauphin et al. 2014 (|H|)",
        settings: [
            .number("lr", 1, .notNegative, "share of the step; 1 is Newton's own"),
            .number(
                "damping", 0, .notNegative, "added to every eigenvalue of H: shorter steps, nearer to the gradient"),
            .choice(
                "form", ["plain", "abs"],
                "H as it is, whose steps go to any critical point; or with its eigenvalues' magnitudes"),
        ]
    ) { settings in
        Rule(
            NewtonDirection(damping: settings.number("damping"), isAbsolute: settings.word("form") == "abs"),
            ["w": "w" - "lr" * "direction"])
    }
}
