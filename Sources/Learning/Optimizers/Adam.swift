// adam and adamw: a running mean of the gradient over the root of a running mean of its square, corrected for their
// start at 0.

import Formulas

extension Optimizer {
    static let adam = Optimizer(
        "adam", "steps along the mean gradient m, divided by the root of the mean square v",
        source: "Kingma and Ba 2015; amsgrad: Reddi, Kale and Kumar 2018; decoupled decay: Loshchilov and Hutter 2019",
        settings: [
            .number("lr", 0.001, .notNegative, "learning rate"),
            .number("beta1", 0.9, .decay, "share of the first moment m that is kept"),
            .number("beta2", 0.999, .decay, "share of the second moment v that is kept"),
            .number("eps", 1e-8, .notNegative, "keeps the denominator above 0 (Keras: 1e-7)"),
            .choice(
                "eps_at", ["outside", "inside", "hat"],
                "√v̂ + ε, √(v̂ + ε), or as Keras has it: lr·√(1 − β2ᵗ)/(1 − β1ᵗ)·m/(√v + ε)"),
            .flag("bias_correction", true, "divide m and v by 1 − βᵗ, since they start at 0"),
            .flag("amsgrad", false, "divide by the largest v so far"),
            Decay.weightDecay, Decay.kind,
        ],
        notes: [
            "PyTorch: eps=1e-8 outside the root. Keras: eps_at=hat eps=1e-7, which acts as eps/√(1 − beta2ᵗ): 31.6"
                + " times as large in the first step.",
            "amsgrad keeps the largest v before its correction, as PyTorch and Keras do.",
            "weight_decay of PyTorch's Adam is decay=l2, of its AdamW decay=decoupled.",
        ],
        examples: [
            "optimizer adam lr=0.01", "optimizer adam eps_at=hat eps=1e-7", "optimizer adam bias_correction=off",
        ],
        rule: adamRule)

    static let adamw = adam.named(
        "adamw", "adam with decoupled weight decay 0.01",
        ["weight_decay": .number(0.01), "decay": .word("decoupled")],
        notes: [
            "PyTorch: weight_decay=0.01. Keras: weight_decay=0.004. Both shrink w by lr·weight_decay before the step."
        ])

    @Sendable private static func adamRule(_ settings: Settings) -> Rule {
        let g: Formula = "g"
        let isCorrected = settings.isOn("bias_correction")
        var slots: [Rule.Slot] = [.init("m"), .init("v")]
        var lines = Decay.lines(settings)
        lines.append(("m", "beta1" * "m" + (1 - "beta1") * g))
        lines.append(("v", "beta2" * "v" + (1 - "beta2") * g.squared))
        var square: Formula = "v"
        if settings.isOn("amsgrad") {
            slots.append(.init("vmax"))
            lines.append(("vmax", .max("vmax", "v")))
            square = "vmax"
        }
        let correction1: Formula = 1 - Formula.symbol("beta1").power("t")
        let correction2: Formula = 1 - Formula.symbol("beta2").power("t")
        if settings.word("eps_at") == "hat" {
            lines.append(("alpha", isCorrected ? "lr" * .sqrt(correction2) / correction1 : "lr"))
            lines.append(("w", "w" - "alpha" * "m" / (.sqrt(square) + "eps")))
        } else {
            lines.append(("mhat", isCorrected ? "m" / correction1 : "m"))
            lines.append(("vhat", isCorrected ? square / correction2 : square))
            lines.append(("w", "w" - "lr" * "mhat" / root("vhat", settings)))
        }
        return Rule(slots: slots, lines: lines)
    }
}
