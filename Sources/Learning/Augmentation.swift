// Augmentation: how samples of a training batch are changed at random, and their labels with them.

import Formulas
import Tensors

/// What an augmentation is applied to.
public struct BatchSizes: Hashable, Sendable {
    /// The number of samples.
    public let rows: Int
    /// The number of features of a sample.
    public let width: Int
    /// The shape of a sample that is an image: height and width, behind the channels where there are several.
    public let image: Shape?
    /// The number of classes, where targets are class numbers that can be mixed.
    public let classes: Int?

    /// Height and width of an image; what is none has one row.
    public var area: (height: Int, width: Int) {
        image.map { ($0[$0.rank - 2], $0[$0.rank - 1]) } ?? (1, width)
    }

    public init(rows: Int, width: Int, image: Shape?, classes: Int?) {
        self.rows = rows
        self.width = width
        self.image = image
        self.classes = classes
    }
}

/// Numbers that an augmentation draws anew for each batch.
public struct AugmentationDraw: Sendable {
    /// As the session calls it: `mixup_lambda`.
    public let name: String
    public let meaning: String
    /// How many numbers there are for each sample.
    enum Columns: Sendable {
        /// One, all in a vector.
        case vector
        /// A row of so many.
        case some(Int)
        /// One for each feature.
        case features
    }

    let columns: Columns
    private let isAllowed: @Sendable ([Double], BatchSizes) -> Bool
    /// Whether it follows from the batch and the parameters instead of being drawn.
    public let isComputed: Bool

    /// `isAllowed` is asked for the numbers of one sample.
    init(
        _ name: String, _ meaning: String, columns: Columns = .some(1),
        isComputed: Bool = false, isAllowed: @escaping @Sendable ([Double], BatchSizes) -> Bool
    ) {
        self.name = name
        self.meaning = meaning
        self.columns = columns
        self.isComputed = isComputed
        self.isAllowed = isAllowed
    }

    public func shape(_ sizes: BatchSizes) -> Shape {
        switch columns {
        case .vector: [sizes.rows]
        case .some(let count): [sizes.rows, count]
        case .features: [sizes.rows, sizes.width]
        }
    }

    /// Whether a value of the right shape may be given by hand.
    public func allows(_ value: Tensor, _ sizes: BatchSizes) -> Bool {
        let width = shape(sizes).count / max(sizes.rows, 1)
        return stride(from: 0, to: value.count, by: max(width, 1)).allSatisfy {
            isAllowed(Array(value.elements[$0..<$0 + width]), sizes)
        }
    }
}

/// An augmentation: what it draws for a batch, and the nodes that change the batch with it.
public struct Augmentation: Member {
    public let name: String
    public let summary: String
    public let source: String
    public let settings: [Setting]
    public let notes: [String]
    public let examples: [String]
    /// Whether samples must be images.
    public let needsImage: Bool
    /// Whether it gives samples labels of their own.
    public let mixesLabels: Bool
    /// Whether it needs the gradient of the loss with respect to the samples.
    public let attack: Attack?
    public let draws: [AugmentationDraw]
    /// The values of its first draw, one sample's each, that change a sample most; none where every draw is a case of its own.
    public let extremes: @Sendable (Settings) -> [[Double]]
    private let lines: [String]
    private let check: @Sendable (Settings, BatchSizes) -> OperationError?
    private let drawing: @Sendable (Settings, BatchSizes, inout Random) -> [Tensor]
    private let nodes: @Sendable (inout AugmentationBuilder, Settings) throws(OperationError) -> Void

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
        self.needsImage = needsImage
        self.mixesLabels = mixesLabels
        self.attack = attack
        self.lines = lines
        self.draws = draws
        self.extremes = extremes
        self.check = check
        self.drawing = drawing
        self.nodes = nodes
    }

    public func formulas(_ settings: Settings) -> [String] { lines }

    /// Why it cannot be applied to such samples with these settings, if it cannot.
    public func conflict(_ settings: Settings, _ sizes: BatchSizes) -> OperationError? {
        if needsImage, sizes.image == nil {
            return OperationError(
                "\(name) changes images, and the samples are none", hint: "data glyphs are images of 8×8; augment noise"
            )
        }
        return check(settings, sizes)
    }

    /// The numbers for one batch, by name.
    public func draw(_ settings: Settings, _ sizes: BatchSizes, _ random: inout Random) -> [String: Tensor] {
        let values = drawing(settings, sizes, &random)
        return Dictionary(uniqueKeysWithValues: zip(draws.map(\.name), values))
    }

    func build(_ builder: inout AugmentationBuilder, _ settings: Settings) throws(OperationError) {
        try nodes(&builder, settings)
    }
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
