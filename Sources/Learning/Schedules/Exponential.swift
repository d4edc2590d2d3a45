// exponential: the rate is multiplied by `rate` in every `steps` updates, little by little or at once.

import Formulas

extension Schedule {
    static let exponential = Schedule(
        "exponential", "in steps updates (or epochs) the rate is multiplied by rate, smoothly or by staircase",
        source: "Keras' ExponentialDecay; with steps=1 PyTorch's ExponentialLR",
        example: "exponential steps=500 rate=0.5",
        settings: [
            length("steps", "how long one multiplication takes"),
            .number("rate", nil, .positive, "what the learning rate is multiplied by"), staircase,
        ]
    ) { base * Formula("rate").power(elapsed($0)) }
}
