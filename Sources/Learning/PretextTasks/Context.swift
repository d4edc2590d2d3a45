// context: the centre of 3×3 patches and one of the others; which one it is, is asked.

import Formulas
import Tensors

extension PretextTask {
    static let context = PretextTask(
        "context",
        "cuts 3×3 patches out of each image and shows the centre and one other, whose position the net is to name",
        source: "Doersch, Gupta and Efros 2015, Unsupervised Visual Representation Learning by Context Prediction",
        settings: [
            .integer("patch", 6, .within(1, 1000), "the side of a patch, in pixels"),
            .integer("gap", 2, .within(0, 1000), "pixels between a patch and the next"),
            .integer("jitter", 1, .within(0, 1000), "the most pixels by which each patch is moved, each way"),
        ],
        notes: [
            "Positions are numbered row by row, the centre left out; chance is right once in 8.",
            "The net reads two images, the centre first: net 2x6x6 each( 32 relu 16 relu ) 8 reads both by the same weights.",
            "Without a gap the net may compare the edges at which patches meet instead of what they show. Doersch et al. leave "
                + "a gap of half a patch and move patches of 96 pixels by up to 7.",
            "Two patches come as near to each other as gap - 2 * jitter pixels; where that is negative they may overlap.",
            "The middle patch of 3 stands in the middle of the image (a pixel before it where that is uneven), then is moved.",
        ],
        examples: ["ssl context patch=4 gap=0 jitter=0"], needsImage: true, targets: .classNumbers,
        lines: { settings in
            let sizes = ["patch", "gap"].map { settings.integer($0) ?? 0 }
            return [
                "x = the patches at corner, that of the centre and the other one",
                "corner = middle + \(sizes[0] + sizes[1]) * direction + jitter, with the numbers",
                "y = position:  0  1  2", "               3     4", "               5  6  7",
            ]
        },
        draws: { settings in [position, move(settings)] },
        check: { settings, sizes in
            let (patch, gap) = (settings.integer("patch") ?? 1, settings.integer("gap") ?? 0)
            let jitter = settings.integer("jitter") ?? 0
            let (height, width) = sizes.area
            let needed = 3 * patch + 2 * gap + 2 * jitter
            guard needed > min(height, width) else { return nil }
            let most = (min(height, width) - 2 * gap - 2 * jitter) / 3
            return OperationError(
                "3 patches of \(patch) with gaps of \(gap) and a jitter of \(jitter) take \(needed) pixels, "
                    + "the images are \(height)×\(width)",
                hint: most > 0
                    ? "ssl context patch=\(most) gap=\(gap) jitter=\(jitter)"
                    : min(height, width) > 2
                        ? "ssl context patch=\(min(height, width) / 3) gap=0 jitter=0" : "data scenes")
        },
        answers: { _, _ in directions.shape[0] },
        sample: { settings, sizes in
            let (patch, area) = (settings.integer("patch") ?? 1, sizes.area)
            return [2 * sizes.width / (area.height * area.width), patch, patch]
        },
        drawing: { settings, sizes, random in
            let most = settings.integer("jitter") ?? 0
            let positions = (0..<sizes.rows).map { _ in Double(random.index(below: directions.shape[0])) }
            let moves = (0..<4 * sizes.rows).map { _ in Double(random.index(below: 2 * most + 1) - most) }
            return [Tensor(vector: positions), Tensor([sizes.rows, 4], moves)]
        },
        nodes: { net, settings throws(OperationError) in
            let (patch, gap, area) = (settings.integer("patch") ?? 1, settings.integer("gap") ?? 0, net.sizes.area)
            let number = net.draw(position)
            let place = try net.apply(OneHot(classes: directions.shape[0]), [number])
            let direction = try net.apply(MatMul(), [place, net.graph.constant(directions)], named: "direction")
            let middle = [(area.height - patch) / 2, (area.width - patch) / 2].map(Double.init)
            let corner = try net.apply(
                Pointwise(
                    "corner", ["middle", "direction", "jitter"],
                    "middle" + .number(Double(patch + gap)) * "direction" + "jitter"),
                [net.graph.constant(Tensor(vector: middle + middle)), direction, net.draw(move(settings))],
                named: "corner")
            try net.change(Patches(net.sizes.image ?? [], side: patch), [corner])
            net.aim(at: try net.apply(Pointwise("position", ["number"], "number"), [number]))
        })

    private static let position = AugmentationDraw(
        "context_position", "which patch is shown beside the centre, uniform among 0 … 7", columns: .vector
    ) { value, _ in value[0] == value[0].rounded() && (0..<8).contains(value[0]) }

    private static func move(_ settings: Settings) -> AugmentationDraw {
        let most = settings.integer("jitter") ?? 0
        return AugmentationDraw(
            "context_jitter",
            "pixels down and to the right for the centre, then for the other patch, uniform among the whole numbers from "
                + "\(-most) to \(most)", columns: .some(4)
        ) { value, _ in value.allSatisfy { $0 == $0.rounded() && $0.magnitude <= Double(most) } }
    }

    /// For each position how many patches down and to the right the centre lies, and the other patch.
    private static let directions: Tensor = {
        let others: [[Double]] = [[-1, -1], [-1, 0], [-1, 1], [0, -1], [0, 1], [1, -1], [1, 0], [1, 1]]
        return Tensor([8, 4], others.flatMap { [0, 0] + $0 })
    }()
}
