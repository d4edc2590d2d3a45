// pgd: projected gradient descent, many small steps that never leave the allowed distance.

import Formulas

extension Attack {
    static let pgd = Attack(
        "pgd", "moves every feature by small steps, kept within eps of where it was",
        source: "Madry et al. 2018, Towards Deep Learning Models Resistant to Adversarial Attacks; Kurakin et al. 2017",
        settings: [
            .integer("steps", 10, .within(1, 10_000), "how many steps"),
            .number("size", nil, .positive, "how far one step moves a feature; without it 2.5*eps/steps"),
            .flag("random_start", false, "whether it begins at a random point within eps of the sample"),
        ],
        notes: [
            "With steps=1 and size=eps it is fgsm. Madry et al. take eps=0.3 steps=40 size=0.01 random_start=on for MNIST.",
            "Each step stays within eps first, and then within range.",
        ],
        examples: ["attack pgd eps=0.1 steps=20 size=0.01 random_start=on seed=1"],
        step: .min(.max("x" + "size" * .sign("grad"), "x0" - "eps"), "x0" + "eps"))
}
