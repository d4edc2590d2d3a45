// freeze, unfreeze: parameters that training leaves alone.

import Learning
import Tensors

struct FreezeCommand: Command {
    let verb = "freeze"
    let group = CommandGroup.build
    let summary = "parameters that get no gradient and no update until unfreeze; without a name: which are frozen"
    let examples = ["freeze W1", "freeze W1 b1", "freeze"]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        .words(session.layout.entries.map(\.name).filter { !session.frozen.contains($0) && !items.contains($0) })
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let names = try call.parameterNames(context, example: examples[0])
        guard !names.isEmpty else {
            let frozen = context.session.layout.entries.map(\.name).filter { context.session.frozen.contains($0) }
            return context.say(frozen.isEmpty ? "nothing is frozen" : "frozen: \(frozen.joined(separator: " "))")
        }
        context.session.setFrozen(context.session.frozen.union(names))
    }
}

struct UnfreezeCommand: Command {
    let verb = "unfreeze"
    let group = CommandGroup.build
    let summary = "lets training change frozen parameters again; without a name all of them"
    let examples = ["unfreeze W1", "unfreeze"]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        .words(session.frozen.filter { !items.contains($0) }.sorted())
    }

    func changesPlan(_ call: Call) -> Bool { true }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let names = try call.parameterNames(context, example: examples[0])
        context.session.setFrozen(names.isEmpty ? [] : context.session.frozen.subtracting(names))
    }
}

extension Call {
    /// The parameters that the words name.
    fileprivate func parameterNames(_ context: Context, example: String) throws(Diagnostic) -> [String] {
        if let key = keys.first { throw Diagnostic("\(verb) takes no keys", hint: example, at: key.range) }
        var names: [String] = []
        for index in items.indices {
            guard let name = try word(index, "a parameter", example: example) else { continue }
            guard context.session.isParameter(name) else {
                throw Diagnostic(
                    "\(name) is no parameter",
                    hint: Suggestion.hint(for: name, in: context.session.layout.entries.map(\.name)),
                    at: items[index].range)
            }
            names.append(name)
        }
        return names
    }
}

extension Session {
    /// Says which parameters are frozen; the gradients of those go.
    mutating func setFrozen(_ names: Set<String>) {
        frozen = names
        for (index, entry) in layout.entries.enumerated() where names.contains(entry.name) {
            step.status[index] = .none
            step.imposed.remove(entry.name)
            if step.gradients.count == layout.count {
                for element in entry.range { step.gradients[element] = 0 }
            }
        }
        step.isFresh = false
        step.hasGradients = false
        tapes = [:]
    }
}
