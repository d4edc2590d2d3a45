// BatchChange: what augmentations and pretext tasks have in common: numbers drawn for a batch, and nodes that change it with them.

import Formulas
import Tensors

/// What an augmentation or a pretext task is applied to.
public struct BatchSizes: Hashable, Sendable {
    /// The number of rows: the samples, or several views of each.
    public let rows: Int
    /// How many views there are of each sample: all samples once, then all again.
    public let views: Int
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

    /// The number of different samples.
    public var samples: Int { rows / views }
    /// The shape of a sample as an image of one or more channels; of what is no image, a row.
    public var sample: Shape { image ?? [width] }

    public init(rows: Int, views: Int = 1, width: Int, image: Shape?, classes: Int?) {
        self.rows = rows
        self.views = views
        self.width = width
        self.image = image
        self.classes = classes
    }
}

/// Numbers that an augmentation or a pretext task draws anew for each batch.
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
    /// Whether not all of it may be 0.
    private let needsSome: Bool
    /// Whether it follows from the batch and the parameters instead of being drawn.
    public let isComputed: Bool

    /// `isAllowed` is asked for the numbers of one sample.
    init(
        _ name: String, _ meaning: String, columns: Columns = .some(1),
        isComputed: Bool = false, needsSome: Bool = false,
        isAllowed: @escaping @Sendable ([Double], BatchSizes) -> Bool
    ) {
        self.name = name
        self.meaning = meaning
        self.columns = columns
        self.isComputed = isComputed
        self.needsSome = needsSome
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
        if needsSome, value.elements.allSatisfy({ $0 == 0 }) { return false }
        return stride(from: 0, to: value.count, by: max(width, 1)).allSatisfy {
            isAllowed(Array(value.elements[$0..<$0 + width]), sizes)
        }
    }
}

/// What changes the samples of a batch, or their targets, before the network reads them.
public protocol BatchChange: Member {
    var parts: BatchChangeParts { get }
}

/// How a batch is changed.
public struct BatchChangeParts: Sendable {
    /// What is said of samples that are no images; nil where they need not be.
    let noImages: OperationError?
    let draws: @Sendable (Settings) -> [AugmentationDraw]
    /// Why it does not fit samples, images where these are needed.
    let check: @Sendable (Settings, BatchSizes) -> OperationError?
    /// The values of the draws for one batch, in their order.
    let drawing: @Sendable (Settings, BatchSizes, inout Random) -> [Tensor]
    let nodes: @Sendable (inout AugmentationBuilder, Settings) throws(OperationError) -> Void
}

extension BatchChange {
    /// Whether samples must be images.
    public var needsImage: Bool { parts.noImages != nil }

    /// What it draws for each batch.
    public func draws(_ settings: Settings) -> [AugmentationDraw] { parts.draws(settings) }

    /// Why such samples cannot be changed with these settings, if they cannot.
    public func conflict(_ settings: Settings, _ sizes: BatchSizes) -> OperationError? {
        if let noImages = parts.noImages, sizes.image == nil { return noImages }
        return parts.check(settings, sizes)
    }

    /// The numbers for one batch, by name.
    public func draw(_ settings: Settings, _ sizes: BatchSizes, _ random: inout Random) -> [String: Tensor] {
        let values = parts.drawing(settings, sizes, &random)
        return Dictionary(uniqueKeysWithValues: zip(draws(settings).map(\.name), values))
    }
}
