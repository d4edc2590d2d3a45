// trials: a block several times with different seeds, from the present session, which stays as it is.

import Formulas
import Tensors

struct TrialsCommand: Command {
    let verb = "trials"
    let group = CommandGroup.step
    let summary =
        "runs a block n times with different seeds and shows what an expression gives: each value, mean, spread"
    let examples = ["trials 5 accuracy(val) { init he_normal; train epochs=50 }"]
    let grammar = Grammar.trials
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        guard let count = try call.count(0, &context, example: examples[0]), let expression = call.expression else {
            throw Diagnostic("trials needs a number and an expression", hint: examples[0], at: call.range)
        }
        guard count <= 10_000 else {
            throw Diagnostic("at most 10000 trials", hint: examples[0], at: call.items[0].range)
        }
        let meter = ProgressMeter(unit: "trial", total: count)
        let values = try Self.values(count, call.block ?? [], expression, meter, &context)
        if values.count < count { context.say("stopped by Ctrl-C after \(values.count) trials") }
        if !values.isEmpty { report(values, context) }
    }

    /// What an expression gives after a block, for the seeds 1 to `count`; fewer values when the user stops them.
    static func values(
        _ count: Int, _ block: [Statement], _ expression: Expression, _ meter: ProgressMeter, _ context: inout Context
    ) throws(Diagnostic) -> [Double] {
        var values: [Double] = []
        let (shown, before) = (context, meter.done)
        for trial in 1...count {
            let session = try run(block, seed: UInt64(trial), context) { inner in
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

    private func report(_ values: [Double], _ context: Context) {
        let statistics = Statistics(values)
        let (mean, deviation) = (statistics.mean, statistics.deviation)
        for line in Help.wrapped(values.map { context.text($0) }.joined(separator: " "), width: 78) {
            context.say(line)
        }
        context.say(
            "mean \(context.text(mean))  std \(context.text(deviation))  min \(context.text(values.min() ?? .nan))  "
                + "max \(context.text(values.max() ?? .nan))  of \(values.count)")
    }
}
