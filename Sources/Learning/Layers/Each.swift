// each: the same layers for every part of a sample.

import Formulas
import Tensors

extension Layer {
    static let each = Layer(
        "each", "the layers in its parentheses, the same for each part of a sample, with their results side by side",
        source: "Bromley et al. 1993, siamese networks",
        settings: [
            .integer("parts", nil, .within(2, 1000), "how many equal parts; without it each channel of images is one")
        ],
        notes: [
            "The parts share their weights, so a gradient is the sum of what every part gives.",
            "A part is an image where the layers inside take images (conv, maxpool, flatten), else a row of its pixels.",
            "Inside, a batch has a row for each part of each sample: those of the first sample come first.",
            "mask1 of a dropout inside has an axis for the parts behind that of the samples.",
        ],
        example: "net 2x6x6 each( 32 relu 16 relu ) 8", examples: ["net 12 each( 4 relu ) parts=3 2"], hasInner: true,
        formulas: { _ in ["j = f(part 0), f(part 1), … side by side"] },
        build: { chosen, net throws(OperationError) in
            let sample = Shape(Array(net.shape.axes.dropFirst()))
            guard let parts = chosen.parts(of: sample) else {
                throw OperationError(
                    "each( … ) needs to know how many parts a row of \(net.width) numbers has",
                    hint: "each( … ) parts=2 behind the parentheses, or images with a channel for each part: net 2x6x6")
            }
            guard parts > 1 else {
                throw OperationError(
                    "each( … ) has one part alone, as the images have one channel",
                    hint: "the same layers without each( … )")
            }
            guard let part = chosen.part(of: sample) else {
                let fitting = (1...sample[0]).first { $0 > 1 && sample[0] % $0 == 0 }
                throw OperationError(
                    "each( … ) cannot make \(parts) equal parts of \(sample[0]) \(net.givesImages ? "channels" : "numbers")",
                    hint: fitting.map { "parts=\($0)" } ?? "one part alone needs no each( … )")
            }
            try net.append(chosen.inner, parts: parts, of: part)
            try net.apply(JoinSamples(parts: parts), named: "j")
        })
}

extension ChosenLayer {
    /// How many parts an `each( … )` makes of a sample of this shape; nil where the number is missing.
    fileprivate func parts(of sample: Shape) -> Int? {
        settings.integer("parts") ?? (sample.rank == 3 ? sample[0] : nil)
    }

    /// The shape of one part of a sample, where this is an `each( … )` that can make equal parts of it.
    public func part(of sample: Shape) -> Shape? {
        guard layer.name == Layer.each.name, let parts = parts(of: sample), sample[0] % parts == 0 else { return nil }
        let part = Shape([sample[0] / parts] + sample.axes.dropFirst())
        return sample.rank == 3 && inner.takeImages ? part : [part.count]
    }
}
