// rosenbrock: a bent, flat valley.

import Formulas

extension Landscape {
    static let rosenbrock = Landscape(
        "rosenbrock", "a bent valley with a nearly flat floor; the minimum 0 is at (a, a²)", source: "Rosenbrock 1960",
        start: [-1.2, 1], window: [-2...2, -1...3],
        settings: [
            .number("a", 1, .finite, "the first coordinate of the minimum"),
            .number("b", 100, .notNegative, "how steep the valley's walls are"),
        ],
        ("a" - "x0" as Formula).squared + "b" * ("x1" - Formula("x0").squared).squared)
}
