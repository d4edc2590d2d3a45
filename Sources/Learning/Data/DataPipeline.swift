// DataPipeline: a data set with its split, its normalization and its batches.

import Tensors

/// How samples reach the network. What depends on the training part alone (normalization) is computed from it alone,
/// whatever the order of the commands.
public struct DataPipeline: Sendable {
    public enum Normalization: String, CaseIterable, Sendable {
        case standard
        case minmax
        case off
    }

    public enum Order: String, CaseIterable, Sendable {
        /// A new permutation in each epoch: every sample once.
        case shuffle
        /// As in the data.
        case fixed
        /// Each sample of a batch is drawn from all.
        case replacement
    }

    public let set: DataSet
    public internal(set) var trainingRows: [Int]
    /// The training part in the order of its split, with or without labels: what normalization measures, and from which
    /// labels are drawn.
    private(set) var measuredRows: [Int]
    /// Training samples whose label is not used.
    public internal(set) var unlabelled: [Int] = []
    public private(set) var validationRows: [Int] = []
    public private(set) var normalization = Normalization.off
    /// nil: all samples at once.
    public var batchSize: Int?
    public var order = Order.shuffle
    /// The features after normalization.
    public private(set) var x: Tensor

    public init(_ set: DataSet) {
        self.set = set
        measuredRows = Array(0..<set.count)
        trainingRows = measuredRows
        x = set.x
    }

    /// Splits at random: `share` of the samples for training, the rest for validation.
    public mutating func split(_ share: Double, _ random: inout Random) throws(OperationError) {
        let size = Int((share * Double(set.count)).rounded())
        guard (1...set.count).contains(size) else {
            throw OperationError("train=\(share) leaves no sample for training", hint: "try split train=0.8")
        }
        if let batchSize, batchSize > size {
            throw OperationError("the batch of \(batchSize) is larger than the \(size) training samples")
        }
        let rows = random.permutation(set.count)
        measuredRows = Array(rows.prefix(size))
        trainingRows = measuredRows
        unlabelled = []
        validationRows = Array(rows.dropFirst(size))
        normalize(normalization)
    }

    /// standard: (x − mean)/deviation; minmax: to 0 … 1. A feature that never changes is only shifted.
    public mutating func normalize(_ kind: Normalization) {
        normalization = kind
        x = set.x
        guard kind != .off else { return }
        let width = set.features.count
        for column in 0..<width {
            guard let (center, scale) = scaling(column) else { return }
            for row in 0..<set.count {
                x.elements[row * width + column] = (x.elements[row * width + column] - center) / scale
            }
        }
    }

    /// What is taken off a feature and what it is divided by; nil when nothing is normalized.
    public func scaling(_ column: Int) -> (center: Double, scale: Double)? {
        let values = measuredRows.map { set.x.elements[$0 * set.features.count + column] }
        switch normalization {
        case .off: return nil
        case .standard: return Self.standard(values)
        case .minmax: return Self.minmax(values)
        }
    }

    private static func standard(_ values: [Double]) -> (Double, Double) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        return (mean, variance > 0 ? variance.squareRoot() : 1)
    }

    private static func minmax(_ values: [Double]) -> (Double, Double) {
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        return (low, high > low ? high - low : 1)
    }

    /// Other samples, normalized as these are.
    public func replacing(_ set: DataSet) -> DataPipeline {
        var result = DataPipeline(set)
        let width = set.features.count
        for column in 0..<width {
            guard let (center, scale) = scaling(column) else { break }
            for row in 0..<set.count {
                result.x.elements[row * width + column] = (result.x.elements[row * width + column] - center) / scale
            }
        }
        return result
    }

    public var effectiveBatchSize: Int { min(batchSize ?? trainingRows.count, trainingRows.count) }
    /// Updates in one epoch; the last batch may be smaller.
    public var updatesPerEpoch: Int { (trainingRows.count + effectiveBatchSize - 1) / effectiveBatchSize }

    /// The samples of an epoch in the order in which they are used, as positions in `trainingRows`.
    public func epochOrder(_ random: inout Random) -> [Int] {
        switch order {
        case .shuffle: random.permutation(trainingRows.count)
        case .fixed: Array(0..<trainingRows.count)
        case .replacement: trainingRows.indices.map { _ in random.index(below: trainingRows.count) }
        }
    }

    /// Copies the features of training samples, given by their places in the training part, to the rows of `target`.
    public func copyTrainingFeatures(_ places: [Int], to target: UnsafeMutablePointer<Double>) {
        for (index, place) in places.enumerated() { copyFeatures(trainingRows[place], to: target, index) }
    }

    /// Copies the features of a sample to row `index` of `target`.
    private func copyFeatures(_ row: Int, to target: UnsafeMutablePointer<Double>, _ index: Int) {
        let width = set.features.count
        x.elements.withUnsafeBufferPointer { x in
            guard let base = x.baseAddress else { return }
            (target + index * width).update(from: base + row * width, count: width)
        }
    }

    /// Features of some rows as a tensor.
    public func features(_ rows: [Int]) -> Tensor {
        var result = Tensor(repeating: 0, [rows.count, set.features.count])
        result.elements.withUnsafeMutableBufferPointer { elements in
            guard let target = elements.baseAddress else { return }
            for (index, row) in rows.enumerated() { copyFeatures(row, to: target, index) }
        }
        return result
    }

    public func targets(_ rows: [Int]) -> Tensor { Tensor(vector: rows.map { set.y[$0] }) }
}
