// Augmentation: how samples of a training batch are changed at random, and their labels with them.

import Formulas
import Tensors

/// An augmentation: what it draws for a batch, and the nodes that change the batch with it.
public struct Augmentation: BatchChange {
    public let name: String
    public let summary: String
    public let source: String
    public let settings: [Setting]
    public let notes: [String]
    public let examples: [String]
    public let parts: BatchChangeParts
    /// Whether it gives samples labels of their own.
    public let mixesLabels: Bool
    /// Whether it needs the gradient of the loss with respect to the samples.
    public let attack: Attack?
    /// The values of its first draw, one sample's each, that change a sample most; none where every draw is a case of its own.
    public let extremes: @Sendable (Settings) -> [[Double]]
    private let lines: [String]

    /// `lines` are its formulas as text; `drawing` gives the values of `draws` in their order.
    init(
        _ name: String, _ summary: String, source: String, settings: [Setting], notes: [String] = [],
        examples: [String] = [], needsImage: Bool = false, mixesLabels: Bool = false, attack: Attack? = nil,
        lines: [String], draws: [AugmentationDraw],
        extremes: @escaping @Sendable (Settings) -> [[Double]] = { _ in [] },
        check: @escaping @Sendable (Settings, BatchSizes) -> OperationError? = { _, _ in nil },
        drawing: @escaping @Sendable (Settings, BatchSizes, inout Random) -> [Tensor],
        nodes: @escaping @Sendable (inout AugmentationBuilder, Settings) throws(OperationError) -> Void
    ) {
        self.name = name
        self.summary = summary
        self.source = source
        self.settings = settings
        self.notes = notes
        self.examples = examples
        let noImages = OperationError(
            "\(name) changes images, and the samples are none", hint: "data glyphs are images of 8×8; augment noise")
        parts = BatchChangeParts(
            noImages: needsImage ? noImages : nil, draws: { _ in draws }, check: check, drawing: drawing, nodes: nodes)
        self.mixesLabels = mixesLabels
        self.attack = attack
        self.lines = lines
        self.extremes = extremes
    }

    public func formulas(_ settings: Settings) -> [String] { lines }
}

extension Augmentation {
    static let probability = Setting.number("p", 0.5, .share, "the chance of each sample to be changed")
    static let fill = Setting.number("fill", 0, .finite, "what stands where the image has no pixel")

    /// One number a sample.
    static func perSample(_ sizes: BatchSizes, _ value: () -> Double) -> Tensor {
        Tensor([sizes.rows, 1], (0..<sizes.rows).map { _ in value() })
    }

    /// One or a few numbers a sample; with `per=batch` the same for all.
    static func perBatch(
        _ settings: Settings, _ sizes: BatchSizes, columns: Int = 1, _ value: () -> [Double]
    ) -> Tensor {
        let isShared = settings.word("per") == "batch"
        var numbers: [Double] = []
        for row in 0..<sizes.rows { numbers += isShared && row > 0 ? Array(numbers[0..<columns]) : value() }
        return Tensor([sizes.rows, columns], numbers)
    }
}
