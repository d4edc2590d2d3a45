// inverse_time: the base rate over a number that grows with the time.

import Formulas

extension Schedule {
    static let inverseTime = Schedule(
        "inverse_time", "the rate over 1 + rate·t/steps, smoothly or by staircase", source: "Keras' InverseTimeDecay",
        example: "inverse_time steps=100 rate=0.5",
        settings: [
            length("steps", "how long it takes until the divisor has grown by rate"),
            .number("rate", nil, .notNegative, "how much the divisor grows in steps"), staircase,
        ]
    ) { base / (1 + "rate" * elapsed($0)) }
}
