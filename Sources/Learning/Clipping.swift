// Clipping: how a gradient that is too large is made smaller before the optimizer reads it.

import Formulas

/// A way to clip gradients, as formulas that are worked out in order.
///
/// Symbols: `grad` an element of the gradient, `norm` the length of the gradient (of one parameter, or of all together:
/// a number of the whole step), and the settings. The last line is `clipped`, which the optimizer reads.
public struct Clipping: Member {
    public let name: String
    public let summary: String
    public let settings: [Setting]
    public let source: String
    public let lines: @Sendable (Settings) -> [Rule.Line]

    init(
        _ name: String, _ summary: String, source: String, settings: [Setting],
        lines: @escaping @Sendable (Settings) -> KeyValuePairs<String, Formula>
    ) {
        self.name = name
        self.summary = summary
        self.source = source
        self.settings = settings
        self.lines = { settings in lines(settings).map { Rule.Line(name: $0.key, formula: $0.value) } }
    }

    /// The symbol of the gradient's length in the lines.
    public static let length = "norm"
    /// The line that the optimizer reads instead of the gradient.
    public static let result = "clipped"
}
