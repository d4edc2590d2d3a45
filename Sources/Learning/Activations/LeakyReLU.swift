// leaky_relu: x, or slope·x where x is negative.

import Formulas

extension Activation {
    static let leakyReLU = Activation(
        "leaky_relu", "x where x > 0, else slope·x",
        source: "Maas, Hannun and Ng 2013",
        settings: [.number("slope", 0.01, .notNegative, "the slope where x is negative")],
        notes: ["PyTorch: slope=0.01. Keras: 0.3 in the layer, 0.2 in the function."],
        examples: ["net 4 8 leaky_relu slope=0.2 3"]
    ) { settings in .choose("x" > 0, "x", .number(settings.number("slope")) * "x") }
}
