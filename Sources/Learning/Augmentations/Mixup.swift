// mixup: each sample mixed with another one, and its label too.

import Formulas
import Tensors

extension Augmentation {
    static let mixup = Augmentation(
        "mixup", "mixes each sample with another one of the batch, and their labels in the same shares",
        source: "Zhang, Cissé, Dauphin and Lopez-Paz 2018, mixup: Beyond Empirical Risk Minimization",
        settings: mixing,
        notes: [
            "Cross entropy of the mixed label is the mix of both cross entropies; of mse this is not true.",
            "The authors' code: alpha=1 per=batch partner=permutation. Keras: alpha=0.2 per=sample. PyTorch's: partner=roll.",
        ],
        examples: ["augment mixup lambda=0.6 partner=reverse"], mixesLabels: true,
        lines: [
            "x = lambda * x + (1 - lambda) * x[partner]", "y = lambda * y + (1 - lambda) * y[partner]",
            "lambda drawn from Beta(alpha, alpha), unless it is given",
        ], draws: [share, partner]
    ) { settings, sizes, random in
        let lambda = perBatch(settings, sizes) { [drawnShare(settings, &random)] }
        return [lambda, partners(settings, sizes, &random)]
    } nodes: { net, settings throws(OperationError) in
        let (lambda, partner) = (net.draw(share), net.draw(partner))
        let other = try net.apply(TakeRows(), [net.x, partner])
        let mix = Pointwise("mixup", ["x", "other", "lambda"], "lambda" * "x" + (1 - "lambda") * "other")
        try net.change(mix, [other, lambda])
        try net.mixTargets(lambda: lambda, partner: partner)
    }

    private static let share = AugmentationDraw(
        "mixup_lambda", "the share of the sample that is kept, given or from Beta(alpha, alpha)"
    ) { value, _ in value[0] >= 0 && value[0] <= 1 }
    private static let partner = partnerDraw("mixup_partner")

    /// The settings of everything that mixes two samples.
    static let mixing: [Setting] = [
        .number("alpha", 1, .positive, "lambda is drawn from Beta(alpha, alpha)"),
        .number("lambda", nil, .share, "the share that is kept, instead of one that is drawn"),
        .choice("per", ["batch", "sample"], "one draw for the whole batch, or one for each sample"),
        .choice(
            "partner", ["permutation", "reverse", "roll"],
            "a random order of the batch, its reverse, or the sample before"),
    ]

    static func partnerDraw(_ name: String) -> AugmentationDraw {
        AugmentationDraw(name, "the row of the batch that each sample is mixed with", columns: .vector) {
            value, sizes in value[0] == value[0].rounded() && value[0] >= 0 && value[0] < Double(sizes.rows)
        }
    }

    static func drawnShare(_ settings: Settings, _ random: inout Random) -> Double {
        let (given, alpha) = (settings.number("lambda"), settings.number("alpha"))
        return given.isNaN ? random.beta(alpha, alpha) : given
    }

    static func partners(_ settings: Settings, _ sizes: BatchSizes, _ random: inout Random) -> Tensor {
        let rows = Array(0..<sizes.rows)
        let partners =
            switch settings.word("partner") {
            case "reverse": rows.map { sizes.rows - 1 - $0 }
            case "roll": rows.map { ($0 + sizes.rows - 1) % sizes.rows }
            default: random.permutation(sizes.rows)
            }
        return Tensor(vector: partners.map(Double.init))
    }
}
