// bars: bars and stripes, images of whole rows or of whole columns.

import Tensors

extension DataSource {
    static let bars = DataSource(
        "bars", "square images whose rows, or whose columns, are each all 1 or all 0",
        source: "the bars and stripes of MacKay 2003, Information Theory, Inference, and Learning Algorithms",
        settings: [
            size(200), .integer("size", 4, .within(2, 16), "the number of rows, and of columns"),
            .number("noise", 0, .share, "the chance of each pixel to be turned over"),
        ],
        notes: [
            "The images that are all 0 or all 1 are left out: they would belong to both classes.",
            "Every pixel alone says nothing about the class.",
        ],
        examples: ["data bars size=3 n=100 noise=0.05 seed=1"]
    ) { settings, random in
        let (count, side) = (settings.integer("n") ?? 0, settings.integer("size") ?? 2)
        let noise = settings.number("noise")
        var elements: [Double] = []
        elements.reserveCapacity(count * side * side)
        for index in 0..<count {
            // Which lines are drawn: at least one, and not all.
            let lines = 1 + random.index(below: (1 << side) - 2)
            for place in 0..<side * side {
                let line = index % 2 == 0 ? place / side : place % side
                let pixel = Double(lines >> line & 1)
                elements.append(noise > 0 && random.uniform() < noise ? 1 - pixel : pixel)
            }
        }
        return DataSet(
            name: "bars", features: DataSet.pixelNames([side, side]), target: "direction",
            x: Tensor([count, side * side], elements), y: (0..<count).map { Double($0 % 2) },
            classes: ["rows", "columns"], image: [side, side])
    }
}
