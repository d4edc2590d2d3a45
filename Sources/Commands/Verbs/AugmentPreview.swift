// augment preview: the next training batch as the network will read it, beside the samples that it is made of.

import Formulas
import Learning
import Plots
import Tensors

extension AugmentCommand {
    /// Draws the next batch, unless there is one that no update has used, and shows some of its samples.
    func preview(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(2, example: examples[4])
        _ = try call.settings([], &context)
        guard !context.session.augmentations.isEmpty else {
            throw Diagnostic("training batches are used as they are", hint: examples[1], at: call.range)
        }
        let asked = try call.count(1, &context, example: examples[4]) ?? 4
        try context.session.drawBatch()
        try context.session.attackBatch()
        context.session.step.isFresh = false
        let session = context.session
        guard let augmented = try session.augmentedBatch(), let x = augmented.batch["x"] else {
            throw Diagnostic("there are no samples to augment", hint: "data glyphs", at: call.range)
        }
        let samples = try session.sampleBatch()
        let count = min(asked, x.shape[0])
        let drawn = session.drawNames
        var table = Table(["row", "label", "becomes"] + drawn)
        for row in 0..<count {
            let draws = drawn.map { name in
                session.training.layers.augmentation[name].map { context.text($0.row(row)) } ?? ""
            }
            let labels = [samples["y"], augmented.batch["y"]].map { $0.map { session.labelText($0.row(row)) } ?? "" }
            table.rows.append(["\(row)"] + labels + draws)
        }
        context.emit(.table(table))
        let sizes = try session.batchSizes(samples)
        if sizes.image != nil, sizes.area.height <= 40, sizes.area.width <= 40, let given = samples["x"] {
            context.emit(.plot(Self.plot(given, x, sizes, count: min(count, 80 / (sizes.area.width + 1))), nil))
        }
    }

    /// The samples above, and what they become below; of channels the mean.
    private static func plot(_ given: Tensor, _ x: Tensor, _ sizes: BatchSizes, count: Int) -> Plot {
        let (height, width) = sizes.area
        let columns = max(count * (width + 1) - 1, 1)
        let pixels = given.elements + x.elements
        let paper = pixels.filter(\.isFinite).min() ?? 0
        var values = [Double](repeating: paper, count: (2 * height + 1) * columns)
        for (band, tensor) in [given, x].enumerated() {
            for index in 0..<count {
                for pixel in 0..<height * width {
                    let channels = stride(from: pixel, to: sizes.width, by: height * width)
                        .map { tensor.elements[index * sizes.width + $0] }
                    let mean = channels.reduce(0, +) / Double(channels.count)
                    let row = band * (height + 1) + pixel / width
                    values[row * columns + index * (width + 1) + pixel % width] = mean
                }
            }
        }
        return Plot(
            title: "The samples, and below what training reads",
            summary: "\(count) images of \(height)×\(width) beside each other.",
            body: .cells(Cells(rows: 2 * height + 1, columns: columns, values: values, style: .grey)))
    }
}

extension Session {
    /// A target in words: a class, or the shares of several classes.
    func labelText(_ target: Tensor) -> String {
        if target.count == 1 {
            let number = target.elements[0]
            guard takesClasses || data?.set.classes.isEmpty == false, let place = Int(exactly: number) else {
                return digits.text(number)
            }
            return className(place)
        }
        let shares = target.elements.enumerated().filter { $1 != 0 }.sorted { $0.1 > $1.1 }
        return shares.map { "\(Digits.significant(4).text($1)) \(className($0))" }.joined(separator: ", ")
    }
}
