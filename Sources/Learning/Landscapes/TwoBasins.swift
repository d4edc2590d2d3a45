// two_basins: a lower and a higher minimum with a ridge between.

import Formulas

extension Landscape {
    static let twoBasins = Landscape(
        "two_basins", "two minima near x0 = −1 and x0 = 1; with a positive tilt the left one is lower",
        source: "the tilted double well", start: [2, 1], window: [-2...2, -2...2],
        settings: [.number("tilt", 0.3, .finite, "how much higher the right basin is, per unit of x0")],
        (Formula("x0").squared - 1).squared + "tilt" * "x0" + Formula("x1").squared)
}
