// order: the strips of an image in another order; which one it is, is asked.

import Formulas
import Tensors

extension PretextTask {
    static let order = PretextTask(
        "order", "puts the strips of each image in a random order, which the net is to name",
        source: "Misra, Zitnick and Hebert 2016, Shuffle and Learn; Noroozi and Favaro 2016, Jigsaw Puzzles",
        settings: [.integer("parts", 2, .within(2, 4), "how many strips, each of the same height")],
        notes: [
            "An image is cut into horizontal strips; samples that are no images into groups of features.",
            "The net needs an output for each permutation, parts! of them: 2, 6 or 24; the loss is that of classes.",
            "Permutations are numbered as a dictionary would list them. With parts=3, 0: 012, 1: 021, 2: 102, 3: 120, 4: 201,"
                + " 5: 210; in 3 the strip on top comes last. For parts=4 the verb prints all 24.",
        ],
        examples: ["ssl order parts=4"], targets: .classNumbers,
        lines: { settings in
            let count = settings.integer("parts") ?? 2
            let texts = (0..<Permutation.number(of: count)).map { number in
                "\(number): \(Permutation.numbered(number, of: count).map(String.init).joined())"
            }
            let rows = stride(from: 0, to: texts.count, by: 8).map {
                texts[$0..<min($0 + 8, texts.count)].joined(separator: "  ")
            }
            return ["x = x with strip order[k] at place k", "y = number, which stands for the order:"] + rows
        },
        draws: { [number($0)] },
        check: { settings, sizes in
            let (parts, height) = (settings.integer("parts") ?? 2, strips(sizes)[1])
            guard height % parts != 0 else { return nil }
            let fitting = (2...4).filter { height % $0 == 0 }.map { "parts=\($0)" }
            return OperationError(
                "\(height) \(sizes.image == nil ? "features" : "rows") cannot be cut into \(parts) equal parts",
                hint: fitting.isEmpty ? "data glyphs have 8 rows" : fitting.joined(separator: " or "))
        },
        answers: { settings, _ in Permutation.number(of: settings.integer("parts") ?? 2) },
        drawing: { settings, sizes, random in
            let count = Permutation.number(of: settings.integer("parts") ?? 2)
            return [Tensor(vector: (0..<sizes.rows).map { _ in Double(random.index(below: count)) })]
        },
        nodes: { net, settings throws(OperationError) in
            let number = net.draw(number(settings))
            try net.change(MovedImage(strips(net.sizes), .strips(settings.integer("parts") ?? 2)), [number])
            net.aim(at: try net.apply(Pointwise("order", ["number"], "number"), [number]))
        })

    private static func number(_ settings: Settings) -> AugmentationDraw {
        let count = settings.integer("parts") ?? 2
        let meaning = "the number of the order, uniform among 0 … \(Permutation.number(of: count) - 1)"
        return AugmentationDraw("order_number", meaning, columns: .vector) { value, _ in
            Permutation.isNumber(value[0], of: count)
        }
    }

    /// The samples as images whose rows are cut apart.
    private static func strips(_ sizes: BatchSizes) -> Shape {
        guard let image = sizes.image else { return [1, sizes.width, 1] }
        return image.rank == 2 ? Shape([1] + image.axes) : image
    }
}
