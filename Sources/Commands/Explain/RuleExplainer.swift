// RuleExplainer: how the last update of one parameter element came about, line by line of the optimizer's rule.

import Formulas
import Learning
import Tensors

/// The last update of one element: what the rule read, and what its lines gave.
struct ElementUpdate {
    /// One line of the rule with the values that it read.
    struct Line {
        let name: String
        let formula: Formula
        let values: [String: Double]
        let result: Double
    }

    let optimizer: ChosenOptimizer
    /// How the gradient was clipped before the rule read it.
    let clipping: ElementClipping?
    /// What the rule read: `w`, `grad`, the slots, the settings, `t`.
    let inputs: [String: Double]
    /// The line that gives `lr`, where there is a schedule, and those of the rule.
    let lines: [Line]
    /// What the direction was solved from and the element's row in it, when the rule has one.
    var solution: (whole: NewtonSolution, row: Int)?
    /// How the max-norm constraint shortened what the rule gave.
    var constraint: ElementConstraint?

    var before: Double { inputs["w"] ?? .nan }
    var after: Double { constraint?.result ?? lines.last { $0.name == "w" }?.result ?? before }

    /// Runs the rule for one element; `rate` is how its `lr` came about.
    init(
        _ optimizer: ChosenOptimizer, _ inputs: [String: Double], _ clipping: ElementClipping? = nil, rate: Line? = nil
    ) {
        self.optimizer = optimizer
        self.clipping = clipping
        var inputs = inputs
        if let clipping { inputs["grad"] = clipping.result }
        self.inputs = inputs
        var values = inputs
        var lines = rate.map { [$0] } ?? []
        for line in optimizer.rule.lines {
            var read: [String: Double] = [:]
            for symbol in line.formula.symbols { read[symbol] = values[symbol] }
            let result = line.formula.value { values[$0] }
            lines.append(Line(name: line.name, formula: line.formula, values: read, result: result))
            values[line.name] = result
        }
        self.lines = lines
    }
}

extension Session {
    /// The update that gave a parameter's element, or the element's direction, its present value; fails with the reason
    /// when there is none.
    func lastUpdate(
        of entry: ParameterLayout.Entry, _ offset: Int, _ symbol: String, ofDirection: Bool = false
    ) throws(Diagnostic) -> ElementUpdate {
        guard let index = layout.entries.firstIndex(of: entry) else { throw unknown(entry.name) }
        // In an update that is under way the parameters before the cursor are new already, and all directions.
        let isNew =
            step.cursor.map { cursor in
                cursor.phase == .update
                    && step.updating.prefix(ofDirection ? .max : cursor.done).contains(index)
            } ?? false
        if !isNew {
            if let origin = origins[entry.name], origin.updates == training.updates || !training.updated.contains(index)
            {
                throw origin.diagnostic(symbol)
            }
            guard training.updates > 0, training.updated.contains(index) else {
                throw Diagnostic("\(symbol) has not been updated yet", hint: "step makes a training step")
            }
        }
        let past = try start(behind: isNew ? training.updates : training.updates - 1)
        guard let optimizer = past.optimizer, let then = past.layout[entry.name] else {
            throw Diagnostic("no optimizer was chosen at that update")
        }
        // What is clipped by the length of all gradients depends on all of them.
        let updated = isNew ? step.updating : training.updated
        let needsAll = past.clipping?.isGlobal == true || optimizer.rule.direction != nil
        let used = try sessionOfGradients(needsAll ? updated : [index], isNew: isNew)
        let gradient = used.step.gradients[entry.offset + offset]
        var inputs: [String: Double] = [
            "w": past.training.parameters[then.offset + offset], "grad": gradient,
            "t": Double(past.training.optimizerUpdates + 1),
        ]
        for (slot, declared) in optimizer.rule.slots.enumerated() {
            inputs[declared.name] = past.training.slots[slot * past.layout.count + then.offset + offset]
        }
        for setting in optimizer.settings.declared where inputs[setting.name] == nil {
            inputs[setting.name] = optimizer.settings.number(setting.name)
        }
        let clipping = past.clipping.map { clipping in
            used.elementClipping(clipping, index, among: updated, offset, gradient: gradient)
        }
        let line = try past.rateLine(before: past.training.updates)
        inputs["lr"] = line.result
        let rate = past.schedule.isConstant ? nil : line
        let gradients =
            past.maxNorm != nil || optimizer.rule.direction != nil
            ? used.gradientsRead(in: updated, past.clipping) : []
        func constraint(_ solution: NewtonSolution?) -> ElementConstraint? {
            elementConstraint(
                entry, offset, from: past, optimizer, read: gradients, rate: line.result, solution: solution)
        }
        guard let direction = optimizer.rule.direction else {
            var update = ElementUpdate(optimizer, inputs, clipping, rate: rate)
            update.constraint = constraint(nil)
            return update
        }
        let solution = try solution(direction, from: past, gradients, isNew: isNew)
        let row = solution.curvature.row(of: entry, offset)
        inputs[NewtonDirection.slot] = solution.direction[row]
        var update = ElementUpdate(optimizer, inputs, clipping, rate: rate)
        update.solution = (solution, row)
        update.constraint = constraint(solution)
        return update
    }

    /// The session with the gradients of some parameters as the last update used them: still there, or computed again
    /// when a later backward has replaced them.
    private func sessionOfGradients(_ indices: [Int], isNew: Bool) throws(Diagnostic) -> Session {
        func holdsThem(_ session: Session) -> Bool {
            indices.allSatisfy { session.step.status.indices.contains($0) && session.step.status[$0] == .stale }
        }
        // A backward under way has overwritten some of them.
        let isOverwritten = step.cursor?.phase == .backward
        let session = isNew || (holdsThem(self) && !isOverwritten) ? self : try moment(training.updates)
        guard isNew || holdsThem(session) else {
            throw Diagnostic(
                "the gradient of the last update was imposed and is not known any more", hint: "undo goes back")
        }
        return session
    }

    /// The update's lines up to the one that gives `target` (a slot, or `w` for the parameter itself).
    func explanation(of update: ElementUpdate, _ target: String, _ symbol: String) -> Explanation {
        var explanation = Explanation(digits: digits)
        let last = update.lines.lastIndex { $0.name == target } ?? update.lines.count - 1
        // The optimizer reads `w`; the learner knows the parameter by its own name, unless the rule uses that otherwise.
        let isTaken = update.inputs[symbol] != nil || update.lines.contains { $0.name == symbol }
        let parameter = target == "w" && !isTaken ? symbol : "w"
        if let clipping = update.clipping { explanation.add(clipping) }
        let isClipped = update.clipping != nil
        let constraint = target == "w" ? update.constraint : nil
        let free = symbol.replacing("[", with: ".free[")
        for (index, line) in update.lines[...last].enumerated()
        where target == "w" || line.isNeeded(for: target, in: update.lines) {
            let read = isClipped ? Rule.Line(name: line.name, formula: line.formula).ofClipped.formula : line.formula
            let formula = read.substituting { $0 == "w" ? .symbol(parameter) : nil }
            var values = line.values
            if isClipped { values[Clipping.result] = values["grad"] }
            values[parameter] = values["w"] ?? values[parameter]
            let isFree = constraint != nil && index == last
            explanation.add(
                isFree ? free : line.name == "w" ? parameter : line.name, formula, values, line.result)
            if line.name == "lr", line.formula.symbols.contains("t") {
                let isReadBelow = update.lines.contains { $0.name != "lr" && $0.formula.symbols.contains("t") }
                let below = isReadBelow ? "; below, t counts this one too" : ""
                explanation.remark("in lr, t counts the updates done before this one\(below)")
            }
        }
        if let constraint { explanation.add(constraint, parameter, free: free) }
        if let (solution, row) = update.solution {
            explanation.explain(solution, row, symbol: NewtonDirection.slot, indent: 1)
        }
        return explanation
    }
}

extension ElementUpdate.Line {
    /// Whether a line's result goes into `target`.
    fileprivate func isNeeded(for target: String, in lines: [ElementUpdate.Line]) -> Bool {
        if name == target { return true }
        let last = lines.lastIndex { $0.name == target } ?? lines.count
        return lines[..<last].contains {
            $0.name != name && $0.formula.symbols.contains(name) && $0.isNeeded(for: target, in: lines)
        }
            || (last < lines.count && lines[last].formula.symbols.contains(name))
    }
}

/// How a parameter got values other than by an update.
struct Origin: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case typed
        case loaded(String)
        /// The initialiser, its formula for the bound, deviation or value, and what it is called.
        case drawn(Drawn)
        /// The value from which a layer's own parameter starts.
        case started(Double)
        /// Taken from what was trained before.
        case kept(String)
        case earlierRun
        /// Early stopping gave back the value that the parameter had after an epoch.
        case restored(epoch: Int)
        /// The best of a random search, by the number of its draw; with the initialiser that it drew from.
        case found(draw: Int, Drawn?)
    }

    /// A draw of a parameter's first values.
    struct Drawn: Hashable, Sendable {
        let initializer: String
        let distribution: Distribution
        let fanIn: Int
        let fanOut: Int
        let settings: Settings
    }

    let kind: Kind
    /// The update after which it happened.
    let updates: Int

    func diagnostic(_ symbol: String) -> Diagnostic {
        switch kind {
        case .typed: Diagnostic("you set \(symbol) yourself; nothing computed it")
        case .loaded(let file): Diagnostic("\(symbol) was read from \(file)")
        case .drawn(let drawn): Diagnostic("\(symbol) was drawn by \(drawn.initializer)")
        case .found(let draw, _): Diagnostic("\(symbol) was drawn at random: draw \(draw) of a search, the best one")
        case .restored(let epoch):
            Diagnostic("\(symbol) was given back by early stopping as it was after epoch \(epoch)")
        case .started(let value): Diagnostic("\(symbol) starts at \(Digits.full.text(value)); nothing computed it")
        case .kept(let from): Diagnostic("\(symbol) was kept from \(from)", hint: "undo goes back to it")
        case .earlierRun: Diagnostic("\(symbol) comes from an earlier run", hint: "undo goes back to it")
        }
    }

    /// The origin of a network's parameter after `init`.
    static func drawn(_ initializer: Initializer, _ settings: Settings, _ weights: Network.Weights) -> Origin {
        if let start = weights.start { return Origin(kind: .started(start), updates: 0) }
        let drawn = Drawn(
            initializer: initializer.name, distribution: initializer.distribution(settings, isBias: weights.isBias),
            fanIn: weights.fanIn, fanOut: weights.fanOut, settings: settings)
        return Origin(kind: .drawn(drawn), updates: 0)
    }
}
