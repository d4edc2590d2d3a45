// step: the rate is multiplied by a factor at equal distances.

import Formulas

extension Schedule {
    static let step = Schedule(
        "step", "every so many updates (or epochs) the rate is multiplied by factor", source: "PyTorch's StepLR",
        example: "step every=30 factor=0.1",
        settings: [
            length("every", "the distance of the steps"),
            .number("factor", 0.1, .notNegative, "what the rate is multiplied by"),
        ]
    ) { _ in base * Formula("factor").power(.floor(t / "every")) }
}
