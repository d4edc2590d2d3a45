// What names stand for: parameters, live names, captured values, members, and the session's own scalars.

import Formulas
import Learning
import Tensors

extension Session {
    /// Scalars of the session that can be read like names.
    static let scalars = ["lr", "t", "epoch", "loss"]
    /// What stands for the values of the last `trials`.
    static let trialsName = "trials"
    /// Names that cannot be given to anything.
    static let reserved = ["t", "epoch", "param", "if", "until", "and", "or", "not"]

    /// Every name that has a value or a definition, for completion and suggestions.
    public var names: [String] {
        Array(plain.keys) + layout.entries.map(\.name) + liveOrder + Array(leaves.keys.filter { isBatchName($0) })
            + stateNames + augmentationNames + (trials.values.isEmpty ? [] : [Self.trialsName])
    }

    func isParameter(_ name: String) -> Bool { layout[name] != nil }

    /// Whether `name` is a part of the batch: with a network or data, and not used for something else.
    func isBatchName(_ name: String) -> Bool {
        (name == "x" || name == "y") && (inputWidth != nil || data != nil) && plain[name] == nil && !isParameter(name)
            && live[name] == nil
    }

    /// The present value of a name.
    package func value(of name: String) throws(Diagnostic) -> Tensor {
        if let value = plain[name] { return value }
        if let entry = layout[name] { return Tensor(entry.shape, Array(training.parameters[entry.range])) }
        if let value = live[name] { return try storedValue(value, name) }
        if isBatchName(name) { return try batchValue(name) }
        if let value = try layerState(name) { return value }
        switch name {
        case "lr": return Tensor(scalar: try rate(before: training.updates))
        case "t": return Tensor(scalar: Double(training.updates))
        case "epoch": return Tensor(scalar: Double(training.epoch))
        case "loss":
            guard let objective else { throw noLoss }
            return try value(of: objective)
        case Self.trialsName: return Tensor(vector: try measuredTrials().values)
        case "pi": return Tensor(scalar: .pi)
        case "inf": return Tensor(scalar: .infinity)
        case "nan": return Tensor(scalar: .nan)
        default: throw unknown(name)
        }
    }

    func unknown(_ name: String) -> Diagnostic {
        if name == "loss" { return noLoss }
        if CommandCatalog.command(name) != nil {
            return Diagnostic("\(name) is a command and has no value", hint: "help \(name)")
        }
        return Diagnostic(
            "there is no \(name)",
            hint: Suggestion.nearest(to: name, in: names + Self.scalars + CommandCatalog.all.map(\.verb))
                .map { "did you mean \($0)?" } ?? "\(name) = … defines it")
    }

    private var noLoss: Diagnostic {
        Diagnostic("there is no loss yet", hint: "loss mse, or minimize NAME, says what it is")
    }

    private func storedValue(_ value: Live, _ name: String) throws(Diagnostic) -> Tensor {
        if let tape = step.tape, let node = tape.nodes[value.node] { return tapeValue(node) }
        if let initial = value.initial { return initial }
        throw Diagnostic("\(name) has no value yet", hint: "run forward first")
    }

    /// The value of a node of the last step's plan.
    func tapeValue(_ node: Int) -> Tensor {
        step.tape!.value(
            node, parameters: step.shifted ?? training.parameters, gradients: step.gradients, values: step.values)
    }

    private func batchValue(_ name: String) throws(Diagnostic) -> Tensor {
        if let augmented = try augmentedBatch(), augmented.tape.names[name] != nil { return augmented.batch[name]! }
        if let value = batchByHand[name] { return value }
        if let data, !training.batch.isEmpty {
            let rows = training.batch.map { data.trainingRows[$0] }
            return name == "x" ? data.features(rows) : data.targets(rows)
        }
        throw Diagnostic("\(name) has no value yet", hint: "run forward, which draws a batch, or give \(name) = …")
    }

    /// Whether the stored value of a live name belongs to earlier parameters.
    func isStale(_ name: String) -> Bool {
        guard let value = live[name] else { return false }
        if case .parameter = graph.nodes[value.node].source { return false }
        guard let tape = step.tape, let node = tape.nodes[value.node] else { return !freshNames.contains(name) }
        if let cursor = step.cursor, cursor.phase == .forward {
            return tape.forwardSteps[cursor.done...].contains(node)
        }
        return !step.isFresh
    }

    /// What is to be known about a gradient beside its value, if anything.
    func gradientRemark(_ name: String) -> String? {
        let index = layout.entries.firstIndex { $0.name == name }
        switch index.map({ step.status[$0] }) {
        case .stale: return "stale: the last update has used it"
        case .imposed: return "imposed"
        case .computed where !step.isFresh && step.cursor?.phase != .update:
            return "stale: of the parameters before the last change"
        default: return nil
        }
    }

    /// `W1.grad`, `W1.m`, `z1.grad`.
    func member(_ member: String, of name: String) throws(Diagnostic) -> Tensor {
        if member == "grad" { return try gradient(of: name) }
        if name == Self.trialsName { return try trialsMember(member) }
        guard let entry = layout[name] else {
            if live[name] == nil, plain[name] == nil, !isBatchName(name) { throw unknown(name) }
            throw Diagnostic("\(name) has no \(member)", hint: "only parameters have optimizer buffers")
        }
        if optimizer == nil, Suggestion.nearest(to: member, in: ["grad"]) != nil {
            throw Diagnostic("\(name) has no \(member)", hint: "did you mean \(name).grad?")
        }
        let slots = try chosenOptimizer().rule.slots.map(\.name)
        guard let slot = slots.firstIndex(of: member) else {
            let own = slots.isEmpty ? "it keeps no buffers" : "it keeps \(slots.joined(separator: ", "))"
            throw Diagnostic("\(try chosenOptimizer().member.name) has no buffer \(member)", hint: own)
        }
        let start = slot * layout.count
        return Tensor(
            entry.shape, Array(training.slots[start + entry.range.lowerBound..<start + entry.range.upperBound]))
    }

    private func gradient(of name: String) throws(Diagnostic) -> Tensor {
        if let index = layout.entries.firstIndex(where: { $0.name == name }) {
            let entry = layout.entries[index]
            guard step.status.indices.contains(index), step.status[index] != .none else {
                throw missingGradient(name)
            }
            return Tensor(entry.shape, Array(step.gradients[entry.range]))
        }
        guard live[name] != nil || isBatchName(name) else {
            if plain[name] != nil {
                throw Diagnostic(
                    "\(name) is a plain value and has no gradient", hint: "\(name) = param(…) makes a parameter")
            }
            throw unknown(name)
        }
        if live[name] == nil, leaves[name] != nil { return try inputGradient(of: name).gradient }
        let node = live[name]?.node
        guard let tape = step.tape, step.hasGradients, let own = node.flatMap({ tape.nodes[$0] }),
            let gradient = tape.gradients[own]
        else { throw missingGradient(name) }
        return tapeValue(gradient)
    }

    private func missingGradient(_ name: String) -> Diagnostic {
        if frozen.contains(name) {
            return Diagnostic("\(name) is frozen, so there is no \(name).grad", hint: "unfreeze \(name)")
        }
        if step.hasGradients, let objective {
            return Diagnostic("\(objective) does not depend on \(name), so there is no \(name).grad")
        }
        return Diagnostic("\(name).grad has no value yet", hint: "run forward and backward first")
    }

    @inline(__always)  // a call from a step would copy what the session stores in place, 2 KB
    func chosenOptimizer() throws(Diagnostic) -> ChosenOptimizer {
        guard let optimizer else {
            throw Diagnostic("no optimizer is chosen", hint: "optimizer sgd lr=0.1")
        }
        return optimizer
    }
}
