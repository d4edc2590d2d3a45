// lion: steps of one size, in the direction that a mean of gradients points to.

import Formulas

extension Optimizer {
    static let lion = Optimizer(
        "lion", "moves every weight by lr, along the sign of a mean gradient", source: "Chen et al. 2023; Keras' Lion",
        settings: [
            .number("lr", 0.001, .notNegative, "learning rate"),
            .number("beta1", 0.9, .decay, "share of m in the direction"),
            .number("beta2", 0.99, .decay, "share of m that is kept"),
            Decay.weightDecay, .choice("decay", ["decoupled", "l2"], Decay.kind.meaning),
        ],
        notes: ["The defaults are Keras'; torch.optim has no Lion."], examples: ["optimizer lion lr=0.0001"]
    ) { settings in
        Rule(
            slots: [.init("m")],
            lines: Decay.lines(settings) + [
                ("c", "beta1" * "m" + (1 - "beta1") * "g"),
                ("m", "beta2" * "m" + (1 - "beta2") * "g"),
                ("w", "w" - "lr" * .sign("c")),
            ])
    }
}
