// sgd, momentum and nesterov: gradient descent with a velocity, in the forms of PyTorch, Keras and a running average.

import Formulas
import Tensors

extension Optimizer {
    static let sgd = Optimizer(
        "sgd", "w ← w − lr·gradient; with momentum, along a velocity that remembers earlier gradients",
        source: "Robbins and Monro 1951; Polyak 1964; Nesterov 1983; Sutskever et al. 2013",
        settings: [
            .number("lr", 0.001, .notNegative, "learning rate"),
            .number("momentum", 0, .share, "share of the velocity that is kept"),
            .flag("nesterov", false, "look one step ahead along the velocity"),
            .number(
                "dampening", 0, .share, "the gradient enters the velocity times 1 − dampening (not in the first step)"),
            Decay.weightDecay, Decay.kind,
            .choice("form", ["torch", "keras", "average"], "what the velocity holds"),
            .choice(
                "nesterov_form", ["framework", "lookahead"],
                "as PyTorch and Keras have it, or with the gradient taken ahead"),
        ],
        notes: velocityNotes + [
            "PyTorch does not dampen the first gradient: the velocity starts as the gradient itself."
        ],
        examples: ["optimizer sgd lr=0.1 momentum=0.9", "optimizer sgd lr=0.1 momentum=0.9 form=keras"],
        conflict: { settings in
            if settings.isOn("nesterov"), settings.number("momentum") == 0 {
                return OperationError("nesterov needs a momentum above 0", hint: "try momentum=0.9 nesterov=on")
            }
            if settings.number("dampening") != 0, settings.word("form") != "torch" || settings.isOn("nesterov") {
                return OperationError("dampening goes only with form=torch and without nesterov")
            }
            return nil
        },
        rule: sgdRule)

    private static let velocityNotes = [
        "form: PyTorch multiplies the velocity by lr, Keras what enters it; they part when lr changes.",
        "form=average (1 − momentum before the gradient) takes steps 1/(1 − momentum) times shorter.",
    ]

    static let momentum = sgd.named(
        "momentum", "sgd with momentum 0.9", ["momentum": .number(0.9)], notes: velocityNotes)

    static let nesterov = sgd.named(
        "nesterov", "sgd with momentum 0.9 and Nesterov's look ahead",
        ["momentum": .number(0.9), "nesterov": .word("on")],
        notes: velocityNotes + [
            "PyTorch and Keras keep the point that lies ahead, w + momentum·velocity of the textbook's form, and agree"
                + " with each other; nesterov_form=lookahead keeps the textbook's w."
        ])

    @Sendable private static func sgdRule(_ settings: Settings) -> Rule {
        var lines = Decay.lines(settings)
        guard settings.number("momentum") != 0 else {
            return Rule(slots: [], lines: lines + [("w", "w" - "lr" * "g")])
        }
        let ahead = settings.isOn("nesterov") && settings.word("nesterov_form") == "lookahead"
        let framework = settings.isOn("nesterov") && !ahead
        var lookahead: Formula = "w" - "lr" * "momentum" * "velocity"
        switch settings.word("form") {
        case "keras":
            lookahead = "w" + "momentum" * "velocity"
            lines.append(("velocity", "momentum" * "velocity" - "lr" * "g"))
            lines.append(("w", framework ? "w" + "momentum" * "velocity" - "lr" * "g" : "w" + "velocity"))
        case "average":
            lines.append(("velocity", "momentum" * "velocity" + (1 - "momentum") * "g"))
            if framework { lines.append(("step", "momentum" * "velocity" + (1 - "momentum") * "g")) }
            lines.append(("w", "w" - "lr" * (framework ? "step" : "velocity")))
        default:
            let dampened: Formula = "momentum" * "velocity" + (1 - "dampening") * "g"
            let plain: Formula = "momentum" * "velocity" + "g"
            let isDampened = settings.number("dampening") != 0
            lines.append(("velocity", isDampened ? .choose(.apply(.equal, ["t", 1]), "g", dampened) : plain))
            if framework { lines.append(("step", "g" + "momentum" * "velocity")) }
            lines.append(("w", "w" - "lr" * (framework ? "step" : "velocity")))
        }
        return Rule(slots: [.init("velocity")], lookahead: ahead ? lookahead : nil, lines: lines)
    }
}
