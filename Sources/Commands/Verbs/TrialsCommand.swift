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
                break
            }
            var evaluator = Evaluator(session)
            guard let value = try evaluator.value(expression).scalar else {
                throw Diagnostic("trials needs one number", hint: examples[0], at: expression.range)
            }
            values.append(value)
            meter.show(done: trial, context, context.text(value))
        }
        if !values.isEmpty { report(values, context) }
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

    private func report(_ values: [Double], _ context: Context) {
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
        for line in Help.wrapped(values.map { context.text($0) }.joined(separator: " "), width: 78) {
            context.say(line)
        }
        context.say(
            "mean \(context.text(mean))  std \(context.text(deviation))  min \(context.text(values.min() ?? .nan))  "
                + "max \(context.text(values.max() ?? .nan))  of \(values.count)")
    }
}
