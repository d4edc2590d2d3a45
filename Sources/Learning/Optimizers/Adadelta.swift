// adadelta: like rmsprop, with the size of the step taken from a running average of earlier steps.

import Formulas

extension Optimizer {
    static let adadelta = Optimizer(
        "adadelta", "scales the gradient by the root mean square of earlier changes over that of gradients",
        source: "Zeiler 2012",
        settings: [
            .number("lr", 1, .notNegative, "learning rate (Keras: 0.001, the paper has none)"),
            .number("rho", 0.9, .decay, "share of the averages that is kept (Keras: 0.95)"),
            .number("eps", 1e-6, .notNegative, "keeps both roots above 0 (Keras: 1e-7)"),
            Decay.weightDecay, Decay.kind,
        ],
        notes: ["PyTorch: lr=1 rho=0.9 eps=1e-6. Keras: lr=0.001 rho=0.95 eps=1e-7."],
        examples: ["optimizer adadelta lr=0.001 rho=0.95 eps=1e-7"]
    ) { settings in
        Rule(
            slots: [.init("G"), .init("D")],
            lines: Decay.lines(settings) + [
                ("G", "rho" * "G" + (1 - "rho") * Formula.symbol("g").squared),
                ("change", .sqrt("D" + "eps") / .sqrt("G" + "eps") * "g"),
                ("D", "rho" * "D" + (1 - "rho") * Formula.symbol("change").squared),
                ("w", "w" - "lr" * "change"),
            ])
    }
}
