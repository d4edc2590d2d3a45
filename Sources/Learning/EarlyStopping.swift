// EarlyStopping: when a training that no longer improves on the validation samples ends.

/// The rule of early stopping, asked after each epoch with its validation loss.
public struct EarlyStopping: Sendable {
    public static let settings: [Setting] = [
        .integer("patience", 5, .within(0, 1_000_000), "epochs without improvement that are put up with"),
        .number("min_delta", 0, .notNegative, "a loss must be lower than the best by more than this"),
        .flag("restore", true, "whether the weights of the best epoch come back when the training ends"),
        .choice(
            "rule", ["torch", "keras"],
            "torch: ends when more epochs than patience were bad, as ReduceLROnPlateau counts; keras: when as many were"
        ),
    ]

    public let settings: Settings
    /// The best loss so far and the epoch that had it; nil before the first.
    public private(set) var best: (loss: Double, epoch: Int)?
    /// Epochs since then.
    public private(set) var wait = 0
    private var epochs = 0

    public init(_ settings: Settings) { self.settings = settings }

    public enum Verdict: Sendable {
        case improved
        case worse
        case enough
    }

    /// What the validation loss after the epoch numbered `epoch` means.
    public mutating func judge(_ loss: Double, epoch: Int) -> Verdict {
        epochs += 1
        if isImprovement(loss) {
            best = (loss, epoch)
            wait = 0
            return .improved
        }
        wait += 1
        let patience = settings.integer("patience") ?? 0
        let isEnough = settings.word("rule") == "keras" ? wait >= patience && epochs > 1 : wait > patience
        return isEnough ? .enough : .worse
    }

    /// As the frameworks write it, so that ties of rounding fall alike. Keras takes the first loss whatever it is.
    private func isImprovement(_ loss: Double) -> Bool {
        let margin = settings.number("min_delta")
        if settings.word("rule") == "keras" { return best.map { loss + margin < $0.loss } ?? true }
        return loss < (best?.loss ?? .infinity) - margin
    }
}
