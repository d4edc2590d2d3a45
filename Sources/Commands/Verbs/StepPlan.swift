// StepPlan: many steps in a row, with progress; stops between two steps when asked to, and can be continued.

import Learning
import Tensors

/// A row of steps that is still to be made. Used by `step`, `train` and `continue`.
struct StepPlan: Sendable {
    enum Unit: String, Sendable {
        case step
        case epoch
    }

    let unit: Unit
    /// How many units are left.
    var left: Int
    /// Ends the row early; asked after each unit, with the mean loss over the unit.
    let until: Expression?
    /// Whether `train` made it, which reports on training and validation at its end.
    let isTraining: Bool
    /// Whether `left` was asked for; otherwise it only bounds the wait for the condition.
    let isBounded: Bool
    /// Early stopping in this row, once it has begun.
    private var watch: EarlyStopWatch?
    /// Whether Ctrl-C has ended it before.
    private var wasInterrupted = false

    init(unit: Unit, left: Int, until: Expression?, isTraining: Bool, isBounded: Bool) {
        (self.unit, self.left, self.until) = (unit, left, until)
        (self.isTraining, self.isBounded) = (isTraining, isBounded)
    }

    /// What ended a row of steps.
    enum End: Sendable {
        case done
        /// The condition held, with this mean loss over the unit.
        case condition(Double)
        /// Early stopping had seen enough.
        case early
        case interrupt
        case stop(String)
    }

    /// Makes the steps and says what came of them.
    func run(_ context: inout Context) throws(Diagnostic) {
        let showsChanges = context.session.layout.count <= 8 || (unit == .step && left == 1)
        let before = showsChanges && context.workbench.emits ? context.session : nil
        var plan = self
        context.session.interrupted = nil
        if isTraining, unit == .epoch, watch == nil { plan.watch = try context.session.earlyStopWatch() }
        let (steps, end) = try plan.makeSteps(&context)
        let remark = plan.finishWatch(&context.session, end)
        if isTraining {
            context.reportTraining()
        } else {
            if let before { context.showChanges(since: before) }
            context.say("update \(context.session.training.updates): \(context.lossBefore)")
        }
        if let remark { context.say(remark) }
        switch end {
        case .early: break
        case .done:
            if until != nil, !isBounded { context.say("given up after \(left) \(unit)s: the condition never held") }
        case .condition(let mean):
            if unit == .epoch { context.say("the condition holds; mean loss of the epoch \(context.text(mean))") }
        case .interrupt:
            plan.wasInterrupted = true
            context.say("stopped by Ctrl-C after \(steps) steps; continue goes on")
        case .stop(let reason):
            context.say("stopped by \(reason)")
            context.say("continue goes on; back 1 and next walk through the step")
        }
        if let loss = context.session.lossValue, !loss.isFinite {
            context.say("the loss is not finite; break on nan names the first operation that was not")
        }
        switch end {
        case .interrupt, .stop: context.session.interrupted = plan.left > 0 ? plan : nil
        default: break
        }
        if plan.wasInterrupted { remember(steps, end, left: plan.left, &context) }
    }

    /// What was interrupted is remembered as what was done, so that it can be done again. No line brings back the weights that
    /// early stopping does after a `continue`, nor an epoch's stop.
    private func remember(_ steps: Int, _ end: End, left: Int, _ context: inout Context) {
        switch end {
        case .stop where unit == .step: context.replacement = "step \(steps + left)"
        case .interrupt, .done, .condition:
            if wasInterrupted, watch != nil { fallthrough }
            context.replacement = "step \(steps)"
        case .early, .stop: context.readsWorld = true
        }
    }

    /// At the end of the row, unless it is only interrupted: what early stopping has done, in words.
    private func finishWatch(_ session: inout Session, _ end: End) -> String? {
        switch end {
        case .early: watch?.finish(&session, isEnough: true)
        case .done: watch?.finish(&session, isEnough: false)
        case .condition, .interrupt, .stop: nil
        }
    }

    private mutating func makeSteps(_ context: inout Context) throws(Diagnostic) -> (steps: Int, end: End) {
        let meter = ProgressMeter(unit: unit.rawValue, total: left)
        var (lossSum, samples) = (0.0, 0)
        var steps = 0
        while left > 0 {
            let epoch = context.session.training.epoch
            let stopsAtNan = context.session.stops.first { if case .nan = $0.kind { true } else { false } }
            if let reason = try context.session.trackedStep(stop: stopsAtNan.map { _ in { $0.firstNotFinite() } }) {
                // The update is not made, so that what led here can be looked at.
                return (steps, .stop("\(stopsAtNan?.number ?? 0): \(reason)"))
            }
            steps += 1
            let rows = max(context.session.batchRows, 1)
            lossSum += (context.session.lossValue ?? .nan) * Double(rows)
            samples += rows
            if unit == .step || context.session.training.epoch > epoch {
                left -= 1
                let mean = lossSum / Double(samples)
                if let until {
                    if try context.holds(until, loss: mean) { return (steps, .condition(mean)) }
                    if mean.isNaN { return (steps, .stop("a loss that is not a number")) }
                }
                (lossSum, samples) = (0, 0)
                if try watch?.isEnough(context.session) == true { return (steps, .early) }
            }
            if !context.session.stops.isEmpty, let reason = try context.checkStops() { return (steps, .stop(reason)) }
            if context.workbench.isInterrupted() { return (steps, .interrupt) }
            if steps & 15 == 0 || context.session.training.parameters.count > 10_000 {
                meter.show(done: meter.total - left, context, context.lossText)
            }
        }
        return (steps, .done)
    }
}

extension Context {
    /// The objective's value that the last update started from.
    var lossBefore: String {
        guard let value = session.lossValue, let name = session.objective else { return "" }
        return "\(name) was \(text(value))"
    }

    /// The objective's name and value in the last forward.
    var lossText: String {
        guard let value = session.lossValue, let name = session.objective else { return "" }
        return "\(name) = \(text(value))"
    }

    /// The clock, the last loss, and with data loss and accuracy on training and validation samples and their gap.
    func reportTraining() {
        let training = session.training
        var line = "update \(training.updates)"
        if session.data != nil { line = "epoch \(training.epoch), " + line }
        line += ": \(lossText)"
        say(line)
        reportMachine()
        guard session.network != nil, let data = session.data, session.live["loss"] != nil, session.batchByHand.isEmpty
        else { return }
        guard let first = try? session.score(on: .train) else { return }
        let name = session.evaluatedLossName
        say("  training   \(first.text(name, self))")
        guard !data.validationRows.isEmpty, let second = try? session.score(on: .val) else { return }
        say("  validation \(second.text(name, self))")
        say("  gap        \(first.gap(to: second).text(name, self))")
    }
}
