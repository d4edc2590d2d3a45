// adamax: adam with the largest recent gradient instead of the root of the mean square.

import Formulas

extension Optimizer {
    static let adamax = Optimizer(
        "adamax", "steps along the mean gradient m, divided by u, a decaying maximum of |gradient|",
        source: "Kingma and Ba 2015, section 7",
        settings: [
            .number("lr", 0.002, .notNegative, "learning rate (Keras: 0.001)"),
            .number("beta1", 0.9, .decay, "share of the first moment m that is kept"),
            .number("beta2", 0.999, .decay, "share of u that is kept"),
            .number("eps", 1e-8, .notNegative, "keeps u above 0 (Keras: 1e-7)"),
            .choice(
                "eps_at", ["inside", "outside"],
                "max(β2·u, |g| + ε), or as Keras has it: max(β2·u, |g|) + ε where the step divides by it"),
            Decay.weightDecay, Decay.kind,
        ],
        notes: ["PyTorch adds eps to |gradient| before the maximum; Keras adds 1e-7 to u in the division."],
        examples: ["optimizer adamax lr=0.01"]
    ) { settings in
        let isInside = settings.word("eps_at") == "inside"
        return Rule(
            slots: [.init("m"), .init("u")],
            lines: Decay.lines(settings) + [
                ("m", "beta1" * "m" + (1 - "beta1") * "g"),
                ("u", .max("beta2" * "u", isInside ? .abs("g") + "eps" : .abs("g"))),
                ("w", "w" - "lr" / (1 - Formula.symbol("beta1").power("t")) * "m" / (isInside ? "u" : "u" + "eps")),
            ])
    }
}
