// back, goto, undo, redo, history: time runs both ways.

import Tensors

struct BackCommand: Command {
    let verb = "back"
    let group = CommandGroup.time
    let summary = "the training state of n updates ago, bit for bit"
    let examples = ["back", "back 99"]

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[1])
        let count = try call.count(0, &context, example: examples[1]) ?? 1
        let updates = context.session.training.updates
        guard count <= updates else {
            throw Diagnostic(
                updates == 0 ? "this run has made no update yet" : "this run has made only \(updates) updates",
                hint: updates == 0 ? "undo takes back lines" : "back \(updates) goes to its start", at: call.range)
        }
        try context.go(to: updates - count, call)
    }
}

struct GotoCommand: Command {
    let verb = "goto"
    let group = CommandGroup.time
    let summary = "the training state after update T of the present run; goto 0 is its start"
    let examples = ["goto 0", "goto 50"]

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[1])
        guard let time = try call.count(0, lowest: 0, &context, example: examples[1]) else {
            throw Diagnostic("which update?", hint: examples[1], at: call.range)
        }
        try context.go(to: time, call)
    }
}

struct UndoCommand: Command {
    let verb = "undo"
    let group = CommandGroup.time
    let summary = "takes back the last line that changed something, or the last n"
    let examples = ["undo", "undo 3"]
    let effect = Effect.time

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[1])
        let count = try call.count(0, &context, example: examples[1]) ?? 1
        for line in try context.workbench.travel(-count) { context.say("undone: \(line)") }
        try context.workbench.followHistory()
    }
}

struct RedoCommand: Command {
    let verb = "redo"
    let group = CommandGroup.time
    let summary = "does again what undo took back"
    let examples = ["redo", "redo 3"]
    let effect = Effect.time

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[1])
        let count = try call.count(0, &context, example: examples[1]) ?? 1
        for line in try context.workbench.travel(count) { context.say("done again: \(line)") }
        try context.workbench.followHistory()
    }
}

struct HistoryCommand: Command {
    let verb = "history"
    let group = CommandGroup.time
    let summary = "the lines that led here; undo takes them back from the end"
    let examples = ["history"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        let lines = context.workbench.history.lines
        if lines.isEmpty { context.say("nothing has been changed yet") }
        for (index, entry) in lines.enumerated() {
            let ago = lines.count - index
            let number = String(repeating: " ", count: max(0, 4 - "\(ago)".count)) + "\(ago)"
            context.say("\(number)  \(entry.title)")
        }
    }
}

extension Context {
    mutating func go(to time: Int, _ call: Call) throws(Diagnostic) {
        do throws(Diagnostic) {
            if let note = try session.go(to: time) { say(note) }
        } catch { throw error.at(call.range) }
        say("update \(time)" + (session.lossValue == nil ? "" : ": \(lossText)"))
    }
}

extension String {
    /// The text without blanks at its ends.
    var trimmed: String {
        var rest = Substring(self)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
