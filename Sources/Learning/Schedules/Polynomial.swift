// polynomial: from the base rate to `end` along a power of the time that is left.

import Formulas

extension Schedule {
    static let polynomial = Schedule(
        "polynomial", "falls to end in steps updates (or epochs), along a power of the time that is left",
        source: "Keras' PolynomialDecay; with end=0 PyTorch's PolynomialLR",
        example: "polynomial steps=900 end=0.01 power=0.5",
        settings: [
            length("steps", "how long it falls"),
            .number("end", 0.0001, .notNegative, "the last rate"),
            .number("power", 1, .positive, "1 is a straight line"),
            .flag("cycle", false, "when the end is reached, begin again from above with twice, thrice … the length"),
        ]
    ) { settings in
        // There is no ceiling among the functions: ⌈a⌉ = −⌊−a⌋.
        let cycles: Formula = .max(1, -Formula.floor(-t / "steps"))
        let done = settings.isOn("cycle") ? t / ("steps" * cycles) : Formula.min(t, "steps") / "steps"
        return (base - "end") * (1 - done).power("power") + "end"
    }
}
