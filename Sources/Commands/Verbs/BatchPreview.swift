// augment preview and ssl preview: the next training batch as the network will read it, beside the samples that it is made of.

import Formulas
import Learning
import Plots
import Tensors

extension Context {
    /// Draws the next batch, unless there is one that no update has used, and shows what becomes of its first samples.
    mutating func preview(_ call: Call, example: String) throws(Diagnostic) {
        try call.atMost(2, example: example)
        _ = try call.settings([], &self)
        let asked = try call.count(1, &self, example: example) ?? 4
        // After a forward its batch is shown, and backward can still follow.
        if !session.step.isFresh {
            try session.drawBatch()
            try session.attackBatch()
        }
        guard let changed = try session.augmentedBatch(), let x = changed.batch["x"],
            let sizes = try session.presentSizes()
        else { throw Diagnostic("there are no samples to show", hint: "data glyphs", at: call.range) }
        let samples = try session.sampleBatch()
        let count = min(asked, sizes.samples)
        // The views of one sample below each other.
        let rows = (0..<count).flatMap { sample in (0..<sizes.views).map { sample + $0 * sizes.samples } }
        let drawn = session.drawNames
        var table = Table(["row"] + (session.pretext == nil ? ["label", "becomes"] : ["target"]) + drawn)
        for row in rows {
            let draws = drawn.map { name in
                session.training.layers.augmentation[name].map { text($0.row(row)) } ?? ""
            }
            let labels =
                session.pretext == nil
                ? [samples["y"], changed.batch["y"]].map { $0.map { session.labelText($0.row(row)) } ?? "" }
                : [changed.batch["y"].map { text($0.row(row)) } ?? ""]
            table.rows.append(["\(row)"] + labels + draws)
        }
        emit(.table(table))
        guard let image = sizes.image, let given = samples["x"] else { return }
        var bands = [Band(rows: given, start: 0, image: image)]
        let read = session.pretext.map { $0.member.sample($0.settings, sizes) } ?? sizes.sample
        for view in 0..<sizes.views {
            bands += Band.bands(of: x, start: view * sizes.samples, read, sample: image)
        }
        let widest = bands.map(\.width).max() ?? 1
        guard widest <= 40, bands.allSatisfy({ $0.height <= 40 }) else { return }
        emit(.plot(Band.plot(bands, count: min(count, 80 / (widest + 1))), nil))
    }
}

/// Images beside each other, one of each sample.
private struct Band {
    let rows: Tensor
    /// The row of the first sample.
    let start: Int
    let image: Shape
    /// The one channel that is shown, or the mean of all.
    var channel: Int?

    var height: Int { image[image.rank - 2] }
    var width: Int { image[image.rank - 1] }

    /// Images that the network reads: with the channels of the samples as one, others channel by channel.
    static func bands(of x: Tensor, start: Int, _ image: Shape, sample: Shape) -> [Band] {
        let channels = image.rank == 3 ? image[0] : 1
        guard image.rank == 3, channels != (sample.rank == 3 ? sample[0] : 1) else {
            return [Band(rows: x, start: start, image: image)]
        }
        return (0..<channels).map { Band(rows: x, start: start, image: image, channel: $0) }
    }

    private func pixel(_ sample: Int, _ row: Int, _ column: Int) -> Double {
        let (area, size) = (height * width, image.count)
        let place = (start + sample) * size + row * width + column
        if let channel { return rows.elements[place + channel * area] }
        let channels = stride(from: 0, to: size, by: area).map { rows.elements[place + $0] }
        return channels.reduce(0, +) / Double(channels.count)
    }

    /// The samples above, and what they become below.
    static func plot(_ bands: [Band], count: Int) -> Plot {
        let cell = (bands.map(\.width).max() ?? 1) + 1
        let columns = max(count * cell - 1, 1)
        let paper = bands.flatMap(\.rows.elements).filter(\.isFinite).min() ?? 0
        var lines: [[Double]] = []
        for (index, band) in bands.enumerated() {
            if index > 0 { lines.append([Double](repeating: paper, count: columns)) }
            for row in 0..<band.height {
                var line = [Double](repeating: paper, count: columns)
                for sample in 0..<count {
                    for column in 0..<band.width { line[sample * cell + column] = band.pixel(sample, row, column) }
                }
                lines.append(line)
            }
        }
        let (height, width) = (bands[0].height, bands[0].width)
        return Plot(
            title: "The samples, and below what training reads",
            summary: "\(count) images of \(height)×\(width) beside each other.",
            body: .cells(Cells(rows: lines.count, columns: columns, values: lines.flatMap { $0 }, style: .grey)))
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
