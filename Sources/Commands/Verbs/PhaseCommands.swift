// forward, backward, update, accumulate: the phases of a training step, one at a time.

import Tensors

struct ForwardCommand: Command {
    let verb = "forward"
    let group = CommandGroup.step
    let summary = "computes everything from the present parameters, on the next batch if the last one is used"
    let examples = ["forward"]

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        try context.session.forward()
        if context.session.step.shifted != nil {
            context.say("at the point that lies ahead by the velocity, where this optimizer takes the gradient")
        }
        context.showObjective()
    }
}

struct BackwardCommand: Command {
    let verb = "backward"
    let group = CommandGroup.step
    let summary = "computes the gradient of the objective, from the loss back to the parameters"
    let examples = ["backward"]

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        try context.session.backward()
        context.showGradients()
    }
}

struct UpdateCommand: Command {
    let verb = "update"
    let group = CommandGroup.step
    let summary = "changes the parameters by the optimizer's rule"
    let examples = ["update"]

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        let before = context.session
        try context.session.trackedUpdate()
        context.showClipping(of: context.session.training.updated)
        context.showChanges(since: before)
    }
}

struct AccumulateCommand: Command {
    let verb = "accumulate"
    let group = CommandGroup.step
    let summary = "on: backward adds to the gradients that are there; off: it replaces them"
    let examples = ["accumulate on", "accumulate off"]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? .words(["on", "off"], now: session.accumulates ? "on" : "off") : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[0])
        guard let word = try call.word(0, "on or off", example: examples[0]), ["on", "off"].contains(word) else {
            throw Diagnostic("accumulate is on or off", hint: examples[0], at: call.range)
        }
        context.session.accumulates = word == "on"
    }
}

extension Context {
    /// The objective's value, by name; before it the parts that it is made of.
    func showObjective() {
        let parts = session.parts.map { [$0.minimized == "loss" ? "data_loss" : $0.minimized, "penalty"] } ?? []
        for name in parts + [session.objective].compactMap({ $0 }) {
            guard let value = try? session.value(of: name) else { return }
            emit(.tensor(value, name: name, remark: nil, digits: session.digits))
        }
    }

    /// Each parameter's gradient: its value when small, else its norm.
    func showGradients() {
        for (entry, status) in zip(session.layout.entries, session.step.status) where status == .computed {
            guard let gradient = try? session.member("grad", of: entry.name) else { continue }
            if gradient.count <= 24 {
                let remark = session.accumulates ? "added to what was there" : nil
                emit(.tensor(gradient, name: "\(entry.name).grad", remark: remark, digits: session.digits))
            } else {
                let norm = gradient.norm
                say("\(entry.name).grad \(entry.shape): norm \(text(norm))")
            }
        }
    }

    /// Each parameter that differs from `before`: both values when small, else the size of the change.
    func showChanges(since before: Session) {
        for entry in session.layout.entries {
            guard let old = try? before.value(of: entry.name), let new = try? session.value(of: entry.name) else {
                continue
            }
            if old.hasSameBits(as: new) { continue }
            if new.count <= 4 {
                say("\(entry.name): \(text(old)) → \(text(new))")
            } else {
                let largest = zip(old.elements, new.elements).map { ($1 - $0).magnitude }.max() ?? 0
                say("\(entry.name) \(entry.shape): largest change \(text(largest))")
            }
        }
    }
}
