// Initializer: the distribution from which a layer's first weights are drawn.

import Formulas
import Tensors

/// How a parameter's first values are drawn. Formulas use `fan_in`, `fan_out` (the numbers of inputs and outputs of a
/// neuron's layer) and the member's settings.
public enum Distribution: Hashable, Sendable {
    /// Uniform in −bound … bound.
    case uniform(bound: Formula)
    /// Normal with mean 0.
    case normal(deviation: Formula)
    case constant(Formula)

    public var formula: Formula {
        switch self {
        case .uniform(let formula), .normal(let formula), .constant(let formula): formula
        }
    }
}

public struct Initializer: Member {
    public let name: String
    public let summary: String
    public let source: String
    public let settings: [Setting]
    public let notes: [String]
    public let examples: [String]
    public let weights: Distribution
    /// nil: biases are 0.
    public let biases: Distribution?

    init(
        _ name: String, _ summary: String, source: String, settings: [Setting] = [], notes: [String] = [],
        examples: [String] = [], weights: Distribution, biases: Distribution? = nil
    ) {
        self.name = name
        self.summary = summary
        self.source = source
        self.notes = notes
        self.examples = examples
        self.settings = settings + [Self.bias] + (weights.isNormal ? [Self.truncated] : [])
        self.weights = weights
        self.biases = biases
    }

    /// What `fan_in` and the like are.
    public static let fans: (in: Formula, out: Formula) = ("fan_in", "fan_out")

    static let truncationNote = "Keras draws again beyond two deviations (truncated=on); PyTorch does not."

    private static let bias = Setting.number("bias", nil, .any, "the value of all biases (without it 0)")
    private static let truncated = Setting.flag(
        "truncated", false, "draw again beyond two deviations and widen by 1/0.8796 to make up for it, as Keras does")
    /// The standard deviation of a standard normal number that is drawn again beyond ±2.
    public static let truncatedDeviation = 0.87962566103423978

    /// The distribution of weights or biases under given settings.
    public func distribution(_ settings: Settings, isBias: Bool) -> Distribution {
        guard isBias else { return weights }
        let given = settings.number("bias")
        return given.isNaN ? biases ?? .constant(0) : .constant(.number(given))
    }

    /// The value of the distribution's formula.
    public static func size(_ distribution: Distribution, _ settings: Settings, fanIn: Int, fanOut: Int) -> Double {
        distribution.formula.value { symbol in
            switch symbol {
            case "fan_in": Double(fanIn)
            case "fan_out": Double(fanOut)
            default: settings.number(symbol)
            }
        }
    }

    /// Draws `count` numbers.
    public static func draw(
        _ distribution: Distribution, _ settings: Settings, fanIn: Int, fanOut: Int, count: Int,
        _ random: inout Random
    ) -> [Double] {
        let size = size(distribution, settings, fanIn: fanIn, fanOut: fanOut)
        switch distribution {
        case .constant: return [Double](repeating: size, count: count)
        case .uniform: return (0..<count).map { _ in random.uniform(-size, size) }
        case .normal:
            guard settings.isOn("truncated") else { return (0..<count).map { _ in size * random.normal() } }
            return (0..<count).map { _ in size / truncatedDeviation * random.truncatedNormal() }
        }
    }
}

extension Distribution {
    fileprivate var isNormal: Bool {
        if case .normal = self { return true }
        return false
    }
}
