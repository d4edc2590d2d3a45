// diff: what changed in the parameters: since the last step, between two updates, or between two forks.

import Formulas
import Tensors

struct DiffCommand: Command {
    let verb = "diff"
    let group = CommandGroup.inspect
    let summary = "what changed since the last step, between two updates, or between two forks"
    let examples = ["diff", "diff 0 10", "diff slow fast"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(2, example: examples[1])
        let session = context.session
        let (old, new): (Session, Session)
        var title: String
        switch call.items.count {
        case 0:
            guard session.training.updates > 0 else {
                throw Diagnostic("this run has made no update yet", hint: "step makes one", at: call.range)
            }
            (old, new) = (try session.moment(session.training.updates - 1), session)
            title = "update \(session.training.updates - 1) → \(session.training.updates)"
        case 1: throw Diagnostic("between which two?", hint: examples[1], at: call.range)
        default:
            (old, new) = (try moment(call.items[0], &context), try moment(call.items[1], &context))
            title = "\(Self.text(call.items[0])) → \(Self.text(call.items[1]))"
        }
        if let (a, b) = Self.losses(old, new) {
            title += "   \(session.objective ?? "loss"): \(context.text(a)) → \(context.text(b))"
        }
        context.say(title)
        var table = Table(["parameter", "norm of change", "largest change", "where", "values"], numeric: [1, 2])
        for entry in new.layout.entries {
            guard let before = old.layout[entry.name], before.shape == entry.shape else { continue }
            table.rows.append(Self.row(entry, before, old, new, context))
        }
        context.emit(.table(table))
    }

    private static func row(
        _ entry: ParameterLayout.Entry, _ before: ParameterLayout.Entry, _ old: Session, _ new: Session,
        _ context: Context
    ) -> [String] {
        let (a, b) = (Array(old.training.parameters[before.range]), Array(new.training.parameters[entry.range]))
        let change = zip(a, b).map { $1 - $0 }
        let norm = Tensor(vector: change).norm
        let largest = change.indices.max { change[$0].magnitude < change[$1].magnitude } ?? 0
        let position = entry.shape.position(of: largest).map(String.init).joined(separator: ",")
        return [
            entry.name, context.text(norm), change.isEmpty ? "" : context.text(change[largest]), "[\(position)]",
            change.isEmpty ? "" : "\(context.text(a[largest])) → \(context.text(b[largest]))",
        ]
    }

    /// A number is an update of this run, a word a fork.
    private func moment(_ item: Item, _ context: inout Context) throws(Diagnostic) -> Session {
        switch item.kind {
        case .word(let name):
            if name == context.session.fork { return context.session }
            guard let fork = context.session.forks[name] else {
                throw Diagnostic(
                    "there is no fork \(name)",
                    hint: Suggestion.hint(for: name, in: Array(context.session.forks.keys)) ?? "fork \(name) makes one",
                    at: item.range)
            }
            return fork.session
        default:
            guard let time = try context.number(item), time == time.rounded() else {
                throw Diagnostic(
                    "an update's number or a fork's name should stand here", hint: examples[1], at: item.range)
            }
            do throws(Diagnostic) { return try context.session.moment(Int(max(min(time, 1e15), -1))) } catch {
                throw error.at(item.range)
            }
        }
    }

    private static func text(_ item: Item) -> String {
        switch item.kind {
        case .word(let name): name
        case .number(let value): "update \(Digits.full.text(value))"
        default: "there"
        }
    }

    private static func losses(_ old: Session, _ new: Session) -> (Double, Double)? {
        guard let a = old.lossValue, let b = new.lossValue else { return nil }
        return (a, b)
    }
}
