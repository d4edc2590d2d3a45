// why: the last change of one parameter element, split into parts that add up to it.

import Formulas
import Learning
import Tensors

struct WhyCommand: Command {
    let verb = "why"
    let group = CommandGroup.inspect
    let summary = "the last change of one parameter's element, split into parts that add up to it"
    let examples = ["why W1[0,0]"]
    let grammar = Grammar.expression
    let effect = Effect.none

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? .words(session.layout.entries.map(\.name)) : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        guard let expression = call.expression else { return }
        let (entry, offset, symbol) = try context.session.parameterElement(expression, example: examples[0])
        let update: ElementUpdate
        do throws(Diagnostic) { update = try context.session.lastUpdate(of: entry, offset, symbol) } catch {
            throw error.at(expression.range)
        }
        let parts = update.parts
        let change = update.after - update.before
        let total = parts.reduce(0) { $0 + $1.amount.magnitude }
        var table = Table(["part", "change", "share"], numeric: [1, 2])
        for part in parts {
            let share = total == 0 ? 0 : part.amount.magnitude / total * 100
            table.rows.append([part.name, context.text(part.amount), "\(Digits.fixed(share, decimals: 1)) %"])
        }
        table.rows.append(["together", context.text(change), ""])
        context.say(
            "\(symbol): \(context.text(update.before)) → \(context.text(update.after)) by \(update.optimizer.member.name)"
        )
        context.emit(.table(table))
    }
}

extension ElementUpdate {
    /// A part of a change.
    struct Part {
        let name: String
        let amount: Double
    }

    /// The change taken apart: each part is what the change loses when its cause is taken away, one after the other;
    /// what is left at the end is the gradient's. So they add up to the change.
    var parts: [Part] {
        var inputs = self.inputs
        var parts: [Part] = []
        var rest = after - before
        func takeAway(_ name: String, _ change: (inout [String: Double]) -> Void) {
            change(&inputs)
            let without = ElementUpdate(optimizer, inputs)
            let left = without.after - without.before
            if left != rest { parts.append(Part(name: name, amount: rest - left)) }
            rest = left
        }
        if constraint != nil { takeAway("max norm") { _ in } }
        if optimizer.settings["weight_decay"] != nil, optimizer.settings.number("weight_decay") != 0 {
            takeAway("weight decay") { $0["weight_decay"] = 0 }
        }
        // What names mean is known of the catalogue only; in a rule of one's own m may be anything.
        let isBuiltIn = Catalog.optimizers.contains { $0.name == optimizer.member.name }
        let momentum = optimizer.rule.slots.filter { isBuiltIn && ["velocity", "m"].contains($0.name) }
        if !momentum.isEmpty {
            takeAway("momentum from before") { for slot in momentum { $0[slot.name] = 0 } }
        }
        if isBuiltIn, optimizer.settings["bias_correction"] == nil || optimizer.settings.isOn("bias_correction"),
            optimizer.rule.lines.contains(where: { $0.formula.symbols.contains("t") }),
            optimizer.settings["beta1"] != nil
        {
            // After infinitely many updates there is nothing to correct.
            let hasHats = optimizer.rule.lines.contains { $0.name == "mhat" }
            takeAway("bias correction" + (hasHats ? " (mhat, vhat for m, v)" : "")) { $0["t"] = .infinity }
        }
        for slot in optimizer.rule.straightSlots where !momentum.contains(slot) {
            takeAway("\(slot.name) from before") { $0[slot.name] = 0 }
        }
        if optimizer.rule.direction != nil {
            takeAway("curvature (direction for grad)") { $0[NewtonDirection.slot] = $0["grad"] }
        }
        if let clipping { takeAway("clipping") { $0["grad"] = clipping.gradient } }
        parts.append(Part(name: "gradient", amount: rest))
        return parts.reversed()
    }
}

extension Session {
    /// The parameter's element that an expression like `W1[0,0]` names.
    func parameterElement(
        _ expression: Expression, example: String
    ) throws(Diagnostic) -> (entry: ParameterLayout.Entry, offset: Int, symbol: String) {
        var (owner, indices) = (expression, [Expression.Index]())
        if case .index(let inner, let parts) = expression.kind { (owner, indices) = (inner, parts) }
        guard case .name(let name) = owner.kind else {
            throw Diagnostic("a parameter's element should stand here", hint: example, at: expression.range)
        }
        guard let entry = layout[name] else {
            throw names.contains(name)
                ? Diagnostic("\(name) is no parameter", hint: example, at: owner.range) : unknown(name).at(owner.range)
        }
        var evaluator = Evaluator(self)
        let slice = try evaluator.slice(indices)
        let part = try located(expression.range) { () throws(OperationError) in try slice.shape([entry.shape]) }
        guard part.count == 1 else {
            let zeros = entry.shape.axes.map { _ in "0" }.joined(separator: ",")
            throw Diagnostic(
                "\(name) has shape \(entry.shape): which element?", hint: "why \(name)[\(zeros)]", at: expression.range)
        }
        let offset = slice.offset(in: entry.shape)
        let index = entry.shape.position(of: offset).map(String.init).joined(separator: ",")
        return (entry, offset, entry.shape.rank == 0 ? name : "\(name)[\(index)]")
    }
}
