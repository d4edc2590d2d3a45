// dropout: in training random units are left out.

import Formulas
import Tensors

extension Layer {
    static let dropout = Layer(
        "dropout", "in training each unit is left out at random, drawn anew for each batch; in evaluation all work",
        source: "Srivastava et al. 2014",
        argument: .number("rate", nil, .share, "the probability"),
        settings: [
            .choice("p", ["drop", "keep"], "whether the number is the probability to drop or to keep a unit"),
            .choice(
                "form", ["inverted", "classic"],
                "inverted divides by the probability to keep in training, classic multiplies by it in evaluation"),
        ],
        notes: [
            "PyTorch and Keras: p=drop form=inverted. The paper: p=keep form=classic.",
            "mask1 is drawn from the session's stream once a batch: forward again uses the same. mask1 = … sets it.",
        ],
        example: "net 4 8 relu dropout 0.5 3",
        examples: ["net 4 8 relu dropout 0.8 p=keep form=classic 3"],
        formulas: { settings in
            let (keep, isInverted) = (keepText(settings), settings.word("form") == "inverted")
            return [
                "training:   d = x * mask" + (isInverted ? " / \(keep)" : ""),
                "evaluation: d = x" + (isInverted ? "" : " * \(keep)"),
            ]
        },
        build: { chosen, net throws(OperationError) in
            let rate = chosen.settings.number("rate")
            let keep = chosen.settings.word("p") == "keep" ? rate : 1 - rate
            guard keep > 0 else {
                throw OperationError(
                    "dropout \(chosen.settings["rate"]?.text() ?? "")\(rate == 0 ? " p=keep" : "") would drop every unit",
                    hint: "dropout 0.5")
            }
            let isInverted = chosen.settings.word("form") == "inverted"
            switch net.mode {
            case .training:
                let mask = try net.mask(keep: keep)
                let kept: Formula = "x" * "mask"
                let formula = isInverted ? kept / .number(keep) : kept
                try net.apply(Pointwise("dropout", ["x", "mask"], formula), [mask], named: "d")
            case .evaluation:
                _ = try net.mask(keep: keep)
                if isInverted { return }
                try net.apply(Pointwise("dropout", ["x"], "x" * .number(keep)), named: "d")
            }
        })

    /// The probability to keep a unit, as text.
    private static func keepText(_ settings: Settings) -> String {
        let rate = settings.number("rate")
        let isKeep = settings.word("p") == "keep"
        if rate.isNaN { return isKeep ? "rate" : "(1 - rate)" }
        return Digits.full.text(isKeep ? rate : 1 - rate)
    }
}
