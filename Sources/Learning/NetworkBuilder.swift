// NetworkBuilder: what layers add themselves to: the graph, with names, weights and inner state.

import Formulas
import Tensors

/// A network under construction. Layers are appended to `current`, the node that the last one gave.
public struct NetworkBuilder: Sendable {
    /// A trainable tensor, with the numbers of inputs and outputs of its neurons.
    public struct Weights: Sendable {
        public let name: String
        public let shape: Shape
        public let fanIn: Int
        public let fanOut: Int
        public let isBias: Bool
        /// The value from which it starts whatever the initialiser; nil where it is drawn.
        public let start: Double?

        public init(
            name: String, shape: Shape, fanIn: Int, fanOut: Int, isBias: Bool = false, start: Double? = nil
        ) {
            (self.name, self.shape, self.fanIn, self.fanOut) = (name, shape, fanIn, fanOut)
            (self.isBias, self.start) = (isBias, start)
        }
    }

    /// Whether a training step or an evaluation is built: dropout and batch normalization differ.
    public enum Mode: Sendable {
        case training
        case evaluation
    }

    public let mode: Mode
    /// Whether the first layer gets images.
    public let beginsWithImages: Bool
    public internal(set) var graph: Graph
    public internal(set) var current: Int
    public private(set) var weights: [Weights] = []
    /// The inner nodes by name, in order.
    public private(set) var nodes: [(name: String, node: Int)] = []
    public private(set) var masks: [LayerMask] = []
    public private(set) var statistics: [RunningStatistic] = []
    /// How many layers with a product of weights there have been; names carry it.
    private var number = 0
    private let parameter: @Sendable (Weights, inout Graph) -> Int

    /// Begins at the node `x` of `graph`; `parameter` gives the node of a weight tensor.
    public init(
        _ graph: Graph, x: Int, mode: Mode, parameter: @escaping @Sendable (Weights, inout Graph) -> Int
    ) {
        self.graph = graph
        current = x
        self.mode = mode
        beginsWithImages = graph.nodes[x].shape.rank == 4
        self.parameter = parameter
    }

    /// The shape of what the last layer gives, for one sample.
    public var shape: Shape { graph.nodes[current].shape }
    /// The size of the axis behind the samples: features of rows, channels of images.
    public var width: Int { shape.axes.dropFirst().first ?? 1 }
    /// Whether the last layer gives images, `[samples×channels×height×width]`.
    public var givesImages: Bool { shape.rank == 4 }

    public mutating func append(_ layers: [ChosenLayer]) throws(OperationError) {
        for layer in layers { try layer.layer.build(layer, &self) }
    }

    /// Fails where `layer` gets rows of numbers instead of images.
    func checkImages(_ layer: String) throws(OperationError) {
        guard !givesImages else { return }
        throw OperationError(
            "\(layer) takes images, here are rows of \(width) numbers",
            hint: beginsWithImages
                ? "conv and maxpool come before flatten"
                : "a net on images begins with their height and width: net 8x8 conv 3 channels=4 relu flatten 10")
    }

    /// Begins a layer with a product of weights: names from here on carry the next number.
    mutating func count() { number += 1 }

    /// A name with the number of the layer; where it is taken already, a letter follows.
    func name(_ base: String) -> String {
        let taken = Set(weights.map(\.name) + nodes.map(\.name) + masks.map(\.name) + statistics.map(\.name))
        let plain = "\(base)\(number)"
        if !taken.contains(plain) { return plain }
        for repetition in 2... where !taken.contains("\(plain)_\(repetition)") { return "\(plain)_\(repetition)" }
        return plain
    }

    /// Adds an operation over `current` and `others`, gives it a name, and makes it the current node.
    mutating func apply(_ operation: any Operation, _ others: [Int] = [], named base: String) throws(OperationError) {
        current = try graph.apply(operation, [current] + others)
        nodes.append((name(base), current))
    }

    /// Adds an operation beside the way, under a name where one is given.
    mutating func side(_ operation: any Operation, _ inputs: [Int], named base: String? = nil) throws(OperationError)
        -> Int
    {
        let node = try graph.apply(operation, inputs)
        if let base { nodes.append((name(base), node)) }
        return node
    }

    /// A trainable tensor.
    mutating func weight(
        _ base: String, _ shape: Shape, fanIn: Int, fanOut: Int, isBias: Bool = false, start: Double? = nil
    ) throws(OperationError) -> Int {
        let weight = Weights(
            name: name(base), shape: try shape.checked(), fanIn: fanIn, fanOut: fanOut, isBias: isBias, start: start)
        weights.append(weight)
        return parameter(weight, &graph)
    }

    /// An input that is drawn anew for each batch: 1 with probability `keep`, else 0.
    mutating func mask(keep: Double) -> Int {
        let mask = LayerMask(name: name("mask"), sample: Shape(Array(shape.axes.dropFirst())), keep: keep)
        masks.append(mask)
        return graph.input(mask.name, shape)
    }

    /// Declares a statistic that training follows. In evaluation its node, else nil.
    mutating func statistic(_ statistic: RunningStatistic) -> Int? {
        statistics.append(statistic)
        return mode == .evaluation ? graph.input(statistic.name, statistic.initial.shape) : nil
    }
}

/// Random numbers of a layer that are drawn for each batch: a mask, 1 where a unit is kept, or uniform numbers.
public struct LayerMask: Sendable {
    public let name: String
    /// The shape for one sample.
    public let sample: Shape
    /// The probability of 1; nil for numbers that are uniform between 0 and 1.
    public let keep: Double?
    /// The node whose values of the last batch it holds, instead of random numbers; they are 0 at first.
    public var follows: String? = nil

    /// Draws the mask for a batch, one random number an element in the order of storage.
    public func draw(rows: Int, _ random: inout Random) -> Tensor {
        let shape = Shape([rows] + sample.axes)
        return Tensor(
            shape,
            (0..<shape.count).map { _ in
                let number = random.uniform()
                return keep.map { number < $0 ? 1 : 0 } ?? number
            })
    }
}

/// A number per feature that every training batch moves towards its own statistic.
public struct RunningStatistic: Sendable {
    public let name: String
    public let initial: Tensor
    /// The node of the batch's statistic.
    public let batch: String
    /// The next value, of `old`, `batch` and `n`, the number of values behind the batch's statistic.
    public let formula: Formula
    /// The values that one sample gives for each feature.
    public let valuesPerSample: Int
    /// Whether it is a variance, which cannot be negative.
    public let isVariance: Bool

    /// The values after a batch of `rows` samples.
    public func next(_ old: Tensor, batch: Tensor, rows: Int) -> Tensor {
        Tensor(
            old.shape,
            zip(old.elements, batch.elements).map { old, batch in
                formula.value { $0 == "old" ? old : $0 == "batch" ? batch : Double(rows * valuesPerSample) }
            })
    }
}
