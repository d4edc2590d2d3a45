// saddle: down along one coordinate, up along the other.

import Formulas

extension Landscape {
    static let saddle = Landscape(
        "saddle", "a saddle at 0: the gradient vanishes there, but it is no minimum; it goes down without end along x1",
        source: "x² − y²", start: [1, 0.001], window: [-2...2, -2...2],
        Formula("x0").squared - Formula("x1").squared)
}
