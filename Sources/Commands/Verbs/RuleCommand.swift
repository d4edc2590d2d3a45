// rule: an optimizer of one's own, as a list of assignments.

import Learning

struct RuleCommand: Command {
    static let example = "rule mine lr=0.1 { v = 0.9*v + grad; w = w - lr*v }"

    let verb = "rule"
    let group = CommandGroup.build
    let summary =
        "an optimizer of your own: from w, grad (or g), t and keys to a new w; a name read before it is set is a buffer, "
        + "which begins at 0 or at the key of its name"
    let examples = [
        example, "rule slow lr=0.1 beta=0.9 v=1 { v = beta*v + (1 - beta)*g^2; w = w - lr*g/(sqrt(v) + 1e-8) }", "rule",
    ]
    let grammar = Grammar.rule

    func changesPlan(_ call: Call) -> Bool { false }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        guard let name = try call.word(0, "a name", example: Self.example) else {
            return try list(call, context)
        }
        try call.atMost(1, example: Self.example)
        guard let block = call.block else {
            throw Diagnostic("the rule \(name) has no block", hint: Self.example, at: call.range)
        }
        try check(name, at: call.items[0].range)
        var settings = try call.declaredSettings(taken: RuleReader.given + ["w", "g"], &context)
        if !settings.contains(where: { $0.name == "lr" }) { settings.insert(Call.rateSetting, at: 0) }
        let reader = RuleReader(
            session: context.session, name: name, settings: settings, block: block, range: call.items[0].range)
        let optimizer = try reader.optimizer()
        let isInUse = context.session.optimizer?.member.name == name
        context.session.own.define(optimizer)
        report(optimizer, unused: reader.unusedKeys(optimizer), isInUse: isInUse, context)
    }

    private func check(_ name: String, at range: Range<Int>) throws(Diagnostic) {
        guard Catalog.optimizers.contains(where: { $0.name == name }) else { return }
        throw Diagnostic(
            "\(name) is built in and cannot be another rule", hint: "choose another name, such as my_\(name)", at: range
        )
    }

    private func list(_ call: Call, _ context: Context) throws(Diagnostic) {
        if call.block != nil || !call.elements.isEmpty {
            throw Diagnostic("the rule needs a name", hint: Self.example, at: call.verbRange)
        }
        if context.session.own.optimizers.isEmpty { context.say("no rules of your own yet: \(Self.example)") }
        for optimizer in context.session.own.optimizers {
            for line in Self.description(optimizer) { context.say(line) }
        }
    }

    private static func description(_ optimizer: Optimizer) -> [String] {
        (try? ChosenOptimizer(optimizer, Settings(optimizer.settings))).map(OptimizerCommand.description) ?? []
    }

    private func report(_ optimizer: Optimizer, unused: [String], isInUse: Bool, _ context: Context) {
        let slots = optimizer.rule(Settings(optimizer.settings)).slots
        let buffers = slots.map { $0.name + ($0.initial == 0 ? "" : " from \(context.text($0.initial))") }
        context.say(
            buffers.isEmpty
                ? "\(optimizer.name) keeps no buffers"
                : "\(optimizer.name) keeps \(buffers.joined(separator: ", "))")
        for key in unused { context.say("it never reads \(key)") }
        if isInUse, !context.session.uses(optimizer) {
            context.say("updates go on by the old \(optimizer.name); optimizer \(optimizer.name) takes the new one")
        }
    }
}
