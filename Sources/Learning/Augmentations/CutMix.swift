// cutmix: a box of each image replaced by that of another one, and its label by the area.

import Formulas
import Glibc
import Tensors

extension Augmentation {
    static let cutmix = Augmentation(
        "cutmix", "puts a box of another image into each image; labels are mixed by the area that is left",
        source: "Yun et al. 2019, CutMix: Regularization Strategy to Train Strong Classifiers",
        settings: mixing,
        notes: [
            "The box has the height H·√(1 − lambda) and the width W·√(1 − lambda), rounded down to even numbers, its centre at"
                + " any pixel; what reaches beyond the image is cut off.",
            "The label takes the area that is really left, cutmix_lambda, which is larger than lambda when the box was cut.",
        ],
        examples: ["augment cutmix lambda=0.6 partner=reverse"], needsImage: true, mixesLabels: true,
        lines: [
            "x = where(inside, x[partner], x)", "lambda = 1 - (bottom - top)*(right - left)/(height*width)",
            "y = lambda * y + (1 - lambda) * y[partner]",
        ], draws: [box, partner]
    ) { settings, sizes, random in
        let image = sizes.area
        let box = perBatch(settings, sizes, columns: 4) {
            let share = (1 - drawnShare(settings, &random)).squareRoot()
            func side(_ whole: Int) -> Int { Int(Double(whole) * share) / 2 * 2 }
            return Self.box(side(image.height), side(image.width), sizes, &random)
        }
        return [box, partners(settings, sizes, &random)]
    } nodes: { net, settings throws(OperationError) in
        let (box, partner) = (net.draw(box), net.draw(partner))
        let inside = try net.inside(box)
        let other = try net.apply(TakeRows(), [net.x, partner])
        try net.change(
            Pointwise("cutmix", ["x", "other", "inside"], .choose("inside", "other", "x")), [other, inside])
        try net.mixTargets(lambda: try net.shareOutside(box), partner: partner)
    }

    private static let box = boxDraw("cutmix_box")
    private static let partner = partnerDraw("cutmix_partner")
}
