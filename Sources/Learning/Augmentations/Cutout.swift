// cutout: a square of each image hidden.

import Formulas
import Tensors

extension Augmentation {
    static let cutout = Augmentation(
        "cutout", "hides a square of each image; the label stays",
        source: "DeVries and Taylor 2017, Improved Regularization of Convolutional Neural Networks with Cutout",
        settings: [
            .integer("size", 2, .within(1, 10_000), "the side of the square, in pixels"),
            .number("p", 1, .share, "the chance of each sample to be changed"),
            .number("fill", 0, .finite, "what stands in the square"),
        ],
        notes: [
            "The centre is any pixel, each as likely, so that the square may reach beyond the image and less be hidden.",
            "The square begins size/2 pixels (rounded down) before its centre.",
        ],
        examples: ["augment cutout size=4 fill=0.5"], needsImage: true,
        lines: ["x = where(inside, fill, x), inside = top <= row < bottom and left <= column < right"], draws: [box]
    ) { settings, sizes, random in
        let (side, p) = (settings.integer("size") ?? 0, settings.number("p"))
        let numbers = (0..<sizes.rows).flatMap { _ in
            random.uniform() < p ? Self.box(side, side, sizes, &random) : [0, 0, 0, 0]
        }
        return [Tensor([sizes.rows, 4], numbers)]
    } nodes: { net, settings throws(OperationError) in
        let inside = try net.inside(net.draw(box))
        let formula = Formula.choose("inside", .number(settings.number("fill")), "x")
        try net.change(Pointwise("cutout", ["x", "inside"], formula), [inside])
    }

    private static let box = boxDraw("cutout_box")

    /// Boxes of samples, settable by hand.
    static func boxDraw(_ name: String) -> AugmentationDraw {
        AugmentationDraw(
            name, "top, left, bottom, right: the first row and column in the box, and those behind it",
            columns: .some(4)
        ) { box, sizes in
            let (height, width) = sizes.area
            return box.allSatisfy { $0 == $0.rounded() && $0 >= 0 } && box[0] <= box[2] && box[1] <= box[3]
                && box[2] <= Double(height) && box[3] <= Double(width)
        }
    }

    /// A box of this size around a random pixel, cut at the border of the image.
    static func box(_ height: Int, _ width: Int, _ sizes: BatchSizes, _ random: inout Random) -> [Double] {
        let image = sizes.area
        let top = random.index(below: image.height) - height / 2
        let left = random.index(below: image.width) - width / 2
        return [max(top, 0), max(left, 0), min(top + height, image.height), min(left + width, image.width)]
            .map(Double.init)
    }
}
