// rmsprop: like adagrad with a running average, so that old gradients are forgotten.

import Formulas

extension Optimizer {
    static let rmsprop = Optimizer(
        "rmsprop", "divides by the root of a running average of squared gradients",
        source: "Tieleman and Hinton 2012; centered: Graves 2013",
        settings: [
            .number("lr", 0.01, .notNegative, "learning rate"),
            .number("rho", 0.99, .decay, "share of the average that is kept (Keras: 0.9)"),
            .number("eps", 1e-8, .notNegative, "keeps the denominator above 0"),
            .choice("eps_at", ["outside", "inside"], "√G + ε or √(G + ε)"),
            .flag("centered", false, "subtract the squared mean gradient: the variance instead of the square"),
            .number("momentum", 0, .share, "share of the velocity that is kept"),
            .choice("form", ["torch", "keras"], "with momentum: lr after the velocity, or inside it"),
            Decay.weightDecay, Decay.kind,
        ],
        notes: [
            "PyTorch: rho=0.99, eps=1e-8 outside the root, lr after the velocity. Keras: rho=0.9, eps=1e-7 inside the"
                + " root, lr=0.001, lr inside the velocity.",
            "There is no bias correction: the first step is lr/√(1 − rho) long.",
        ],
        examples: ["optimizer rmsprop rho=0.9 eps=1e-7 eps_at=inside", "optimizer rmsprop centered=on momentum=0.9"]
    ) { settings in
        var slots: [Rule.Slot] = [.init("G")]
        var lines = Decay.lines(settings)
        let g: Formula = "g"
        lines.append(("G", "rho" * "G" + (1 - "rho") * g.squared))
        var square: Formula = "G"
        if settings.isOn("centered") {
            slots.append(.init("mean"))
            lines.append(("mean", "rho" * "mean" + (1 - "rho") * g))
            lines.append(("variance", "G" - Formula.symbol("mean").squared))
            square = "variance"
        }
        let scaled = g / root(square, settings)
        guard settings.number("momentum") != 0 else {
            return Rule(slots: slots, lines: lines + [("w", "w" - "lr" * scaled)])
        }
        slots.append(.init("velocity"))
        if settings.word("form") == "keras" {
            lines.append(("velocity", "momentum" * "velocity" + "lr" * scaled))
            lines.append(("w", "w" - "velocity"))
        } else {
            lines.append(("velocity", "momentum" * "velocity" + scaled))
            lines.append(("w", "w" - "lr" * "velocity"))
        }
        return Rule(slots: slots, lines: lines)
    }
}
