// What the benchmark does with a session that no command does.

extension Session {
    /// Steps with or without keeping moments of the run.
    package mutating func makeSteps(_ count: Int, keepingMoments: Bool) throws(Diagnostic) {
        for _ in 0..<count {
            if keepingMoments { _ = try trackedStep() } else { try stepOnce() }
        }
    }

    /// The optimizer's rule once more with the gradients that are there, and nothing else of an update.
    package mutating func repeatUpdate() {
        guard let optimizer else { return }
        optimizer.update(
            0..<layout.count, parameters: &training.parameters, gradients: step.gradients, slots: &training.slots,
            time: training.optimizerUpdates, rate: optimizer.rate)
    }
}
