// Network: the layers of a `net` line and the nodes that they become.

import Formulas
import Learning
import Tensors

/// One layer of a network.
public enum Layer: Sendable {
    /// xW + b with this many outputs.
    case dense(Int)
    case activation(Activation, Settings)

    var name: String {
        switch self {
        case .dense(let width): "\(width)"
        case .activation(let activation, _): activation.name
        }
    }
}

/// A network and the names that it took.
public struct Network: Sendable {
    /// A trainable tensor of the network, with the numbers of inputs and outputs of its neurons.
    public struct Weights: Sendable {
        public let name: String
        public let shape: Shape
        public let fanIn: Int
        public let fanOut: Int
        public let isBias: Bool
    }

    public let inputs: Int
    public let layers: [Layer]
    public private(set) var weights: [Weights] = []
    /// The names of the inner nodes, in order: `z1 a1 z2 …`.
    public private(set) var nodeNames: [String] = []

    public init(inputs: Int, layers: [Layer]) {
        self.inputs = inputs
        self.layers = layers
        var width = inputs
        var number = 0
        for layer in layers {
            switch layer {
            case .dense(let outputs):
                number += 1
                let fans = (width, outputs)
                weights.append(
                    Weights(name: "W\(number)", shape: [width, outputs], fanIn: fans.0, fanOut: fans.1, isBias: false))
                weights.append(
                    Weights(name: "b\(number)", shape: [outputs], fanIn: fans.0, fanOut: fans.1, isBias: true))
                nodeNames.append("z\(number)")
                width = outputs
            case .activation: nodeNames.append("a\(number)")
            }
        }
    }

    /// The number of outputs.
    public var outputs: Int { weights.last?.fanOut ?? inputs }
    /// All names that the network takes.
    public var names: [String] { ["x", "y"] + weights.map(\.name) + nodeNames + ["out"] }
    /// The line that makes it.
    public var line: String { "net \(inputs) \(layers.map(\.name).joined(separator: " "))" }

    /// Appends the layers to `graph`. `parameter` gives the node of a parameter. Returns the nodes of `nodeNames`.
    func nodes(in graph: inout Graph, x: Int, parameter: (String) -> Int) throws(OperationError) -> [Int] {
        var current = x
        var number = 0
        var result: [Int] = []
        for layer in layers {
            switch layer {
            case .dense:
                number += 1
                let product = try graph.apply(MatMul(), [current, parameter("W\(number)")])
                current = try graph.apply(
                    Pointwise("bias", ["a", "b"], "a" + "b"), [product, parameter("b\(number)")])
            case .activation(let activation, let settings):
                current = try graph.apply(activation.operation(settings), [current])
            }
            result.append(current)
        }
        return result
    }
}
