// Regularizer: a penalty on large weights that is added to what is minimised.

import Formulas

/// A penalty: a formula of one weight `w`, added up over all elements of the weights.
public struct Regularizer: Member {
    public let name: String
    public let summary: String
    public let settings: [Setting]
    public let source: String
    /// The penalty of one element `w`.
    public let penalty: @Sendable (Settings) -> Formula

    init(
        _ name: String, _ summary: String, source: String, settings: [Setting],
        penalty: @escaping @Sendable (Settings) -> Formula
    ) {
        self.name = name
        self.summary = summary
        self.source = source
        self.settings = settings + [Self.biases, Self.evaluation]
        self.penalty = penalty
    }

    static let half = Setting.flag("half", false, "half of the square, so that its slope is lambda·w, not 2·lambda·w")
    private static let biases = Setting.flag("biases", false, "whether the biases of a net are penalised too")
    private static let evaluation = Setting.choice(
        "evaluation", ["data", "total"], "whether loss_on(…) and train's report leave the penalty out, or count it")
}
