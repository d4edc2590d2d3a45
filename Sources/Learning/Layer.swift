// Layer: one kind of layer of a network, and a layer as it was chosen in a `net` line.

import Formulas
import Tensors

/// A kind of layer. Its declaration says what it adds to the graph; weights, names and inner state follow from that.
public struct Layer: Member {
    public let name: String
    public let summary: String
    public let source: String
    /// The number behind the name, e.g. the rate of `dropout 0.5`; nil where none stands there.
    public let argument: Setting?
    public let settings: [Setting]
    public let notes: [String]
    public let examples: [String]
    /// Whether it holds layers in parentheses.
    public let hasInner: Bool
    /// Whether it works on images, so that the features of data that are images are taken as such.
    public let takesImages: Bool
    /// A net that has it, for help.
    public let example: String
    private let lines: @Sendable (Settings) -> [String]
    let build: @Sendable (ChosenLayer, inout NetworkBuilder) throws(OperationError) -> Void

    init(
        _ name: String, _ summary: String, source: String, argument: Setting? = nil, settings: [Setting] = [],
        notes: [String] = [], example: String, examples: [String] = [], hasInner: Bool = false,
        takesImages: Bool = false, formulas: @escaping @Sendable (Settings) -> [String] = { _ in [] },
        build: @escaping @Sendable (ChosenLayer, inout NetworkBuilder) throws(OperationError) -> Void
    ) {
        self.name = name
        self.summary = summary
        self.source = source
        self.argument = argument
        self.settings = (argument.map { [$0] } ?? []) + settings
        self.notes = notes
        self.example = example
        self.examples = examples
        self.hasInner = hasInner
        self.takesImages = takesImages
        lines = formulas
        self.build = build
    }

    public func formulas(_ settings: Settings) -> [String] { lines(settings) }
}

/// A layer with its settings and, for those that hold others, the layers inside.
public struct ChosenLayer: Sendable {
    public let layer: Layer
    public var settings: Settings
    public var inner: [ChosenLayer]
    /// Whether it is an activation, which gives outputs of another kind than a sum of weights.
    public let isActivation: Bool

    public init(_ layer: Layer, _ settings: Settings, inner: [ChosenLayer] = []) {
        self.layer = layer
        self.settings = settings
        self.inner = inner
        isActivation = false
    }

    public init(_ activation: Activation, _ settings: Settings) {
        layer = Layer(
            activation.name, activation.summary, source: activation.source, settings: activation.settings,
            example: "net 4 8 \(activation.name) 3"
        ) { chosen, net throws(OperationError) in
            try net.apply(activation.operation(chosen.settings), named: "a")
        }
        self.settings = settings
        inner = []
        isActivation = true
    }

    /// As it is typed in a `net` line.
    public var text: String {
        if layer.hasInner { return "\(layer.name)( \(inner.map(\.text).joined(separator: " ")) )" }
        let argument = layer.argument.flatMap { settings[$0.name]?.text() }
        let keys = layer.settings.filter { $0.name != layer.argument?.name && settings.given[$0.name] != nil }
            .map { "\($0.name)=\(settings[$0.name]!.text())" }
        let head = layer.name == Layer.dense.name ? [] : [layer.name]
        return (head + (argument.map { [$0] } ?? []) + keys).joined(separator: " ")
    }
}
