// mask: a part of each sample hidden, which the net is to restore.

import Formulas
import Tensors

extension PretextTask {
    static let mask = PretextTask(
        "mask", "hides a part of each sample; the net is to restore it from the rest",
        source: "Pathak et al. 2016, Context Encoders; Devlin et al. 2019, BERT; He et al. 2022, Masked Autoencoders",
        settings: [
            .number(
                "rate", 0.25, Interval(lower: 0, upper: 1, includesLower: false, includesUpper: false),
                "the share of each sample that is hidden"),
            .integer(
                "patch", 1, .within(1, 10_000), "the side of the squares that are hidden, in pixels; 1: single ones"),
            .number("fill", 0, .finite, "what stands where something is hidden"),
            .choice("on", ["masked", "all"], "what the loss counts: hidden elements alone, or all"),
        ],
        notes: [
            "Of each sample the same number of squares is hidden: rate times all, rounded, at least one and never all. Channels are hidden"
                + " together; samples that are no images lose single features.",
            "on=masked: the sum over hidden elements divided by their number, as ((p − y)²·m).sum()/m.sum() in PyTorch.",
            "The net needs an output for each feature; the loss is mse, mae, huber or bce.",
        ],
        examples: ["ssl mask rate=0.5 patch=2 on=all"], targets: .values,
        lines: { settings in
            let mean =
                settings.word("on") == "all"
                ? "loss = mean of the loss of each element, hidden or not"
                : "loss = sum(the loss of each element * hidden) / sum(hidden)"
            return ["y = x", "x = where(hidden, fill, x)", mean]
        },
        draws: { _ in [hidden] },
        counted: { $0.word("on") == "masked" ? hidden.name : nil },
        check: { settings, sizes in
            let patch = settings.integer("patch") ?? 1
            let (height, width) = sizes.area
            if patch > 1, sizes.image == nil {
                return OperationError(
                    "patch=\(patch) hides squares of images, and the samples are none", hint: "patch=1")
            }
            // The largest squares, not above those asked for, of which there are two or more.
            let fitting = (1...max(min(patch, height * width / 2), 1)).last {
                height % $0 == 0 && width % $0 == 0 && height * width > $0 * $0
            }
            guard height % patch == 0, width % patch == 0 else {
                return OperationError(
                    "images of \(height)×\(width) cannot be cut into squares of \(patch)×\(patch)",
                    hint: fitting.map { "ssl mask patch=\($0)" })
            }
            let squares = height * width / (patch * patch)
            guard count(settings, squares) < squares else {
                return OperationError(
                    "\(Digits.full.text(settings.number("rate"))) of \(squares == 1 ? "one square" : "\(squares)") is all of a sample, "
                        + "and nothing is left to restore it from",
                    hint: fitting.map { "ssl mask rate=0.5 patch=\($0)" } ?? "data glyphs")
            }
            return nil
        },
        answers: { _, sizes in sizes.width },
        drawing: { settings, sizes, random in
            let patch = settings.integer("patch") ?? 1
            let (height, width) = sizes.area
            let (area, columns) = (height * width, width / patch)
            let squares = area / (patch * patch)
            let count = count(settings, squares)
            // The square of each feature.
            let square = (0..<sizes.width).map { feature in
                feature % area / width / patch * columns + feature % area % width / patch
            }
            var elements: [Double] = []
            elements.reserveCapacity(sizes.rows * sizes.width)
            for _ in 0..<sizes.rows {
                var hidden = [Double](repeating: 0, count: squares)
                for taken in random.permutation(squares).prefix(count) { hidden[taken] = 1 }
                for place in square { elements.append(hidden[place]) }
            }
            return [Tensor([sizes.rows, sizes.width], elements)]
        },
        nodes: { net, settings throws(OperationError) in
            let hidden = net.draw(hidden)
            net.aim(at: try net.apply(Pointwise("target", ["x"], "x"), [net.x]))
            let formula = Formula.choose("hidden", .number(settings.number("fill")), "x")
            try net.change(Pointwise("mask", ["x", "hidden"], formula), [hidden])
        })

    /// How many squares of each sample are hidden.
    private static func count(_ settings: Settings, _ squares: Int) -> Int {
        max(Int((settings.number("rate") * Double(squares)).rounded()), 1)
    }

    private static let hidden = AugmentationDraw(
        "mask_hidden", "1 where a feature is hidden, else 0; the same number in each sample", columns: .features,
        needsSome: true
    ) { value, _ in value.allSatisfy { $0 == 0 || $0 == 1 } }
}
