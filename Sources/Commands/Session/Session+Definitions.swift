// Changing what names stand for: values, parameters and live names.

import Formulas
import Learning
import Tensors

extension Session {
    // MARK: Values and parameters

    /// Gives a plain name its value. Returns what it replaced, in words.
    mutating func definePlain(_ name: String, _ value: Tensor) -> String? {
        let note = forget(name)
        plain[name] = value
        return note
    }

    /// Makes a parameter, or gives an existing one of the same shape a new value.
    mutating func defineParameter(_ name: String, _ value: Tensor) -> String? {
        if let entry = layout[name], entry.shape == value.shape {
            training.parameters.replaceSubrange(entry.range, with: value.elements)
            clearGradient(name)
            parametersChanged()
            origins[name] = Origin(kind: .typed, updates: training.updates)
            return nil
        }
        let note = forget(name)
        append([(name, value)])
        origins[name] = Origin(kind: .typed, updates: training.updates)
        return note
    }

    /// Adds parameters at the end; slots and gradients of the others stay.
    mutating func append(_ added: [(String, Tensor)]) {
        let old = layout
        for (name, value) in added { layout.append(name, value.shape) }
        rearrange(from: old)
        for (name, value) in added {
            training.parameters.replaceSubrange(layout[name]!.range, with: value.elements)
            leaves[name] = graph.parameter(name, value.shape)
        }
        parametersChanged()
    }

    /// Moves parameters, slots and gradients from an old layout to the present one.
    private mutating func rearrange(from old: ParameterLayout) {
        func moved(_ source: [Double], _ block: Int, initial: Double) -> [Double] {
            var result = [Double](repeating: initial, count: layout.count)
            for entry in layout.entries {
                guard let before = old[entry.name], source.count >= (block + 1) * old.count else { continue }
                let start = block * old.count + before.offset
                result.replaceSubrange(entry.range, with: source[start..<start + before.shape.count])
            }
            return result
        }
        training.parameters = moved(training.parameters, 0, initial: 0)
        training.slots = (optimizer?.rule.slots ?? []).enumerated().flatMap {
            moved(training.slots, $0, initial: $1.initial)
        }
        step.gradients = moved(step.gradients, 0, initial: 0)
        let status = Dictionary(zip(old.entries.map(\.name), step.status), uniquingKeysWith: { first, _ in first })
        step.status = layout.entries.map { status[$0.name] ?? .none }
        training.updated = []
        track = Track(track.limits)
        tapes = [:]
    }

    /// Writes elements of an existing parameter.
    mutating func setParameter(_ name: String, _ value: Tensor, _ kind: Origin.Kind = .typed) throws(Diagnostic) {
        guard let entry = layout[name] else { throw unknown(name) }
        origins[name] = Origin(kind: kind, updates: training.updates)
        training.parameters.replaceSubrange(entry.range, with: value.elements)
        parametersChanged()
    }

    /// Imposes a gradient on a parameter.
    mutating func setGradient(_ name: String, _ value: Tensor) throws(Diagnostic) {
        guard let index = layout.entries.firstIndex(where: { $0.name == name }) else {
            throw Diagnostic("\(name) is no parameter", hint: "only a parameter's gradient can be imposed")
        }
        if frozen.contains(name) { throw Diagnostic("\(name) is frozen", hint: "unfreeze \(name)") }
        step.gradients.replaceSubrange(layout.entries[index].range, with: value.elements)
        step.status[index] = .imposed
        step.imposed.insert(name)
    }

    private mutating func clearGradient(_ name: String) {
        if let index = layout.entries.firstIndex(where: { $0.name == name }) { step.status[index] = .none }
    }

    mutating func parametersChanged() {
        step.isFresh = false
        freshNames.removeAll()
    }

    // MARK: Live names

    mutating func defineLive(
        _ name: String, _ node: Int, in graph: Graph, initial: Tensor?
    ) throws(Diagnostic) -> String? {
        let wasObjective = (parts?.minimized ?? objective) == name
        let note = forget(name)
        self.graph = graph
        live[name] = Live(node: node, initial: initial)
        liveOrder.append(name)
        if initial != nil { freshNames.insert(name) }
        // A new definition of what is minimised is minimised from now on.
        if wasObjective, graph.nodes[node].shape.count == 1 { try minimize(name) }
        tapes = [:]
        return note
    }

    /// Removes a name from everything it may stand for, with the live names that depend on it when it is a parameter.
    /// Returns what was lost, in words.
    mutating func forget(_ name: String) -> String? {
        plain[name] = nil
        batchByHand[name] = nil
        var lost: [String] = []
        let (hadNetwork, hadStack) = (network != nil, stack != nil)
        if isParameter(name) { lost = removeParameters([name]) }
        let losesNetwork = hadNetwork && network == nil
        if live[name] != nil {
            if (parts?.minimized ?? objective) == name {
                objective = nil
                step.isFresh = false
            }
            removeLive([name])
        }
        if hadStack, stack == nil { return "the machine had another \(name) and is gone; rbm builds it again" }
        if losesNetwork { return "the net had another \(name) and is gone; net builds it again" }
        return lost.isEmpty ? nil : "\(lost.joined(separator: ", ")) depended on the old \(name): define again"
    }

    mutating func removeLive(_ names: Set<String>) {
        var names = names
        if let parts, names.contains(parts.minimized) {
            // Without what is minimised there is nothing to which a penalty could be added.
            self.parts = nil
            names.formUnion(Self.partNames)
        }
        for name in names { live[name] = nil }
        liveOrder.removeAll { names.contains($0) }
        if let objective, names.contains(objective) { self.objective = nil }
        tapes = [:]
    }

    /// Removes parameters and everything that was built on them. Returns the live names that went with them.
    mutating func removeParameters(_ names: Set<String>) -> [String] {
        if let network, !names.isDisjoint(with: network.weights.map(\.name)) {
            // Without one of its weights the network is gone; its other weights stay as parameters.
            self.network = nil
            networkOutput = nil
            evaluation = nil
            training.layers = LayerState()
            removeLive(Set(lossParts + ["out", "loss"]))
            lossParts = []
        }
        if let stack, !names.isDisjoint(with: stack.parameterNames) {
            leavePretraining()
            self.stack = nil
        }
        let depends = graph.dependents {
            if case .parameter(let name) = $0.source { names.contains(name) } else { false }
        }
        let lost = liveOrder.filter { depends[live[$0]!.node] }
        let reported = parts == nil ? lost : lost.filter { !Self.partNames.contains($0) }
        removeLive(Set(lost))
        if !lost.isEmpty { step = StepState(gradients: step.gradients, status: step.status) }
        let old = layout
        layout = layout.removing(names)
        frozen.subtract(names)
        for name in names { leaves[name] = nil }
        rearrange(from: old)
        return reported
    }
}
