// The three phases of a training step: forward, backward, update.

import Formulas
import Learning
import Tensors

extension Session {
    /// The plan for the present batch; compiled when definitions or sizes changed.
    mutating func tape() throws(Diagnostic) -> Tape {
        if let tape = tapes[batchRows] { return tape }
        guard !liveOrder.isEmpty else {
            throw Diagnostic("there is nothing to compute", hint: "w = param(1); J = (w - 3)^2; minimize J")
        }
        let batch = try batch()
        try checkInputs(batch)
        let tape = try located(nil) { () throws(OperationError) in
            try Tape(
                graph, roots: liveOrder.map { live[$0]!.node }, objective: objective.map { live[$0]!.node },
                layout: layout, inputShapes: batch.mapValues(\.shape))
        }
        tapes[batchRows] = tape
        return tape
    }

    /// Fails when a live name needs a part of the batch that is not there.
    private func checkInputs(_ batch: [String: Tensor]) throws(Diagnostic) {
        for id in graph.ancestors(of: liveOrder.map { live[$0]!.node }) {
            guard case .input(let name) = graph.nodes[id].source, batch[name] == nil else { continue }
            throw Diagnostic(
                "there is no \(name) to compute with", hint: "data NAME loads samples; or \(name) = [[…], […]] by hand")
        }
        if let network, let x = batch["x"], x.shape[1] != network.inputs {
            throw Diagnostic(
                "the data have \(x.shape[1]) features, the net takes \(network.inputs)",
                hint: "net \(x.shape[1]) … fits; features=[…] chooses columns")
        }
    }

    /// Computes all live names from the present parameters (ahead of them for a look-ahead optimizer).
    mutating func forward() throws(Diagnostic) {
        drawBatch()
        let tape = try tape()
        let count = layout.count
        if step.values.count != tape.valueCount { step.values = [Double](repeating: 0, count: tape.valueCount) }
        if step.gradients.count != count { step.gradients = [Double](repeating: 0, count: count) }
        step.tape = tape
        step.hasGradients = false
        try loadBatch(tape)
        step.shifted = optimizer?.lookahead(
            parameters: training.parameters, slots: training.slots, time: training.optimizerUpdates + 1)
        do throws(OperationError) {
            if step.shifted != nil {
                try tape.run(
                    tape.forwardSteps, parameters: &step.shifted!, gradients: &step.gradients, values: &step.values)
            } else {
                try tape.run(
                    tape.forwardSteps, parameters: &training.parameters, gradients: &step.gradients,
                    values: &step.values)
            }
        } catch { throw Diagnostic(error) }
        step.isFresh = true
    }

    /// Copies the batch to where the plan reads it.
    private mutating func loadBatch(_ tape: Tape) throws(Diagnostic) {
        guard !tape.inputs.isEmpty else { return }
        if batchByHand.isEmpty, let data {
            let rows = training.batch.map { data.trainingRows[$0] }
            for (name, node) in tape.inputs {
                let offset = tape.slots[node].offset
                if name == "x" {
                    step.values.withUnsafeMutableBufferPointer { data.copyFeatures(rows, to: $0.baseAddress! + offset) }
                } else {
                    for (index, row) in rows.enumerated() { step.values[offset + index] = data.set.y[row] }
                }
            }
        } else {
            for (name, value) in try batch() {
                guard let node = tape.inputs[name] else { continue }
                let offset = tape.slots[node].offset
                step.values.replaceSubrange(offset..<offset + value.count, with: value.elements)
            }
        }
    }

    /// Computes the gradient of the objective with respect to everything it depends on.
    mutating func backward() throws(Diagnostic) {
        guard let objective else {
            throw Diagnostic("there is nothing to minimise", hint: "minimize J, or a net with a loss")
        }
        guard step.isFresh, let tape = step.tape, tape.objective != nil else {
            throw Diagnostic("\(objective) has no fresh value to go back from", hint: "run forward first")
        }
        guard !tape.trained.isEmpty else {
            throw Diagnostic("\(objective) does not depend on any parameter", hint: "w = param(1) makes one")
        }
        let before = accumulates ? step.gradients : []
        do throws(OperationError) {
            if step.shifted != nil {
                try tape.run(
                    tape.backwardSteps, parameters: &step.shifted!, gradients: &step.gradients, values: &step.values)
            } else {
                try tape.run(
                    tape.backwardSteps, parameters: &training.parameters, gradients: &step.gradients,
                    values: &step.values)
            }
        } catch { throw Diagnostic(error) }
        for (index, entry) in layout.entries.enumerated() where tape.trained.contains(entry.name) {
            if accumulates, step.status[index] != .none {
                for element in entry.range { step.gradients[element] += before[element] }
            }
            step.status[index] = .computed
        }
        step.hasGradients = true
    }

    /// Changes the parameters by the optimizer's rule.
    mutating func update() throws(Diagnostic) {
        let optimizer = try chosenOptimizer()
        let updated = try updatedRanges()
        training.optimizerUpdates += 1
        for range in updated {
            optimizer.update(
                range, parameters: &training.parameters, gradients: &step.gradients, slots: &training.slots,
                time: training.optimizerUpdates)
        }
        for index in step.status.indices where step.status[index] != .none { step.status[index] = .stale }
        training.updates += 1
        step.isFresh = false
        finishBatch()
    }

    /// The elements to update: of all trained parameters, or, when gradients were imposed, of those that have one.
    /// Neighbours are joined.
    private func updatedRanges() throws(Diagnostic) -> [Range<Int>] {
        let ready = step.status.map { $0 == .computed || $0 == .imposed }
        guard ready.contains(true) else {
            throw Diagnostic(
                step.status.contains(.stale)
                    ? "the last update has used the gradients" : "there are no gradients to update with",
                hint: "run forward and backward first, or impose w.grad = …")
        }
        if !step.status.contains(.imposed), let tape = step.tape {
            for (entry, ready) in zip(layout.entries, ready) where !ready && tape.trained.contains(entry.name) {
                throw Diagnostic(
                    "\(entry.name) has no gradient since the last update", hint: "run forward and backward first")
            }
        }
        var ranges: [Range<Int>] = []
        for (entry, ready) in zip(layout.entries, ready) where ready {
            if let last = ranges.last, last.upperBound == entry.range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<entry.range.upperBound
            } else {
                ranges.append(entry.range)
            }
        }
        return ranges
    }

    /// One whole training step.
    mutating func stepOnce() throws(Diagnostic) {
        try forward()
        try backward()
        try update()
    }

    /// The objective's value in the last forward.
    var lossValue: Double? {
        guard let objective, let node = live[objective]?.node, let tape = step.tape, let own = tape.nodes[node] else {
            return nil
        }
        let slot = tape.slots[own]
        return slot.region == .values ? step.values[slot.offset] : tapeValue(own).scalar
    }
}
