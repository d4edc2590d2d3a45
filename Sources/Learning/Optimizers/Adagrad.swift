// adagrad: the rate of each parameter falls with the sum of its squared gradients.

import Formulas

extension Optimizer {
    static let adagrad = Optimizer(
        "adagrad", "divides by the root of the sum of all squared gradients",
        source: "Duchi, Hazan and Singer 2011",
        settings: [
            .number("lr", 0.01, .notNegative, "learning rate"),
            .number("eps", 1e-10, .notNegative, "keeps the denominator above 0"),
            .choice("eps_at", ["outside", "inside"], "√G + ε or √(G + ε)"),
            .number("initial", 0, .notNegative, "what G starts at (Keras: 0.1)"),
            Decay.weightDecay, Decay.kind,
        ],
        notes: ["PyTorch: G starts at 0, eps=1e-10, lr=0.01. Keras: initial=0.1, eps=1e-7, lr=0.001."],
        examples: ["optimizer adagrad initial=0.1 eps=1e-7"]
    ) { settings in
        Rule(
            slots: [.init("G", initial: settings.number("initial"))],
            lines: Decay.lines(settings) + [
                ("G", "G" + Formula.symbol("g").squared),
                ("w", "w" - "lr" * "g" / root("G", settings)),
            ])
    }
}
