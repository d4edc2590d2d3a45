// cosine: half a wave from the base rate to `end`, where it stays.

import Formulas

extension Schedule {
    static let cosine = Schedule(
        "cosine", "falls to end in steps updates (or epochs) along half a cosine wave, and stays there",
        source:
            "Loshchilov and Hutter 2017; Keras' CosineDecay with alpha = end/base; up to the end PyTorch's CosineAnnealingLR",
        example: "cosine steps=1000",
        settings: [
            length("steps", "how long it falls; warm-up not counted"),
            .number("end", 0, .notNegative, "the last rate"),
        ]
    ) { _ in
        "end" + 0.5 * (base - "end") * (1 + .cos("pi" * .min(t, "steps") / "steps"))
    }
}
