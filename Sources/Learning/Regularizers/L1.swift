// l1: the sum of absolute values, which makes weights exactly small.

import Formulas

extension Regularizer {
    static let l1 = Regularizer(
        "l1", "adds lambda·Σ|w| to the loss: a pull of the same size on every weight (at 0: none)",
        source: "Tibshirani 1996; Keras' L1",
        settings: [.number("lambda", 0.01, .notNegative, "the weight of the penalty")]
    ) { settings in .number(settings.number("lambda")) * .abs("w") }
}
