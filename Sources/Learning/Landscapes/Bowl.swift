// bowl and parabola: round bowls, where gradient descent goes straight to the minimum.

import Formulas

extension Landscape {
    static let bowl = Landscape(
        "bowl", "a round bowl: the gradient points away from the minimum everywhere", source: "a sum of squares",
        start: [4, 3], window: [-5...5, -5...5], Formula("x0").squared + Formula("x1").squared)

    static let parabola = Landscape(
        "parabola", "a bowl of one coordinate, with its minimum 10 at 1", source: "lecture slides on convex functions",
        start: [-6], window: [-7...7], ("x0" - 1 as Formula).squared + 10)
}
