// earlystop: ends a training that no longer improves on the validation samples.

import Learning
import Tensors

struct EarlyStopCommand: Command {
    let verb = "earlystop"
    let group = CommandGroup.build
    let summary =
        "ends train epochs=… and train until … when the validation loss no longer improves; off removes it, alone it shows it"
    let examples = [
        "earlystop patience=5", "earlystop patience=3 min_delta=0.001 restore=off rule=keras", "earlystop off",
    ]
    let settings = EarlyStopping.settings

    func present(_ session: Session) -> (member: String?, settings: Settings)? {
        session.earlyStopping.map { (nil, $0) }
    }

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? [.word("off")] + declaredChoices(after: items, session) : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if try call.isOff(example: examples[2]) {
            context.session.earlyStopping = nil
            return
        }
        try call.atMost(0, example: examples[0])
        if !call.elements.isEmpty { context.session.earlyStopping = try call.settings(settings, &context) }
        guard let settings = context.session.earlyStopping else { return context.say("training is not stopped early") }
        let (patience, isKeras) = (settings.integer("patience") ?? 0, settings.word("rule") == "keras")
        let count = isKeras ? max(patience, 1) : patience + 1
        context.say(settings.text)
        context.say(
            "  training ends after \(count) epoch\(count == 1 ? "" : "s") in a row without a better validation loss"
                + (settings.isOn("restore") ? "; the weights of the best epoch come back" : ""))
    }
}

/// Early stopping in one row of epochs.
struct EarlyStopWatch: Sendable {
    private(set) var rule: EarlyStopping
    /// The parameters of the best epoch, when they are to come back, and the running statistics that belong to them.
    private var parameters: [Double] = []
    private var statistics: [String: Tensor] = [:]

    init(_ settings: Settings) { rule = EarlyStopping(settings) }

    /// After an epoch: whether there is reason to end.
    mutating func isEnough(_ session: Session) throws(Diagnostic) -> Bool {
        let verdict = rule.judge(try session.validationLoss(), epoch: session.training.epoch)
        // Until an epoch is better than nothing, the first is the best.
        if verdict == .improved || parameters.isEmpty, rule.settings.isOn("restore") {
            parameters = session.training.parameters
            statistics = session.training.layers.statistics
        }
        return verdict == .enough
    }

    /// At the end of the row: the weights of the best epoch come back. Returns what happened, in words.
    func finish(_ session: inout Session, isEnough: Bool) -> String? {
        let best = rule.best.map { "\(session.digits.text($0.loss)) in epoch \($0.epoch)" } ?? "none that is a number"
        let epochs = rule.wait == 1 ? "1 epoch" : "\(rule.wait) epochs"
        let waited =
            isEnough ? "stopped early: \(epochs) without a better validation loss; the best was \(best)" : nil
        guard rule.settings.isOn("restore"), parameters.count == session.training.parameters.count,
            parameters != session.training.parameters
        else { return waited }
        session.restore(parameters, statistics, fromEpoch: rule.best?.epoch)
        return (waited ?? "the best validation loss was \(best)") + ", whose weights are back"
    }
}

extension Session {
    /// The validation loss that early stopping watches.
    fileprivate func validationLoss() throws(Diagnostic) -> Double { try loss(on: try samples(.val)) }

    /// A watch for a row of epochs when early stopping is chosen; fails when there is nothing that it could watch.
    func earlyStopWatch() throws(Diagnostic) -> EarlyStopWatch? {
        guard let earlyStopping else { return nil }
        do throws(Diagnostic) { _ = try validationLoss() } catch {
            throw Diagnostic(
                "early stopping watches the validation loss, but \(error.message)",
                hint: (error.hint.map { "\($0); " } ?? "") + "earlystop off does without")
        }
        return EarlyStopWatch(earlyStopping)
    }

    /// Gives all parameters and running statistics the values that they had after an earlier epoch.
    fileprivate mutating func restore(
        _ parameters: [Double], _ statistics: [String: Tensor], fromEpoch epoch: Int?
    ) {
        for entry in layout.entries where training.parameters[entry.range] != parameters[entry.range] {
            origins[entry.name] = Origin(kind: .restored(epoch: epoch ?? 0), updates: training.updates)
        }
        training.parameters = parameters
        training.layers.statistics = statistics
        training.layers.before = [:]
        parametersChanged()
        // Going back to this update means these weights; they cannot be computed from the steps.
        keepMoment()
    }
}
