// uniform, normal, constant and zeros: without regard to the layer's size.

import Formulas

extension Initializer {
    static let uniform = Initializer(
        "uniform", "uniform within ±scale", source: "Keras' RandomUniform",
        settings: [.number("scale", 0.05, .notNegative, "the bound")], weights: .uniform(bound: "scale"))

    static let normal = Initializer(
        "normal", "normal with deviation scale", source: "Keras' RandomNormal",
        settings: [.number("scale", 0.05, .notNegative, "the standard deviation")], weights: .normal(deviation: "scale")
    )

    static let constant = Initializer(
        "constant", "every weight the same, which keeps the neurons of a layer equal for ever",
        source: "Keras' Constant",
        settings: [.number("value", 0, .any, "the value")], examples: ["init constant value=0.5 bias=0.1"],
        weights: .constant("value"))

    static let zeros = Initializer(
        "zeros", "every weight 0: no neuron can become different from its neighbours", source: "Keras' Zeros",
        weights: .constant(0))
}
