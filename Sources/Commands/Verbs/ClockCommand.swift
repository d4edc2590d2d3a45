// clock: where the training stands: updates, epochs, samples, and what they have cost.

struct ClockCommand: Command {
    let verb = "clock"
    let group = CommandGroup.inspect
    let summary = "updates, epochs, samples seen, the place in the epoch, and the gradient evaluations so far"
    let examples = ["clock"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        _ = try call.settings([], &context)
        let session = context.session
        let training = session.training
        var table = Table(["", ""])
        table.rows.append(["updates", "\(training.updates)"])
        table.rows.append(["epochs completed", "\(training.epoch)"])
        if let data = session.data, session.batchByHand.isEmpty {
            let (count, size) = (data.trainingRows.count, data.effectiveBatchSize)
            let updates = data.updatesPerEpoch
            let last = count - (updates - 1) * size
            table.rows.append(["samples seen", "\(training.samples)"])
            let short = last == size ? "" : ", the last batch of an epoch has \(last)"
            table.rows.append(["batch", "\(size) of \(count) samples, order \(data.order.rawValue)\(short)"])
            table.rows.append(["updates per epoch", "\(updates) = ceil(\(count) / \(size))"])
            let done = updatesDone(session, size)
            table.rows.append([
                "position", "\(done) of \(updates) updates of epoch \(training.epoch + 1) are done",
            ])
            table.rows.append(["cost of an update", "\(size) gradient evaluations, one a sample"])
            table.rows.append(["cost of an epoch", "\(count) gradient evaluations, whatever the batch"])
        } else {
            let rows = session.batchRows
            if rows > 0 {
                table.rows.append(["samples seen", "\(training.samples)"])
                table.rows.append(["batch", "the same \(rows) samples each time; each update is an epoch"])
            } else {
                table.rows.append(["batch", "none yet; without data each update counts as an epoch"])
            }
            table.rows.append(["cost of an update", "\(max(rows, 1)) gradient evaluations"])
        }
        table.rows.append(["gradient evaluations", "\(training.evaluations) so far"])
        context.emit(.table(table))
    }

    /// Updates of the epoch under way that are done; a drawn batch counts when an update has used it.
    private func updatesDone(_ session: Session, _ size: Int) -> Int {
        let training = session.training
        let drawn = (training.drawn + size - 1) / size
        if training.batchIsUsed { return training.drawn >= training.order.count ? 0 : drawn }
        return drawn - 1
    }
}
