// shift: images moved by whole pixels.

import Tensors

extension Augmentation {
    static let shift = Augmentation(
        "shift", "moves each image by up to max pixels down or up, and to the right or left",
        source: "PyTorch's RandomAffine with translate, Keras' RandomTranslation",
        settings: [.integer("max", 1, .within(0, 10_000), "the most pixels, each way"), fill],
        examples: ["augment shift max=2"], needsImage: true,
        lines: ["x[row, column] = x[row - down, column - right], down and right = -max … max, all alike"], draws: [by],
        extremes: { settings in
            let most = settings.number("max")
            return most > 0 ? [[-most, -most], [-most, most], [most, -most], [most, most]] : []
        },
        drawing: { settings, sizes, random in
            let most = settings.integer("max") ?? 0
            let numbers = (0..<2 * sizes.rows).map { _ in Double(random.index(below: 2 * most + 1) - most) }
            return [Tensor([sizes.rows, 2], numbers)]
        },
        nodes: { net, settings throws(OperationError) in
            let operation = MovedImage(net.sizes.image ?? [], .shift, fill: settings.number("fill"))
            try net.change(operation, [net.draw(by)])
        })

    private static let by = AugmentationDraw(
        "shift_by", "pixels down and to the right, uniform among the whole numbers from -max to max",
        columns: .some(2)
    ) { value, _ in value.allSatisfy { $0 == $0.rounded() && $0.magnitude <= 10_000 } }
}
