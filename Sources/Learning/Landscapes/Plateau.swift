// plateau: flat far away from its only minimum.

import Formulas

extension Landscape {
    static let plateau = Landscape(
        "plateau", "a dip in a plain: far from the minimum at 0 the gradient nearly vanishes",
        source: "one minus a Gaussian bell", start: [3, 2], window: [-4...4, -4...4],
        1 - Formula.exp(-(Formula("x0").squared + Formula("x1").squared) / 2))
}
