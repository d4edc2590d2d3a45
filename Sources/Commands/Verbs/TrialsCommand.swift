// trials: a block several times with different seeds, from the present session, which stays as it is.

import Formulas
import Tensors

struct TrialsCommand: Command {
    let verb = "trials"
    let group = CommandGroup.step
    let summary =
        "runs a block n times with different seeds and shows what an expression gives: each value, mean, spread. All else "
        + "is left as it was. trials then stands for the values, as in min(trials), trials[0] or sum(trials < 0.1), and "
        + "trials.mean, std (divided by n - 1), min, max and count for what is shown below them"
    let examples = ["trials 5 accuracy(val) { init he_normal; train epochs=50 }"]
    let grammar = Grammar.trials

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        guard let count = try call.count(0, &context, example: examples[0]), let expression = call.expression else {
            throw Diagnostic("trials needs a number and an expression", hint: examples[0], at: call.range)
        }
        guard count <= 10_000 else {
            throw Diagnostic("at most 10000 trials", hint: examples[0], at: call.items[0].range)
        }
        var values: [Double] = []
        let meter = ProgressMeter(unit: "trial", total: count)
        let shown = context
        for trial in 1...count {
            let session = try run(call.block ?? [], seed: UInt64(trial), context) { inner in
                meter.show(done: trial - 1, shown, "\(inner.unit) \(inner.done)")
            }
            // A block that was interrupted has not come to its end, so that its value would mean something else.
            if context.workbench.isInterrupted() {
                context.say("stopped by Ctrl-C after \(values.count) trials")
                // Running the line again would give more values.
                context.readsWorld = true
                guard !values.isEmpty else { return }
                break
            }
            var evaluator = Evaluator(session)
            guard let value = try evaluator.value(expression).scalar else {
                throw Diagnostic("trials needs one number", hint: examples[0], at: expression.range)
            }
            values.append(value)
            meter.show(done: trial, context, context.text(value))
        }
        context.session.trials.values = values
        report(context.session.trials, context)
    }

    private func run(
        _ block: [Statement], seed: UInt64, _ context: Context, progress: @escaping (Progress) -> Void
    ) throws(Diagnostic) -> Session {
        let bench = context.workbench.silent(from: context.session) { output in
            if case .progress(let inner) = output { progress(inner) }
        }
        var trial = Context(session: context.session, workbench: bench, folder: context.folder)
        trial.session.training.random = Random(seed: seed)
        for statement in block {
            let effect = try trial.run(statement)
            guard effect != .time else {
                throw Diagnostic("this cannot stand in trials", at: statement.range)
            }
            if effect == .change { trial.session.track.isContinuous = false }
        }
        return trial.session
    }

    private func report(_ trials: Trials, _ context: Context) {
        for line in Help.wrapped(trials.values.map { context.text($0) }.joined(separator: " "), width: 78) {
            context.say(line)
        }
        let measures = Trials.measures.dropLast().map { "\($0.name) \(context.text($0.measure(trials.values)))" }
        context.say(measures.joined(separator: "  ") + "  of \(trials.values.count)")
    }
}

/// The values of the last `trials` and what can be read of them.
struct Trials: Sendable {
    var values: [Double] = []

    /// In the order in which they are shown.
    static let measures: [(name: String, measure: @Sendable ([Double]) -> Double)] = [
        ("mean", mean), ("std", deviation), ("min", { $0.min() ?? .nan }), ("max", { $0.max() ?? .nan }),
        ("count", { Double($0.count) }),
    ]

    @Sendable private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// The standard deviation that the sample lets one expect of all such runs: divided by n − 1; 0 for one value.
    @Sendable private static func deviation(_ values: [Double]) -> Double {
        let mean = mean(values)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
    }
}

extension Session {
    /// Fails before the first `trials`.
    func measuredTrials() throws(Diagnostic) -> Trials {
        guard !trials.values.isEmpty else {
            throw Diagnostic("no trials were made yet", hint: "trials 5 loss { init he_normal; step 10 } makes some")
        }
        return trials
    }

    /// `trials.mean` and the like.
    func trialsMember(_ member: String) throws(Diagnostic) -> Tensor {
        let trials = try measuredTrials()
        guard let measure = Trials.measures.first(where: { $0.name == member })?.measure else {
            throw Diagnostic(
                "trials has no \(member)", hint: Suggestion.hint(for: member, in: Trials.measures.map(\.name)))
        }
        return Tensor(scalar: measure(trials.values))
    }
}
