// trials: a block several times with different seeds, from the present session, which stays as it is.

import Formulas
import Tensors

struct TrialsCommand: Command {
    let verb = "trials"
    let group = CommandGroup.step
    let summary =
        "runs a block n times, with the seeds 1 to n, and shows what an expression gives: each value, mean, spread. In the "
        + "block trial is the number of the run, from 0. The session is left as it was, but trials then stands for the "
        + "values, as in min(trials), trials[0] or sum(trials < 0.1), and trials.mean, std (divided by n - 1), min, max "
        + "and count for what is shown below them"
    let examples = [
        "trials 5 accuracy(val) { init he_normal; train epochs=50 }",
        "trials 3 loss { optimizer adam lr=([0.01, 0.1, 1][trial]); step 20; forward }",
    ]
    let grammar = Grammar.trials

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        guard let count = try call.count(0, &context, example: examples[0]), let expression = call.expression else {
            throw Diagnostic("trials needs a number and an expression", hint: examples[0], at: call.range)
        }
        guard count <= 10_000 else {
            throw Diagnostic("at most 10000 trials", hint: examples[0], at: call.items[0].range)
        }
        let meter = ProgressMeter(unit: "trial", total: count)
        let values = try Self.values(count, call.block ?? [], expression, meter, &context)
        if values.count < count {
            context.say("stopped by Ctrl-C after \(values.count) trials")
            // Running the line again would give more values.
            context.readsWorld = true
        }
        guard !values.isEmpty else { return }
        context.session.trials.values = values
        report(context.session.trials, context)
    }

    /// What an expression gives after a block, for the seeds 1 to `count`; fewer values when the user stops them.
    static func values(
        _ count: Int, _ block: [Statement], _ expression: Expression, _ meter: ProgressMeter, _ context: inout Context
    ) throws(Diagnostic) -> [Double] {
        var values: [Double] = []
        let (shown, before) = (context, meter.done)
        for trial in 1...count {
            let session = try run(block, number: trial, context) { inner in
                meter.show(done: before + trial - 1, shown, "\(inner.unit) \(inner.done)")
            }
            // A block that was interrupted has not come to its end, so that its value would mean something else.
            if context.workbench.isInterrupted() { break }
            var evaluator = Evaluator(session)
            guard let value = try evaluator.value(expression).scalar else {
                throw Diagnostic(
                    "trials needs one number", hint: TrialsCommand().examples[0], at: expression.range)
            }
            values.append(value)
            meter.show(done: before + trial, context, context.text(value))
        }
        return values
    }

    private static func run(
        _ block: [Statement], number: Int, _ context: Context, progress: @escaping (Progress) -> Void
    ) throws(Diagnostic) -> Session {
        let bench = context.workbench.silent(from: context.session) { output in
            if case .progress(let inner) = output { progress(inner) }
        }
        var trial = Context(session: context.session, workbench: bench, folder: context.folder)
        trial.session.training.random = Random(seed: UInt64(number))
        _ = trial.session.definePlain("trial", Tensor(scalar: Double(number - 1)))
        for statement in block {
            let effect = try trial.run(statement)
            guard effect != .time else {
                throw Diagnostic("this cannot stand in trials", at: statement.range)
            }
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

    /// One of the measures by its name.
    func measured(_ name: String) -> Double? { Self.measures.first { $0.name == name }?.measure(values) }

    @Sendable private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// The standard deviation that the sample lets one expect of all such runs: divided by n − 1; 0 for one value.
    @Sendable private static func deviation(_ values: [Double]) -> Double {
        // Of equal values not even the rounding of their mean is left.
        if values.allSatisfy({ $0 == values[0] }) { return 0 }
        let mean = mean(values)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count - 1)).squareRoot()
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
        guard let value = trials.measured(member) else {
            throw Diagnostic(
                "trials has no \(member)", hint: Suggestion.hint(for: member, in: Trials.measures.map(\.name)))
        }
        return Tensor(scalar: value)
    }
}
