// noise: small random numbers added to every feature.

import Formulas
import Tensors

extension Augmentation {
    static let noise = Augmentation(
        "noise", "adds normal noise to every feature",
        source: "Bishop 1995, Training with Noise is Equivalent to Tikhonov Regularization; Chapelle et al. 2000 (VRM)",
        settings: [.number("sigma", 0.1, .notNegative, "standard deviation of the noise")],
        notes: ["The vicinity of a sample is a normal distribution around it: the first example of vicinal risk."],
        examples: ["augment noise sigma=0.3"], lines: ["x = x + sigma * noise"], draws: [values]
    ) { settings, sizes, random in
        [Tensor([sizes.rows, sizes.width], (0..<sizes.rows * sizes.width).map { _ in random.normal() })]
    } nodes: { net, settings throws(OperationError) in
        let formula: Formula = "x" + .number(settings.number("sigma")) * "noise"
        try net.change(Pointwise("noise", ["x", "noise"], formula), [net.draw(values)])
    }

    private static let values = AugmentationDraw(
        "noise_values", "normal with mean 0 and deviation 1, for each feature", columns: .features
    ) { value, _ in value.allSatisfy(\.isFinite) }
}
