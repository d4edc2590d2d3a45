// huber: squared near 0, linear far away.

import Formulas

extension Loss {
    static let huber = Loss(
        "huber", "mean of d²/2 where |d| ≤ delta, else delta·(|d| − delta/2), with d = p − y", source: "Huber 1964",
        settings: [.number("delta", 1, .positive, "where the square turns into a line")],
        notes: ["PyTorch's SmoothL1Loss is this divided by its beta; with delta=1 they are the same."],
        examples: ["loss huber delta=0.5"]
    ) { settings in
        let delta = Formula.number(settings.number("delta"))
        let d: Formula = "p" - "y"
        return .choose(.abs(d) <= delta, 0.5 * d.squared, delta * (.abs(d) - 0.5 * delta))
    }
}
