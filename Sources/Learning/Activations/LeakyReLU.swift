// leaky_relu: x, or slope·x where x is negative.

import Formulas

extension Activation {
    static let leakyReLU = Activation(
        "leaky_relu", "x where x > 0, else slope·x (Keras' layer has slope 0.3, its function 0.2)",
        source: "Maas, Hannun and Ng 2013",
        settings: [.number("slope", 0.01, .notNegative, "the slope where x is negative")]
    ) { settings in .choose("x" > 0, "x", .number(settings.number("slope")) * "x") }
}
