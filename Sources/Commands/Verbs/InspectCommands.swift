// print, params, grads, state: values, parameters, gradients and buffers.

import Formulas
import Tensors

struct PrintCommand: Command {
    let verb = "print"
    let group = CommandGroup.inspect
    let summary = "the value of an expression; an expression alone on a line does the same"
    let examples = ["print 2 * 3", "norm([3, 4])"]
    let grammar = Grammar.expression
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if let expression = call.expression { try context.show(expression) }
    }
}

struct ParamsCommand: Command {
    let verb = "params"
    let group = CommandGroup.inspect
    let summary = "all parameters with their shapes and counts"
    let examples = ["params"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        guard !context.session.layout.entries.isEmpty else { return context.say("there are no parameters yet") }
        var table = Table(["name", "shape", "count", "value"], numeric: [2])
        for entry in context.session.layout.entries {
            let value = try context.session.value(of: entry.name)
            table.rows.append([entry.name, "\(entry.shape)", "\(entry.shape.count)", context.text(value)])
        }
        context.emit(.table(table))
        let biases = Set(context.session.network?.weights.filter(\.isBias).map(\.name) ?? [])
        if !biases.isEmpty {
            let entries = context.session.layout.entries
            let count = entries.filter { biases.contains($0.name) }.reduce(0) { $0 + $1.shape.count }
            context.say(
                "\(context.session.layout.count - count) weights + \(count) biases = \(context.session.layout.count) parameters"
            )
        } else {
            context.say("\(context.session.layout.count) parameters")
        }
    }
}

struct GradsCommand: Command {
    let verb = "grads"
    let group = CommandGroup.inspect
    let summary = "all gradients with their norms, and how each came about"
    let examples = ["grads"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        let session = context.session
        guard session.step.status.contains(where: { $0 != .none }) else {
            throw Diagnostic("there are no gradients yet", hint: "run forward and backward first", at: call.range)
        }
        var table = Table(["gradient", "shape", "norm", "", "value"], numeric: [2])
        for (entry, status) in zip(session.layout.entries, session.step.status) {
            guard status != .none, let value = try? session.member("grad", of: entry.name) else { continue }
            let norm = value.norm
            table.rows.append([
                "\(entry.name).grad", "\(entry.shape)", context.text(norm), Self.words[status] ?? "",
                context.text(value),
            ])
        }
        context.emit(.table(table))
    }

    static let words: [StepState.Gradient: String] = [.stale: "used", .imposed: "imposed", .computed: ""]
}

struct StateCommand: Command {
    let verb = "state"
    let group = CommandGroup.inspect
    let summary = "the optimizer's buffers, of all parameters or of one"
    let examples = ["state", "state W1"]
    let effect = Effect.none

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? .words(session.layout.entries.map(\.name)) : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[1])
        let session = context.session
        let optimizer = try session.chosenOptimizer()
        var entries = session.layout.entries
        if let name = try call.word(0, "a parameter", example: examples[1]) {
            guard let entry = session.layout[name] else { throw session.unknown(name).at(call.items[0].range) }
            entries = [entry]
        }
        guard !optimizer.rule.slots.isEmpty else {
            return context.say("\(optimizer.member.name) keeps no buffers here")
        }
        context.say("\(optimizer.member.name), \(session.training.optimizerUpdates) updates")
        var table = Table(["buffer", "shape", "value"])
        for entry in entries {
            for slot in optimizer.rule.slots {
                let value = try session.member(slot.name, of: entry.name)
                table.rows.append(["\(entry.name).\(slot.name)", "\(entry.shape)", context.text(value)])
            }
        }
        context.emit(.table(table))
    }
}
