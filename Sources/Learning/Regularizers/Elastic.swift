// elastic: the penalties of l1 and l2 together.

import Formulas

extension Regularizer {
    static let elastic = Regularizer(
        "elastic", "adds Σ l1·|w| + l2·w² to the loss", source: "Zou and Hastie 2005; Keras' L1L2",
        settings: [
            .number("l1", 0.01, .notNegative, "the weight of Σ|w|"),
            .number("l2", 0.01, .notNegative, "the weight of Σw²"), half,
        ]
    ) { settings in
        .number(settings.number("l1")) * .abs("w") + square(.number(settings.number("l2")), settings)
    }
}
