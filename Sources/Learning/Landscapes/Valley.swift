// valley and rotated_valley: steep across and flat along, where plain gradient descent zigzags.

import Formulas

extension Landscape {
    static let valley = Landscape(
        "valley", "a long valley along the first coordinate: curvatures 1 and kappa", source: "CS231n, lecture 3",
        start: [10, 1], window: [-12...12, -4...4], settings: [kappa],
        0.5 * (Formula("x0").squared + "kappa" * Formula("x1").squared))

    static let rotatedValley = Landscape(
        "rotated_valley", "the valley turned by an angle, so that scaling each coordinate no longer helps",
        source: "CS231n, lecture 3", start: [8, 6], window: [-10...10, -10...10],
        settings: [kappa, .number("angle", 45, .finite, "the valley's direction in degrees, from the first axis")],
        0.5
            * ((.cos(turn) * "x0" + sine * "x1").squared + "kappa" * (.cos(turn) * "x1" - sine * "x0").squared))

    private static let kappa = Setting.number(
        "kappa", 10, .atLeast(1), "the condition number: how much steeper it is across than along")
    private static let turn: Formula = "angle" * "pi" / 180
    private static let sine: Formula = .apply(.sin, [turn])
}
