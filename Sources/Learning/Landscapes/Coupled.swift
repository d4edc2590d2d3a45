// coupled: a quadratic whose coordinates depend on each other.

import Formulas

extension Landscape {
    static let coupled = Landscape(
        "coupled", "a valley neither along the axes nor round: x0² + c·x1² − x0·x1; the minimum 0 is at 0",
        source: "lecture slides that compare optimizers: their formula says c=2, their numbers are those of c=4",
        start: [-5, 4], window: [-6...6, -5...5],
        settings: [
            // Below this it would have no minimum.
            .number(
                "c", 4, Interval(lower: 0.25, upper: .infinity, includesLower: false, includesUpper: false),
                "the curvature along x1 is 2c")
        ],
        Formula("x0").squared + "c" * Formula("x1").squared - "x0" * "x1")
}
