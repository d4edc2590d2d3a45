// sparse: many features that are seldom 1 and decide, a few that are often 1 and say nothing.

import Tensors

extension DataSource {
    static let sparse = DataSource(
        "sparse", "features of 0 and 1: the common ones say nothing, the rare ones tell the class",
        source: "after the words of texts in Duchi, Hazan and Singer 2011 (Adagrad)",
        settings: [
            size(400), .integer("common", 5, .within(0, 1000), "features that are 1 in every other sample"),
            .integer("rare", 50, .within(2, 1000), "features of which each sample has exactly one"),
        ],
        notes: [
            "The rare features of even number stand for class 0, those of odd number for class 1.",
            "A weight behind a rare feature has a gradient in one of so many samples only; Adagrad gives it a larger rate.",
        ],
        examples: ["data sparse n=1000 rare=100 seed=1"]
    ) { settings, random in
        let (count, common) = (settings.integer("n") ?? 0, settings.integer("common") ?? 0)
        let rare = settings.integer("rare") ?? 2
        let width = common + rare
        var x = Tensor(repeating: 0, [count, width])
        for row in 0..<count {
            for column in 0..<common { x.elements[row * width + column] = Double(random.index(below: 2)) }
            // The rare features of this sample's class.
            let kind = row % 2
            let choice = 2 * random.index(below: (rare + 1 - kind) / 2) + kind
            x.elements[row * width + common + choice] = 1
        }
        return DataSet(
            name: "sparse", features: (0..<common).map { "common\($0)" } + (0..<rare).map { "rare\($0)" },
            target: "class", x: x, y: (0..<count).map { Double($0 % 2) }, classes: ["0", "1"])
    }
}
