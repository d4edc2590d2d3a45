// Activation: a function that is applied to every element of a layer's output.

import Formulas
import Tensors

/// An activation function: a formula of `x`, or an operation along the last axis.
public struct Activation: Member {
    public let name: String
    public let summary: String
    public let settings: [Setting]
    public let notes: [String]
    public let examples: [String]
    public let source: String
    /// The operation for given settings.
    public let operation: @Sendable (Settings) -> any Operation

    public init(
        _ name: String, _ summary: String, source: String, settings: [Setting] = [], notes: [String] = [],
        examples: [String] = [], operation: @escaping @Sendable (Settings) -> any Operation
    ) {
        self.name = name
        self.summary = summary
        self.source = source
        self.notes = notes
        self.examples = examples
        self.settings = settings
        self.operation = operation
    }

    /// An activation that is one formula of `x`. `derivative` is given where the formula has a kink or loses digits.
    init(
        _ name: String, _ summary: String, source: String, settings: [Setting] = [], notes: [String] = [],
        examples: [String] = [], derivative: Formula? = nil,
        formula: @escaping @Sendable (Settings) -> Formula
    ) {
        self.init(name, summary, source: source, settings: settings, notes: notes, examples: examples) { settings in
            Pointwise(name, ["x"], formula(settings), derivatives: derivative.map { ["x": $0] } ?? [:])
        }
    }
}
