// rbm: a restricted Boltzmann machine, or another one on top of those that there are.

import Learning
import Tensors

struct RBMCommand: Command {
    let verb = "rbm"
    let group = CommandGroup.build
    let summary =
        "a restricted Boltzmann machine with weights W and biases a (visible) and b (hidden); a step is contrastive divergence: "
        + "ph0, h0, pv1, ph1, then the optimizer's rule. h0 = … imposes samples. rbm stack puts another on those there are"
    let examples = [
        "rbm hidden=16 k=1 lr=0.1", "rbm visible=3 hidden=2 positive=probabilities",
        "rbm hidden=16 k=5 lr=0.1 momentum=0.5 seed=1", "rbm stack hidden=8",
    ]

    let settings: [Setting] =
        [
            .integer("hidden", nil, .within(1, 1_000_000), "the number of hidden units"),
            .integer(
                "visible", nil, .within(1, 1_000_000), "the number of visible units; without it as many as features"),
        ] + BoltzmannMachine.settings + [
            .number("std", 0.01, .notNegative, "the deviation of the first weights; biases start at 0"),
            Session.seedSetting,
        ] + Self.rule

    /// The keys of its optimizer, which is sgd.
    private static let rule = ["lr", "momentum", "weight_decay"].map { name in
        sgd.settings.first { $0.name == name }!
    }
    private static let sgd = Catalog.optimizers[0]
    private static let rate = 0.1

    func choices(after items: [String], _ session: Session) -> [Choice] {
        (items.isEmpty ? [.word("stack", note: "on the machines that there are")] : [])
            + keys(settings, of: nil, session)
    }

    func present(_ session: Session) -> (member: String?, settings: Settings)? {
        guard let machine = session.stack?.top else { return nil }
        var present = machine.settings
        try? present.set("hidden", .number(Double(machine.hidden)))
        return (nil, present)
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[0])
        let settings = try call.settings(settings, &context)
        guard try isStacking(call) else { return try build(settings, on: [], call, &context) }
        guard let stack = context.session.stack else {
            throw Diagnostic("there are no machines to stack another one on", hint: examples[0], at: call.range)
        }
        if settings.given["visible"] != nil {
            throw Diagnostic(
                "a stacked machine has a visible unit for each of the \(stack.top.hidden) hidden ones below",
                hint: examples[3], at: call.range)
        }
        try build(settings, on: stack.machines, call, &context)
    }

    private func isStacking(_ call: Call) throws(Diagnostic) -> Bool {
        guard let word = try call.word(0, "stack", example: examples[3]) else { return false }
        guard word == "stack" else {
            throw Diagnostic(
                "rbm knows no \(word)", hint: Suggestion.hint(for: word, in: ["stack"]), at: call.items[0].range)
        }
        return true
    }

    private func build(
        _ settings: Settings, on below: [BoltzmannMachine], _ call: Call, _ context: inout Context
    ) throws(Diagnostic) {
        guard let hidden = settings.integer("hidden") else {
            throw Diagnostic("how many hidden units?", hint: examples[below.isEmpty ? 0 : 3], at: call.range)
        }
        var visible = below.last?.hidden ?? 0
        if below.isEmpty { visible = try visibleUnits(settings, call, context.session) }
        try located(call.range) { () throws(OperationError) in _ = try Shape([visible, hidden]).checked() }
        let machine = BoltzmannMachine(visible: visible, hidden: hidden, level: below.count + 1, settings: settings)
        let normal = Catalog.initializers.first { $0.name == "normal" }!
        var drawing = Settings(normal.settings + [Session.seedSetting])
        let rule = try optimizer(settings, context.session)
        drawing = try located(call.range) { () throws(OperationError) in
            var drawing = drawing
            try drawing.set("scale", .number(settings.number("std")))
            if let seed = settings.given["seed"] { try drawing.set("seed", seed) }
            return drawing
        }
        if let lost = try context.session.define(machine, on: below, normal, drawing) { context.say(lost) }
        let session = context.session
        try session.checkVisibleData()
        let shapes = machine.weights.map { "\($0.name) \($0.shape)" }.joined(separator: "  ")
        context.say("\(shapes)  \(machine.rule)")
        if let rule {
            context.session.choose(rule)
            for line in OptimizerCommand.description(rule) { context.say(line) }
        }
    }

    /// As many as features, unless they are given.
    private func visibleUnits(_ settings: Settings, _ call: Call, _ session: Session) throws(Diagnostic) -> Int {
        let features = session.data?.set.features.count
        guard let given = settings.integer("visible") else {
            if let count = features ?? session.batchByHand["x"]?.shape.axes.last ?? session.plain["x"]?.shape.axes.last
            {
                return count
            }
            throw Diagnostic("how many visible units?", hint: "data bars first, or \(examples[1])", at: call.range)
        }
        if let features, features != given, session.batchByHand.isEmpty {
            throw Diagnostic(
                "the data have \(features) features, not \(given)", hint: "without visible= it is as many as features",
                at: call.range)
        }
        return given
    }

    /// sgd with the keys given; nil where the present optimizer stays.
    private func optimizer(_ settings: Settings, _ session: Session) throws(Diagnostic) -> ChosenOptimizer? {
        let given = Self.rule.filter { settings.given[$0.name] != nil }
        if session.optimizer != nil, given.isEmpty { return nil }
        var chosen = Settings(session.settings(of: Self.sgd))
        return try Commands.located(nil) { () throws(OperationError) in
            try chosen.set("lr", .number(Self.rate))
            for setting in given { try chosen.set(setting.name, settings.given[setting.name]!) }
            return try ChosenOptimizer(Self.sgd, chosen)
        }
    }
}
