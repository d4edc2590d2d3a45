// watch, break, display, breakpoints, delete, continue: letting the program stop by itself.

import Tensors

struct WatchCommand: Command {
    let verb = "watch"
    let group = CommandGroup.debug
    let summary = "stops a row of steps when an expression changes"
    let examples = ["watch accuracy(val)"]
    let grammar = Grammar.expression

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        guard let expression = call.expression else { return }
        try context.checkNames(expression)
        let last = try? context.value(expression)
        context.add(.watch(expression, last: last), expression)
    }
}

struct DisplayCommand: Command {
    let verb = "display"
    let group = CommandGroup.debug
    let summary = "prints an expression after every step"
    let examples = ["display norm(W1.grad)"]
    let grammar = Grammar.expression

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        guard let expression = call.expression else { return }
        try context.checkNames(expression)
        context.add(.display(expression), expression)
    }
}

struct BreakCommand: Command {
    let verb = "break"
    let group = CommandGroup.debug
    let summary = "stops a row of steps when a condition holds, or when a number is not finite any more"
    let examples = ["break if norm(W1.grad) > 5", "break on nan"]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? .words(["if", "on"]) : items == ["on"] ? .words(["nan"]) : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if let condition = call.expression, call.items.count == 1 {
            try context.checkNames(condition)
            return context.add(.condition(condition), condition)
        }
        let words = try (0..<call.items.count).map { (index) throws(Diagnostic) in
            try call.word(index, "a word", example: examples[1])
        }
        guard words == ["on", "nan"] else {
            throw Diagnostic("break when?", hint: examples.joined(separator: " · "), at: call.range)
        }
        context.add(.nan, nil)
    }
}

struct BreakpointsCommand: Command {
    let verb = "breakpoints"
    let group = CommandGroup.debug
    let summary = "everything that stops or is displayed, with its number"
    let examples = ["breakpoints"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        if context.session.stops.isEmpty { context.say("nothing stops the steps; break if, break on nan and watch do") }
        for stop in context.session.stops { context.say("\(stop.number)  \(stop.label)") }
    }
}

struct DeleteCommand: Command {
    let verb = "delete"
    let group = CommandGroup.debug
    let summary = "removes a breakpoint, a watch or a display by its number"
    let examples = ["delete 1"]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? session.stops.map { .word("\($0.number)", note: $0.label) } : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[0])
        guard let number = try call.count(0, &context, example: examples[0]) else {
            throw Diagnostic("which number?", hint: "breakpoints lists them", at: call.range)
        }
        guard context.session.stops.contains(where: { $0.number == number }) else {
            throw Diagnostic("there is no number \(number)", hint: "breakpoints lists them", at: call.items[0].range)
        }
        context.session.stops.removeAll { $0.number == number }
    }
}

struct ContinueCommand: Command {
    let verb = "continue"
    let group = CommandGroup.debug
    let summary = "goes on with the steps that a stop has ended"
    let examples = ["continue"]
    let effect = Effect.steps

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        guard let rest = context.session.interrupted else {
            throw Diagnostic("no steps were stopped", hint: "step 100 makes some", at: call.range)
        }
        try rest.run(&context)
    }
}

extension Context {
    /// Fails on names that do not exist; ones without a value yet are fine.
    fileprivate func checkNames(_ expression: Expression) throws(Diagnostic) {
        for name in expression.names
        where !(session.names + Session.scalars + ["pi", "inf", "nan", "train", "val"]).contains(name) {
            throw session.unknown(name).at(expression.range)
        }
    }

    fileprivate mutating func add(_ kind: Stop.Kind, _ expression: Expression?) {
        let number = (session.stops.last?.number ?? 0) + 1
        let stop = Stop(number: number, text: expression?.text ?? "", kind: kind)
        session.stops.append(stop)
        say("\(number)  \(stop.label)")
    }
}
