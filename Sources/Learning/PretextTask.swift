// PretextTask: a problem that is made of the samples alone, so that a network can learn from them without labels.

import Formulas
import Tensors

/// A pretext task: what it draws for a batch, and the nodes that make the network's samples and targets of it.
///
/// It stands behind the augmentations: these change the samples, the task makes a problem of what they leave. Labels are not
/// read. Unlike augmentations it also holds in evaluation.
public struct PretextTask: BatchChange {
    public let name: String
    public let summary: String
    public let source: String
    public let settings: [Setting]
    public let notes: [String]
    public let examples: [String]
    public let parts: BatchChangeParts
    /// What the network's outputs are compared with.
    public let targets: Loss.Targets
    /// How many rows the network reads for each sample.
    public let views: Int
    private let lines: @Sendable (Settings) -> [String]
    private let countedDraw: @Sendable (Settings) -> String?
    private let answerCount: @Sendable (Settings, BatchSizes) -> Int?
    private let shape: @Sendable (Settings, BatchSizes) -> Shape

    /// `lines` are its formulas as text; `counted` names the draw that is 1 for the elements that the loss counts, where it does
    /// not count all; `answers` is how many outputs a network needs, nil for any number; `sample` the shape of what the network
    /// reads; `drawing` gives the values of `draws` in their order.
    init(
        _ name: String, _ summary: String, source: String, settings: [Setting], notes: [String] = [],
        examples: [String] = [], needsImage: Bool = false, targets: Loss.Targets, views: Int = 1,
        lines: @escaping @Sendable (Settings) -> [String],
        draws: @escaping @Sendable (Settings) -> [AugmentationDraw] = { _ in [] },
        counted: @escaping @Sendable (Settings) -> String? = { _ in nil },
        check: @escaping @Sendable (Settings, BatchSizes) -> OperationError? = { _, _ in nil },
        answers: @escaping @Sendable (Settings, BatchSizes) -> Int? = { _, _ in nil },
        sample: @escaping @Sendable (Settings, BatchSizes) -> Shape = { _, sizes in sizes.sample },
        drawing: @escaping @Sendable (Settings, BatchSizes, inout Random) -> [Tensor] = { _, _, _ in [] },
        nodes: @escaping @Sendable (inout AugmentationBuilder, Settings) throws(OperationError) -> Void
    ) {
        self.name = name
        self.summary = summary
        self.source = source
        self.settings = settings
        self.notes = notes
        self.examples = examples
        let noImages = OperationError(
            "\(name) needs images, and the samples are none", hint: "data glyphs are images of 8×8")
        parts = BatchChangeParts(
            noImages: needsImage ? noImages : nil, draws: draws, check: check, drawing: drawing, nodes: nodes)
        self.targets = targets
        self.views = views
        self.lines = lines
        countedDraw = counted
        answerCount = answers
        shape = sample
    }

    public func formulas(_ settings: Settings) -> [String] { lines(settings) }

    /// The draw that is 1 for the elements that the loss counts and 0 for others; nil where all count.
    public func counted(_ settings: Settings) -> String? { countedDraw(settings) }

    /// How many outputs the network needs; nil where any number will do.
    public func answers(_ settings: Settings, _ sizes: BatchSizes) -> Int? { answerCount(settings, sizes) }

    /// The shape of one sample as the network reads it.
    public func sample(_ settings: Settings, _ sizes: BatchSizes) -> Shape { shape(settings, sizes) }
}
