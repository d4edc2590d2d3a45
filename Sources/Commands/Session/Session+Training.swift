// The phases of a training step: forward and backward. The third, update, is in Session+Update.swift.

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
        let batch = try planBatch()
        try checkInputs(batch)
        let (prelude, shapes) = (try prelude(try sampleBatch(), augmentations, pretext), batch.mapValues(\.shape))
        var roots = liveOrder.map { live[$0]!.node }
        func compiled(_ roots: [Int]) throws(OperationError) -> Tape {
            try Tape(
                graph, roots: roots, objective: objective.map { live[$0]!.node }, layout: layout, inputShapes: shapes,
                frozen: frozen, prelude: prelude)
        }
        var tape = try? compiled(roots)
        if tape == nil {
            // A name beside the objective that does not fit this batch keeps its old value and stops nothing.
            roots = roots.filter { (try? compiled([$0])) != nil }
            tape = try located(nil) { () throws(OperationError) in try compiled(roots) }
        }
        tapes[batchRows] = tape
        return tape!
    }

    /// Fails when a live name needs a part of the batch that is not there, or when data and net do not fit.
    private func checkInputs(_ batch: [String: Tensor]) throws(Diagnostic) {
        if let pretext, let sizes = try presentSizes() { try checkPretext(pretext, sizes) }
        if let data, let network, let loss, batchByHand.isEmpty, pretext == nil,
            data.set.classes.count > network.outputs
        {
            if case .values = loss.member.targets {
            } else {
                throw Diagnostic(
                    "the data have \(data.set.classes.count) classes, the net has \(network.outputs) outputs",
                    hint: "net \(data.set.features.count) 8 relu \(data.set.classes.count)")
            }
        }
        if let image = data?.set.image, batchByHand.isEmpty, pretext == nil, let network, network.takesImages,
            image.count == network.inputs
        {
            let shape = try located(nil) { () throws(OperationError) in try Network.sample(image: image) }
            if shape != network.sample {
                throw Diagnostic(
                    "the data have images \(image), the net takes \(network.sample)",
                    hint: "net \(image.count) … takes the shape of the data")
            }
        }
        for id in graph.ancestors(of: objective.map { [live[$0]!.node] } ?? liveOrder.map { live[$0]!.node }) {
            guard case .input(let name) = graph.nodes[id].source, batch[name] == nil, name != "y" || pretext == nil
            else {
                continue
            }
            throw Diagnostic(
                "there is no \(name) to compute with", hint: "data NAME loads samples; or \(name) = [[…], […]] by hand")
        }
        if let x = batch["x"] { try checkStatistics(rows: pretext == nil ? x.shape[0] : netRows) }
        if let network, let x = batch["x"], pretext == nil, x.shape[1] != network.inputs {
            throw Diagnostic(
                "the data have \(x.shape[1]) features, the net takes \(network.inputs)",
                hint: "net \(x.shape[1]) … fits; features=[…] chooses columns")
        }
        if trainedMachine != nil { try checkVisibleData() }
    }

    /// Computes all live names from the present parameters (ahead of them for a look-ahead optimizer); what is under way is
    /// finished.
    mutating func forward() throws(Diagnostic) {
        if step.cursor?.phase != .forward { try beginForward() }
        try advance()
    }

    mutating func beginForward() throws(Diagnostic) {
        if step.cursor != nil { throw unfinished(.forward) }
        try drawBatch()
        try attackBatch()
        try checkVisibleBatch()
        let tape = try tape()
        if step.values.count != tape.valueCount { step.values = [Double](repeating: 0, count: tape.valueCount) }
        if step.gradients.count != layout.count { step.gradients = [Double](repeating: 0, count: layout.count) }
        step.tape = tape
        step.time = training.updates
        step.isFresh = false
        step.hasGradients = false
        loadBatch(tape)
        step.shifted = optimizer?.lookahead(
            parameters: training.parameters, slots: training.slots, time: training.optimizerUpdates + 1,
            rate: try rate(before: training.updates))
        step.cursor = StepState.Cursor(phase: .forward)
    }

    /// The nodes of the phase under way, in order.
    var steps: [Int] {
        switch step.cursor?.phase {
        case .forward: step.tape?.forwardSteps ?? []
        case .backward: step.tape?.backwardSteps ?? []
        case .update: step.updating
        case nil: []
        }
    }

    /// Does the next nodes of the phase under way: `count` of them, or all that are left.
    mutating func advance(_ count: Int = .max) throws(Diagnostic) {
        guard let cursor = step.cursor else { return }
        let all = steps
        let end = min(all.count - cursor.done, count) + cursor.done
        if cursor.phase == .update {
            try updateParameters(all[cursor.done..<end])
        } else {
            try compute(all[cursor.done..<end])
        }
        step.cursor?.done = end
        guard end == all.count else { return }
        step.cursor = nil
        switch cursor.phase {
        case .forward:
            step.isFresh = true
            moveStatistics()
        case .backward: finishBackward()
        case .update: finishUpdate()
        }
    }

    private mutating func compute(_ nodes: ArraySlice<Int>) throws(Diagnostic) {
        guard let tape = step.tape else { return }
        do throws(OperationError) {
            try tape.run(
                nodes, parameters: step.shifted ?? training.parameters, gradients: &step.gradients, values: &step.values
            )
        } catch { throw Diagnostic(error) }
    }

    func unfinished(_ wanted: StepState.Cursor.Phase) -> Diagnostic {
        let phase = step.cursor?.phase.rawValue ?? ""
        return Diagnostic(
            "the \(phase) under way is not finished", hint: "\(phase) finishes it, before \(wanted.rawValue)")
    }

    /// Copies the batch to where the plan reads it; what does not fit was refused when the plan was compiled.
    private mutating func loadBatch(_ tape: Tape) {
        for (name, node) in tape.inputs {
            let offset = tape.slots[node].offset
            let isFeatures = name == "x" || name == "x_data"
            if let drawn = training.layers.masks[name] ?? training.layers.augmentation[name] {
                step.values.replaceSubrange(offset..<offset + drawn.count, with: drawn.elements)
            } else if let given = batchByHand[isFeatures ? "x" : "y"] {
                step.values.replaceSubrange(offset..<offset + given.count, with: given.elements)
            } else if let data, batchByHand.isEmpty {
                if isFeatures {
                    step.values.withUnsafeMutableBufferPointer {
                        data.copyTrainingFeatures(training.batch, to: $0.baseAddress! + offset)
                    }
                } else {
                    for (index, place) in training.batch.enumerated() {
                        step.values[offset + index] = data.set.y[data.trainingRows[place]]
                    }
                }
            }
        }
    }

    /// Computes the gradient of the objective with respect to everything it depends on; what is under way is finished.
    mutating func backward() throws(Diagnostic) {
        if step.cursor?.phase == .forward { try advance() }
        if step.cursor?.phase != .backward { try beginBackward() }
        try advance()
    }

    mutating func beginBackward() throws(Diagnostic) {
        if step.cursor != nil { throw unfinished(.backward) }
        guard let objective else {
            throw Diagnostic("there is nothing to minimise", hint: "minimize J, or a net with a loss")
        }
        guard step.isFresh, let tape = step.tape, tape.objective != nil else {
            throw Diagnostic("\(objective) has no fresh value to go back from", hint: "run forward first")
        }
        guard !tape.trained.isEmpty else {
            if !frozen.isEmpty {
                throw Diagnostic(
                    "all parameters behind \(objective) are frozen", hint: "unfreeze lets them train again")
            }
            throw Diagnostic("\(objective) does not depend on any parameter", hint: "w = param(1) makes one")
        }
        step.carried = accumulates ? step.gradients : []
        step.cursor = StepState.Cursor(phase: .backward)
    }

    private mutating func finishBackward() {
        guard let tape = step.tape else { return }
        for index in tape.trainedEntries {
            if accumulates, step.status[index] != .none {
                for element in layout.entries[index].range { step.gradients[element] += step.carried[element] }
            }
            step.status[index] = .computed
            if !step.imposed.isEmpty { step.imposed.remove(layout.entries[index].name) }
        }
        step.hasGradients = true
        training.evaluations += max(batchRows, 1)
    }

    /// Gives up the phase under way; an update that was begun is taken back.
    mutating func dropPhase() {
        guard let phase = step.cursor?.phase else { return }
        if phase == .update, let before = try? start(behind: training.updates) { training = before.training }
        if phase == .forward { step.isFresh = false }
        step.cursor = nil
        step.updating = []
    }

    /// Forward and backward, or the rest of them.
    mutating func computeGradients() throws(Diagnostic) {
        if step.cursor?.phase != .backward { try forward() }
        try backward()
    }

    /// One whole training step, or the rest of the one under way.
    mutating func stepOnce() throws(Diagnostic) {
        if step.cursor?.phase != .update { try computeGradients() }
        try update()
    }

    /// The objective's value in the last forward.
    @inline(__always)  // a call from a step would copy what the session stores in place, 2 KB
    var lossValue: Double? {
        guard let objective, let node = live[objective]?.node, let tape = step.tape, let own = tape.nodes[node] else {
            return nil
        }
        let slot = tape.slots[own]
        return slot.region == .values ? step.values[slot.offset] : tapeValue(own).scalar
    }
}
