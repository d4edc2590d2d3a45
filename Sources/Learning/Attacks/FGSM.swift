// fgsm: the fast gradient sign method, one step as long as is allowed.

import Formulas

extension Attack {
    static let fgsm = Attack(
        "fgsm", "moves every feature by eps, in the direction in which the loss grows",
        source: "Goodfellow, Shlens and Szegedy 2015, Explaining and Harnessing Adversarial Examples",
        notes: ["A feature whose gradient is 0 stays: sign(0) is 0."],
        examples: ["attack fgsm eps=0.2 range=[0, 1] on=val"],
        step: "x0" + "eps" * .sign("grad"))
}
