// adversarial: training on samples that were moved against the network.

import Formulas
import Tensors

extension Augmentation {
    /// The attack is made anew at each forward, with the parameters of that moment.
    static let adversarial = Augmentation(
        "adversarial", "moves samples within eps so that the loss grows, with the parameters of the moment",
        source: "Goodfellow, Shlens and Szegedy 2015; Madry et al. 2018",
        settings: Attack.pgd.settings.map { $0.name == "steps" ? oneStep : $0 } + [
            .number("share", 1, .share, "the share of each batch that is attacked, its first samples")
        ],
        notes: [
            "With steps=1 it is fgsm; more steps make it pgd. The attack sees the network in evaluation mode.",
            "Madry et al. train on attacked samples alone (share=1), Goodfellow et al. give both halves of the loss"
                + " (share=0.5).",
        ],
        examples: ["augment adversarial eps=0.2 steps=5 share=0.5 range=[0, 8]"], attack: .pgd,
        lines: [
            "x = where(on, the attacked x, x)",
            "attacked: x = min(max(x + size * sign(grad), x0 - eps), x0 + eps), steps times",
        ], draws: [isOn, attackStart, attackBefore, attackSlope],
        check: { settings, _ in Attack.pgd.conflict(settings) },
        drawing: { settings, sizes, random in
            let count = Int((settings.number("share") * Double(sizes.rows)).rounded())
            let on = Tensor([sizes.rows, 1], (0..<sizes.rows).map { $0 < count ? 1 : 0 })
            let zeros = Tensor(repeating: 0, [sizes.rows, sizes.width])
            guard Attack.pgd.startsAtRandom(settings) else { return [on, zeros, zeros, zeros] }
            let shares = Tensor(zeros.shape, zeros.elements.map { _ in random.uniform(-1, 1) })
            return [on, shares, zeros, zeros]
        },
        nodes: { net, settings throws(OperationError) in
            let (on, before, slope) = (net.draw(isOn), net.draw(attackBefore), net.draw(attackSlope))
            let step = Attack.pgd.formula(settings).substituting { $0 == "x" ? "before" : nil }
            let symbols = ["x0", "on", "before", "grad"]
            try net.change(Attack.pgd.operation(.choose("on", step, "x0"), symbols, settings), [on, before, slope])
        })

    private static let oneStep = Setting.integer("steps", 1, .within(1, 10_000), "how many steps the attack takes")

    private static let isOn = AugmentationDraw("adversarial_on", "1 where the sample is attacked, else 0") { value, _ in
        value[0] == 0 || value[0] == 1
    }
    public static let attackStart = AugmentationDraw(
        "adversarial_start", "where the attack begins, in shares of eps from the sample", columns: .features
    ) { value, _ in value.allSatisfy { $0.magnitude <= 1 } }
    public static let attackBefore = AugmentationDraw(
        "adversarial_before", "the samples before the last step of the attack", columns: .features, isComputed: true
    ) { _, _ in false }
    public static let attackSlope = AugmentationDraw(
        "adversarial_grad", "the slope of the loss with respect to them", columns: .features, isComputed: true
    ) { _, _ in false }
}
