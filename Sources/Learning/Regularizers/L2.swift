// l2: the sum of squares, which pulls large weights most.

import Formulas

extension Regularizer {
    static let l2 = Regularizer(
        "l2", "adds lambda·Σw² to the loss; with half=on its gradient is that of weight_decay=lambda",
        source: "Tikhonov 1943; Krogh and Hertz 1992; Keras' L2",
        settings: [.number("lambda", 0.01, .notNegative, "the weight of the penalty"), half]
    ) { settings in square(.number(settings.number("lambda")), settings) }

    /// lambda·w², or half of it.
    static func square(_ lambda: Formula, _ settings: Settings) -> Formula {
        let whole = lambda * Formula.symbol("w").squared
        return settings.isOn("half") ? 0.5 * whole : whole
    }
}
