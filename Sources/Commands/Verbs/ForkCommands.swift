// fork, forks, switch: several ways on from one moment, side by side.

import Tensors

struct ForkCommand: Command {
    let verb = "fork"
    let group = CommandGroup.time
    let summary = "keeps the session under its name and goes on in a copy with a new name"
    let examples = ["fork fast"]

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[0])
        guard let name = try call.word(0, "a name", example: examples[0]) else {
            throw Diagnostic("the copy needs a name", hint: examples[0], at: call.range)
        }
        guard name != context.session.fork, context.session.forks[name] == nil else {
            throw Diagnostic("there is a fork \(name) already", hint: "switch \(name)", at: call.items[0].range)
        }
        let before = context.session.fork
        context.session.forks[before] = History.Snapshot(context.session.withoutForks)
        context.session.fork = name
        context.say("on \(name); switch \(before) goes back")
    }
}

struct ForksCommand: Command {
    let verb = "forks"
    let group = CommandGroup.time
    let summary = "all forks, with a mark at the present one"
    let examples = ["forks"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        var table = Table(["", "fork", "update", "objective", "optimizer"], numeric: [2, 3])
        let others = context.session.forks.map { ($0.key, $0.value.session) }
        for (name, session) in (others + [(context.session.fork, context.session)]).sorted(by: { $0.0 < $1.0 }) {
            table.rows.append([
                name == context.session.fork ? "→" : "", name, "\(session.training.updates)",
                session.lossValue.map { context.text($0) } ?? "",
                session.optimizer.map { OptimizerCommand.description($0)[0] } ?? "",
            ])
        }
        context.emit(.table(table))
    }
}

struct SwitchCommand: Command {
    let verb = "switch"
    let group = CommandGroup.time
    let summary = "goes on in another fork; the present one is kept as it is"
    let examples = ["switch fast"]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? .words(session.forks.keys) : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[0])
        guard let name = try call.word(0, "a fork's name", example: examples[0]) else {
            throw Diagnostic("which fork?", hint: "forks lists them", at: call.range)
        }
        guard let other = context.session.forks[name] else {
            let isHere = name == context.session.fork
            throw Diagnostic(
                isHere ? "you are on \(name)" : "there is no fork \(name)",
                hint: isHere
                    ? "forks lists the others" : Suggestion.hint(for: name, in: Array(context.session.forks.keys)),
                at: call.items[0].range)
        }
        let here = context.session
        var forks = here.forks
        forks[name] = nil
        forks[here.fork] = History.Snapshot(here.withoutForks)
        context.session = other.session
        context.session.forks = forks
        context.session.fork = name
        context.say("on \(name): update \(context.session.training.updates)")
    }
}

extension Session {
    /// The session as it is kept under its name.
    var withoutForks: Session {
        var result = self
        result.forks = [:]
        return result
    }
}
