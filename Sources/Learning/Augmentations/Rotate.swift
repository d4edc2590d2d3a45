// rotate: images turned about their centre.

import Tensors

extension Augmentation {
    static let rotate = Augmentation(
        "rotate", "turns each image about its centre by up to max degrees either way, or by one of some angles",
        source: "PyTorch's RandomRotation, Keras' RandomRotation",
        settings: [
            .number("max", 15, .within(0, 360), "the most degrees, either way; every angle between is as likely"),
            .numbers("angles", nil, .within(-360, 360), "instead of max: these angles alone, each as likely"),
            .choice(
                "between", ["bilinear", "nearest"], "a place between pixels: their mean by distance, or the nearest"),
            fill,
        ],
        notes: [
            "Positive angles turn counter-clockwise. Quarter turns of square images move pixels exactly.",
            "PyTorch takes the nearest pixel unless told otherwise, Keras the bilinear mean.",
            "A 6 turned by 180° is a 9: augment check tells which labels are not kept.",
        ],
        examples: ["augment rotate angles=[0, 90, 180, 270]"], needsImage: true,
        lines: [
            "row' = middle + (cos(a)*(row - middle) + sin(a)*(column - middle))",
            "column' = middle + (cos(a)*(column - middle) - sin(a)*(row - middle))",
            "x[row, column] = x[row', column']",
        ], draws: [angle],
        extremes: { settings in
            let (most, angles) = (settings.number("max"), settings.numbers("angles"))
            return Set(angles.isEmpty ? [-most, most] : angles).subtracting([0]).sorted().map { [$0] }
        },
        check: { settings, _ in
            settings.given["angles"] != nil && settings.numbers("angles").isEmpty
                ? OperationError("angles=[] leaves no angle to turn by", hint: "angles=[90, 180]") : nil
        },
        drawing: { settings, sizes, random in
            let (most, angles) = (settings.number("max"), settings.numbers("angles"))
            let value = { (random: inout Random) in
                angles.isEmpty ? random.uniform(-most, most) : angles[random.index(below: angles.count)]
            }
            return [perSample(sizes) { value(&random) }]
        },
        nodes: { net, settings throws(OperationError) in
            let motion = MovedImage.Motion.rotation(bilinear: settings.word("between") == "bilinear")
            let operation = MovedImage(net.sizes.image ?? [], motion, fill: settings.number("fill"))
            try net.change(operation, [net.draw(angle)])
        })

    private static let angle = AugmentationDraw(
        "rotate_angle", "degrees counter-clockwise, uniform between -max and max or one of angles"
    ) { value, _ in value[0].magnitude <= 1e6 }
}
