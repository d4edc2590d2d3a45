// The third phase of a training step: the update of the parameters by the optimizer's rule.

import Formulas
import Learning
import Tensors

extension Session {
    /// Changes the parameters by the optimizer's rule; what is under way is finished.
    mutating func update() throws(Diagnostic) {
        if step.cursor?.phase != .update { try beginUpdate() }
        try advance()
    }

    mutating func beginUpdate() throws(Diagnostic) {
        if step.cursor != nil { throw unfinished(.update) }
        if try chosenOptimizer().rule.direction != nil, let name = frozen.sorted().first {
            throw Diagnostic(
                "\(try chosenOptimizer().member.name) solves for all parameters at once, and \(name) is frozen",
                hint: "unfreeze, or another optimizer")
        }
        try chooseUpdatedParameters()
        clipGradients()
        try solveDirection()
        training.optimizerUpdates += 1
        step.cursor = StepState.Cursor(phase: .update)
    }

    /// Updates some of the parameters; neighbours are done in one run.
    mutating func updateParameters(_ indices: ArraySlice<Int>) throws(Diagnostic) {
        let optimizer = try chosenOptimizer()
        let rate = try rate(before: training.updates)
        var position = indices.startIndex
        while position < indices.endIndex {
            var range = layout.entries[indices[position]].range
            position += 1
            while position < indices.endIndex, layout.entries[indices[position]].range.lowerBound == range.upperBound {
                range = range.lowerBound..<layout.entries[indices[position]].range.upperBound
                position += 1
            }
            optimizer.update(
                range, parameters: &training.parameters, gradients: clipping == nil ? step.gradients : step.clipped,
                slots: &training.slots, time: training.optimizerUpdates, rate: rate)
        }
        for index in indices { constrain(layout.entries[index]) }
    }

    mutating func finishUpdate() {
        for index in step.status.indices where step.status[index] != .none { step.status[index] = .stale }
        training.updates += 1
        swap(&training.updated, &step.updating)
        step.updating.removeAll(keepingCapacity: true)
        step.clipped = []
        step.wasFresh = step.isFresh
        step.isFresh = false
        freshNames.removeAll()
        finishBatch()
    }

    /// Chooses the parameters to update: all trained ones, or, when gradients were imposed, those that have one.
    private mutating func chooseUpdatedParameters() throws(Diagnostic) {
        step.updating.removeAll(keepingCapacity: true)
        for (index, status) in step.status.enumerated() where status == .computed || status == .imposed {
            step.updating.append(index)
        }
        guard !step.updating.isEmpty else {
            throw Diagnostic(
                step.status.contains(.stale)
                    ? "the last update has used the gradients" : "there are no gradients to update with",
                hint: "run forward and backward first, or impose w.grad = …")
        }
        if !step.status.contains(.imposed), let tape = step.tape {
            for index in tape.trainedEntries where step.status[index] != .computed {
                throw Diagnostic(
                    "\(layout.entries[index].name) has no gradient since the last update",
                    hint: "run forward and backward first")
            }
        }
    }
}
