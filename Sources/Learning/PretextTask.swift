// PretextTask: a problem that is made of the samples alone, so that a network can learn from them without labels.

import Formulas
import Tensors

/// A pretext task: what it draws for a batch, and the nodes that make the network's samples and targets of it.
///
/// It stands behind the augmentations: these change the samples, the task makes a problem of what they leave. Labels are not
/// read. Unlike augmentations it also holds in evaluation.
public struct PretextTask: Member {
    public let name: String
    public let summary: String
    public let source: String
    public let settings: [Setting]
    public let notes: [String]
    public let examples: [String]
    /// Whether samples must be images.
    public let needsImage: Bool
    /// What the network's outputs are compared with.
    public let targets: Loss.Targets
    /// How many rows the network reads for each sample.
    public let views: Int
    private let lines: @Sendable (Settings) -> [String]
    private let declaredDraws: @Sendable (Settings) -> [AugmentationDraw]
    private let countedDraw: @Sendable (Settings) -> String?
    private let check: @Sendable (Settings, BatchSizes) -> OperationError?
    private let answerCount: @Sendable (Settings, BatchSizes) -> Int?
    private let shape: @Sendable (Settings, BatchSizes) -> Shape
    private let drawing: @Sendable (Settings, BatchSizes, inout Random) -> [Tensor]
    private let nodes: @Sendable (inout AugmentationBuilder, Settings) throws(OperationError) -> Void

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
        self.needsImage = needsImage
        self.targets = targets
        self.views = views
        self.lines = lines
        declaredDraws = draws
        countedDraw = counted
        self.check = check
        answerCount = answers
        shape = sample
        self.drawing = drawing
        self.nodes = nodes
    }

    public func formulas(_ settings: Settings) -> [String] { lines(settings) }

    /// What it draws for each batch.
    public func draws(_ settings: Settings) -> [AugmentationDraw] { declaredDraws(settings) }

    /// The draw that is 1 for the elements that the loss counts and 0 for others; nil where all count.
    public func counted(_ settings: Settings) -> String? { countedDraw(settings) }

    /// How many outputs the network needs; nil where any number will do.
    public func answers(_ settings: Settings, _ sizes: BatchSizes) -> Int? { answerCount(settings, sizes) }

    /// The shape of one sample as the network reads it.
    public func sample(_ settings: Settings, _ sizes: BatchSizes) -> Shape { shape(settings, sizes) }

    /// Why no task can be made of such samples with these settings, if none can.
    public func conflict(_ settings: Settings, _ sizes: BatchSizes) -> OperationError? {
        if needsImage, sizes.image == nil {
            return OperationError(
                "\(name) needs images, and the samples are none", hint: "data glyphs are images of 8×8")
        }
        return check(settings, sizes)
    }

    /// The numbers for one batch, by name.
    public func draw(_ settings: Settings, _ sizes: BatchSizes, _ random: inout Random) -> [String: Tensor] {
        let values = drawing(settings, sizes, &random)
        return Dictionary(uniqueKeysWithValues: zip(draws(settings).map(\.name), values))
    }

    func build(_ builder: inout AugmentationBuilder, _ settings: Settings) throws(OperationError) {
        try nodes(&builder, settings)
    }
}
