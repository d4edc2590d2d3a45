// next and list: one node of the phase under way, and where it stands among the others.

import Formulas
import Learning
import Tensors

struct NextCommand: Command {
    let verb = "next"
    let group = CommandGroup.step
    let summary = "one node further: an operation forward, a gradient backward, a parameter updated"
    let examples = ["next", "next 3"]

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[1])
        let count = try call.count(0, &context, example: examples[1]) ?? 1
        for done in 1...count {
            try context.session.enterPhase()
            let phase = context.session.step.cursor?.phase.rawValue ?? ""
            try context.next()
            guard context.session.step.cursor == nil else { continue }
            if done < count { context.say("the \(phase) is done; next enters what follows") }
            break
        }
    }
}

struct ListCommand: Command {
    let verb = "list"
    let group = CommandGroup.inspect
    let summary = "the nodes of the step, with a mark at the one that comes next"
    let examples = ["list"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        let session = context.session
        guard let tape = session.step.tape else {
            throw Diagnostic("there is no step to list", hint: "next begins one", at: call.range)
        }
        let names = NodeNames(session, tape)
        let phase = session.step.cursor?.phase ?? session.nextPhase
        let done = session.step.cursor?.done ?? 0
        var table = Table(["", "", "", ""])
        func add(_ of: StepState.Cursor.Phase, _ nodes: [Int]) {
            for (index, node) in nodes.enumerated() {
                let mark = of == phase && index == done ? "→" : ""
                let isDone = of == phase ? index < done : of.order < phase.order
                let text = "\(names.label(node)) = \(names.formula(node))"
                table.rows.append([
                    mark, index == 0 ? of.rawValue : "", isDone ? "✓" : "",
                    names.name(node) == nil ? names.label(node) : text,
                ])
            }
        }
        add(.forward, tape.forwardSteps)
        add(.backward, tape.backwardSteps)
        for (index, entry) in session.layout.entries.enumerated() where tape.trained.contains(entry.name) {
            let place = session.step.updating.firstIndex(of: index) ?? index
            let mark = phase == .update && place == done ? "→" : ""
            let isDone = session.step.cursor?.phase == .update && place < done
            table.rows.append([mark, index == 0 ? "update" : "", isDone ? "✓" : "", entry.name])
        }
        context.emit(.table(table))
    }
}

extension StepState.Cursor.Phase {
    fileprivate var order: Int {
        switch self {
        case .forward: 0
        case .backward: 1
        case .update: 2
        }
    }
}

extension Session {
    /// The phase that `next` enters when none is under way.
    var nextPhase: StepState.Cursor.Phase {
        let hasImposed = step.status.contains(.imposed)
        if step.hasGradients && step.isFresh || hasImposed { return .update }
        return step.isFresh ? .backward : .forward
    }

    /// Begins the next phase, unless one is under way.
    mutating func enterPhase() throws(Diagnostic) {
        guard step.cursor == nil else { return }
        switch nextPhase {
        case .forward: try beginForward()
        case .backward: try beginBackward()
        case .update:
            beginSegment()
            try beginUpdate()
        }
    }
}

extension Context {
    /// Does one node of the phase under way and shows it.
    fileprivate mutating func next() throws(Diagnostic) {
        guard let cursor = session.step.cursor else { return }
        let steps = session.steps
        guard cursor.done < steps.count else { return try session.advance(1) }
        let before = session
        try session.advance(1)
        let place = "\(cursor.phase.rawValue) \(cursor.done + 1)/\(steps.count)"
        if cursor.phase == .update {
            showUpdate(of: session.layout.entries[steps[cursor.done]], before: before, place)
            if session.step.cursor == nil {
                session.keepMoment()
                say("update \(session.training.updates) is done")
            }
        } else if let tape = session.step.tape {
            showNode(steps[cursor.done], tape, place)
        }
    }

    private func showNode(_ node: Int, _ tape: Tape, _ place: String) {
        let names = NodeNames(session, tape)
        say("\(place)  \(names.label(node))" + (names.name(node) == nil ? "" : " = \(names.formula(node))"))
        let value = session.tapeValue(node)
        let name = "  \(names.name(node) ?? "result")"
        if value.count <= 40 {
            emit(.tensor(value, name: name, remark: nil, digits: session.digits))
        } else {
            say("\(name) = \(text(value))")
        }
        guard case .operation(let operation, let inputs) = tape.graph.nodes[node].source,
            let local = operation as? Pointwise, local.symbols.first == Pointwise.upstream, inputs.count > 1
        else { return }
        // A gradient: what came in, and the local derivative that multiplies it.
        say("  came in: \(names.label(inputs[0])) = \(text(session.tapeValue(inputs[0])))")
        let slope = local.formula.substituting { $0 == Pointwise.upstream ? 1 : nil }.withoutFactorOne
        let derivative = Pointwise("local", Array(local.symbols.dropFirst()), slope)
        if let value = try? derivative.evaluate(inputs.dropFirst().map { session.tapeValue($0) }) {
            say("  local derivative: \(derivative.label(inputs.dropFirst().map { names.label($0) })) = \(text(value))")
        }
    }

    /// Every line of the rule for one parameter, with the values that it gave.
    private func showUpdate(of entry: ParameterLayout.Entry, before: Session, _ place: String) {
        say("\(place)  \(entry.name)")
        guard let optimizer = session.optimizer else { return }
        var values = before.ruleInputs(entry, optimizer)
        if let norm = before.clippingLength(of: entry) {
            say("  norm = \(text(norm.value)), the length of \(norm.isGlobal ? "all gradients" : "\(entry.name).grad")")
        }
        let clipping = before.clippingResults(entry)
        for (line, result) in clipping { say("  \(line.name) = \(line.formula.text(.ascii)) = \(text(result))") }
        values[Clipping.result] = clipping.last?.result
        if let direction = optimizer.rule.direction, let value = values[NewtonDirection.slot] {
            say("  \(NewtonDirection.slot) = \(direction.text) = \(text(value))")
        }
        if let rate = try? before.rateLine(before: before.training.updates) {
            values["lr"] = Tensor(scalar: rate.result)
            if !before.schedule.isConstant { say("  lr = \(rate.formula.text()) = \(text(rate.result))") }
        }
        for line in clipping.isEmpty ? optimizer.rule.lines : optimizer.rule.lines.map(\.ofClipped) {
            let symbols = line.formula.symbols.filter { values[$0] != nil }
            let operation = Pointwise(line.name, symbols, line.formula)
            guard let result = try? operation.evaluate(symbols.map { values[$0]! }) else { return }
            values[line.name] = result
            let name = line.name == "w" ? entry.name : line.name
            say("  \(name) = \(line.formula.text { $0 == "w" ? entry.name : $0 }) = \(text(result))")
        }
        if let free = values["w"] { showMaxNorm(entry, free) }
    }
}

extension Session {
    /// What the optimizer's rule reads for one parameter, by the names in its formulas; before the update.
    fileprivate func ruleInputs(_ entry: ParameterLayout.Entry, _ optimizer: ChosenOptimizer) -> [String: Tensor] {
        var values: [String: Tensor] = [:]
        for setting in optimizer.settings.declared {
            let number = optimizer.settings.number(setting.name)
            if !number.isNaN { values[setting.name] = Tensor(scalar: number) }
        }
        values["t"] = Tensor(scalar: Double(training.optimizerUpdates))
        values["w"] = Tensor(entry.shape, Array(training.parameters[entry.range]))
        values["grad"] = Tensor(entry.shape, Array(step.gradients[entry.range]))
        for (index, slot) in optimizer.rule.slots.enumerated() {
            let start = index * layout.count + entry.offset
            values[slot.name] = Tensor(entry.shape, Array(training.slots[start..<start + entry.shape.count]))
        }
        return values
    }
}

extension Formula {
    /// The formula with products by 1 removed.
    fileprivate var withoutFactorOne: Formula {
        guard case .apply(let function, let operands) = self else { return self }
        let parts = operands.map(\.withoutFactorOne)
        switch function {
        case .multiply: return parts[0] * parts[1]
        case .divide: return parts[0] / parts[1]
        default: return .apply(function, parts)
        }
    }
}
