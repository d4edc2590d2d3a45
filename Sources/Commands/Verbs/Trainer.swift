// Trainer: many steps in a row, with progress; stops between two steps when asked to.

/// Runs steps and reports on them. Used by `step` and `train`.
struct Trainer {
    let unit: String
    /// How many units to do; nil when only a condition ends it.
    let total: Int?
    /// The mean of the loss over the batches of the epoch under way, weighted by their sizes.
    private var epochLoss = (sum: 0.0, samples: 0)
    private var done = 0
    private var lastReport = 0

    init(unit: String, total: Int?) {
        self.unit = unit
        self.total = total
    }

    /// Steps until `total` units are done, `isEnough` says so (asked after each unit, with the mean loss over it), or the
    /// user interrupts. A unit is a step, or an epoch. Returns the number of steps.
    mutating func run(
        _ context: inout Context, isEnough: (inout Context, Double) throws(Diagnostic) -> Bool
    ) throws(Diagnostic) -> Int {
        var steps = 0
        let clock = ContinuousClock()
        let start = clock.now
        while total.map({ done < $0 }) ?? true {
            let epoch = context.session.training.epoch
            try context.session.trackedStep()
            steps += 1
            addLoss(context.session)
            if unit == "step" || context.session.training.epoch > epoch {
                done += 1
                if try isEnough(&context, epochLoss.sum / Double(epochLoss.samples)) { break }
                epochLoss = (0, 0)
            }
            if context.workbench.isInterrupted() {
                context.say("stopped after \(steps) steps")
                break
            }
            if steps & 15 == 0 || context.session.training.parameters.count > 10_000 {
                report(context, clock.now - start)
            }
        }
        return steps
    }

    private mutating func addLoss(_ session: Session) {
        let samples = max(session.batchRows, 1)
        epochLoss.sum += (session.lossValue ?? .nan) * Double(samples)
        epochLoss.samples += samples
    }

    /// Ten times a second at most, from half a second on.
    private mutating func report(_ context: Context, _ elapsed: Duration) {
        let tenths = Int(elapsed / .milliseconds(100))
        guard tenths >= 5, tenths != lastReport else { return }
        lastReport = tenths
        let rate = Double(done) / (elapsed / .seconds(1))
        var remark =
            context.lossText + "  \(rate >= 10 ? String(Int(rate)) : context.text((rate * 100).rounded() / 100))/s"
        if let total, rate > 0 { remark += "  \(Int(Double(total - done) / rate) + 1) s left" }
        context.emit(.progress(Progress(unit: unit, done: done, total: total, remark: remark)))
    }
}
