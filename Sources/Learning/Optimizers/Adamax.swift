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
            .number("eps", 1e-8, .notNegative, "added to |gradient| (Keras adds 1e-7 to u instead)"),
            Decay.weightDecay, Decay.kind,
        ],
        notes: ["PyTorch adds eps to |gradient| before the maximum; Keras adds 1e-7 to u in the division."],
        examples: ["optimizer adamax lr=0.01"]
    ) { settings in
        Rule(
            slots: [.init("m"), .init("u")],
            lines: Decay.lines(settings) + [
                ("m", "beta1" * "m" + (1 - "beta1") * "g"),
                ("u", .max("beta2" * "u", .abs("g") + "eps")),
                ("w", "w" - "lr" / (1 - Formula.symbol("beta1").power("t")) * "m" / "u"),
            ])
    }
}
