// flip: images mirrored.

import Tensors

extension Augmentation {
    static let flip = Augmentation(
        "flip", "mirrors each image with probability p",
        source: "PyTorch's RandomHorizontalFlip and RandomVerticalFlip",
        settings: [
            probability,
            .choice("axis", ["horizontal", "vertical"], "left and right change places, or top and bottom"),
        ],
        notes: ["Digits and letters do not keep their labels: a mirrored 2 is no 2. augment check measures it."],
        examples: ["augment flip p=1 axis=vertical"], needsImage: true,
        lines: [
            "horizontal: x[row, column] = x[row, width - 1 - column]",
            "vertical: x[row, column] = x[height - 1 - row, column]",
        ], draws: [isFlipped],
        extremes: { $0.number("p") > 0 ? [[1]] : [] },
        drawing: { settings, sizes, random in
            let p = settings.number("p")
            return [perSample(sizes) { random.uniform() < p ? 1 : 0 }]
        },
        nodes: { net, settings throws(OperationError) in
            let motion = MovedImage.Motion.flip(horizontal: settings.word("axis") == "horizontal")
            try net.change(MovedImage(net.sizes.image ?? [], motion), [net.draw(isFlipped)])
        })

    private static let isFlipped = AugmentationDraw("flip_on", "1 where the image is mirrored, else 0") { value, _ in
        value[0] == 0 || value[0] == 1
    }
}
