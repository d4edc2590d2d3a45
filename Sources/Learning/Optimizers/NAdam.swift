// nadam: adam with Nesterov's look ahead, in PyTorch's form.

import Formulas

extension Optimizer {
    static let nadam = Optimizer(
        "nadam", "adam whose momentum looks one step ahead; the momentum grows towards beta1",
        source: "Dozat 2016; PyTorch's NAdam",
        settings: [
            .number("lr", 0.002, .notNegative, "learning rate (Keras: 0.001)"),
            .number("beta1", 0.9, .decay, "share of the first moment m that is kept"),
            .number("beta2", 0.999, .decay, "share of the second moment v that is kept"),
            .number("eps", 1e-8, .notNegative, "keeps the denominator above 0"),
            .number("momentum_decay", 0.004, .notNegative, "how fast the momentum grows (Keras: as with 1)"),
            Decay.weightDecay, Decay.kind,
        ],
        notes: ["The momentum of update t is beta1·(1 − 0.96^(t·momentum_decay)/2): 0.004 in PyTorch, 1 in Keras."],
        examples: ["optimizer nadam momentum_decay=1"]
    ) { settings in
        func momentum(at time: Formula) -> Formula {
            "beta1" * (1 - 0.5 * Formula.number(0.96).power(time * "momentum_decay"))
        }
        return Rule(
            slots: [.init("m"), .init("v"), .init("product", initial: 1)],
            lines: Decay.lines(settings) + [
                ("mu", momentum(at: "t")),
                ("next", momentum(at: "t" + 1)),
                ("product", "product" * "mu"),
                ("m", "beta1" * "m" + (1 - "beta1") * "g"),
                ("v", "beta2" * "v" + (1 - "beta2") * Formula.symbol("g").squared),
                ("root", .sqrt("v" / (1 - Formula.symbol("beta2").power("t"))) + "eps"),
                ("ahead", "next" * "m" / (1 - "product" * "next")),
                ("here", (1 - "mu") * "g" / (1 - "product")),
                ("w", "w" - "lr" * ("here" + "ahead") / "root"),
            ])
    }
}
