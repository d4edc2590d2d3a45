// Network: the layers of a `net` line and the nodes that they become.

import Learning
import Tensors

/// A network and the names that it took.
public struct Network: Sendable {
    public typealias Weights = NetworkBuilder.Weights

    /// The shape of one sample: a width, or channels × height × width.
    public let sample: Shape
    public let layers: [ChosenLayer]
    public let weights: [Weights]
    /// The names of the inner nodes, in order: `z1 a1 z2 …`.
    public let nodeNames: [String]
    public let masks: [LayerMask]
    public let statistics: [RunningStatistic]
    /// The shape of what the last layer gives for one sample.
    public let output: Shape

    /// Fails when a layer does not fit the one before it.
    public init(sample: Shape, layers: [ChosenLayer]) throws(OperationError) {
        self.sample = sample
        self.layers = layers
        var graph = Graph()
        let x = graph.input("x", [1, sample.count])
        let trial = try Self.built(layers, sample, graph, x: x, mode: .training) { $1.parameter($0.name, $0.shape) }
        weights = trial.weights
        nodeNames = trial.nodes.map(\.name)
        masks = trial.masks
        statistics = trial.statistics
        output = Shape(Array(trial.shape.axes.dropFirst()))
    }

    /// The shape of a sample that is an image as data or a line have it: `[height×width]` or `[channels×height×width]`.
    static func sample(image: Shape) throws(OperationError) -> Shape {
        switch image.rank {
        case 2: return Shape([1] + image.axes)
        // One channel, wherever it stands.
        case 3 where image[2] == 1: return [1, image[0], image[1]]
        case 3 where image[2] > 4 || image[0] <= 4: return image
        case 3:
            throw OperationError(
                "the images \(image) of the data seem to have their channels last, a net takes [channels×height×width]",
                hint: "channels=last behind data npy or data idx brings them to the front")
        default: throw OperationError("samples of shape \(image) are no images")
        }
    }

    /// Samples as rows; images may also come in their own shape, one of them or many. nil where they do not fit.
    func rows(_ value: Tensor) -> Tensor? {
        let axes = value.shape.axes
        if axes.count == 2, axes[1] == inputs { return value }
        if isSample(value.shape) { return value.reshaped([1, inputs]) }
        return isSample(Shape(Array(axes.dropFirst()))) ? value.reshaped([axes[0], inputs]) : nil
    }

    /// Whether this is the shape of one image; a single channel need not be written.
    func isSample(_ shape: Shape) -> Bool {
        takesImages && (shape == sample || sample[0] == 1 && shape.axes == Array(sample.axes.dropFirst()))
    }

    /// The number of features of a sample.
    public var inputs: Int { sample.count }
    /// The number of outputs.
    public var outputs: Int { output.count }
    /// All names that the network takes.
    public var names: [String] { ["x", "y"] + weights.map(\.name) + nodeNames + stateNames + ["out"] }
    /// The names of masks and running statistics.
    public var stateNames: [String] { masks.map(\.name) + statistics.map(\.name) }
    /// The line that makes it.
    public var line: String {
        let size = sample.axes.first == 1 && sample.rank == 3 ? Array(sample.axes.dropFirst()) : sample.axes
        return "net \(size.map(String.init).joined(separator: "x")) \(layers.map(\.text).joined(separator: " "))"
    }
    /// Whether the samples are images.
    var takesImages: Bool { sample.rank == 3 }
    /// Whether evaluation computes something else than training.
    public var hasModes: Bool { !masks.isEmpty || !statistics.isEmpty }
    public var endsInActivation: Bool { layers.last?.isActivation ?? false }

    /// The layers in `graph`, from the node `x` on. `parameter` gives the node of a weight tensor.
    func built(
        in graph: Graph, x: Int, mode: NetworkBuilder.Mode, parameter: @escaping @Sendable (String) -> Int
    ) throws(OperationError) -> NetworkBuilder {
        try Self.built(layers, sample, graph, x: x, mode: mode) { weights, _ in parameter(weights.name) }
    }

    private static func built(
        _ layers: [ChosenLayer], _ sample: Shape, _ graph: Graph, x: Int, mode: NetworkBuilder.Mode,
        parameter: @escaping @Sendable (Weights, inout Graph) -> Int
    ) throws(OperationError) -> NetworkBuilder {
        var (graph, start) = (graph, x)
        if sample.rank > 1 { start = try graph.apply(SampleShape(sample), [x]) }
        var builder = NetworkBuilder(graph, x: start, mode: mode, parameter: parameter)
        try builder.append(layers)
        return builder
    }
}
