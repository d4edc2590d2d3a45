// optimizer: chooses the rule of the updates, or shows it.

import Formulas
import Learning
import Tensors

struct OptimizerCommand: Command {
    let verb = "optimizer"
    let group = CommandGroup.build
    let summary = "chooses the rule of the updates; its buffers start anew. Alone it shows the present one"
    let examples = ["optimizer sgd lr=0.1 momentum=0.9", "optimizer adam lr=0.01", "optimizer rmsprop eps_at=inside"]
    func members(_ session: Session) -> [any Member] { session.optimizers }

    func present(_ session: Session) -> (member: String?, settings: Settings)? {
        session.optimizer.map { ($0.member.name, $0.settings) }
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if call.elements.isEmpty {
            for line in Self.description(try context.session.chosenOptimizer()) { context.say(line) }
            return
        }
        let chosen = try Self.chosen(call, &context, example: examples[0])
        context.session.choose(chosen)
        for line in Self.description(chosen) { context.say(line) }
    }

    /// The optimizer that the first item and the keys of a call describe.
    static func chosen(
        _ call: Call, _ context: inout Context, example: String
    ) throws(Diagnostic) -> ChosenOptimizer {
        let member = try call.member(0, of: context.session.optimizers, "an optimizer", example: example)
        try call.atMost(1, example: example)
        let settings = try call.settings(context.session.settings(of: member), &context)
        return try located(call.range) { () throws(OperationError) in try ChosenOptimizer(member, settings) }
    }

    /// Name with its main settings, then the lines of the rule.
    static func description(_ optimizer: ChosenOptimizer) -> [String] {
        let given = optimizer.settings.declared.filter { setting in
            setting.name == "lr" || optimizer.settings.given[setting.name] != nil
                || optimizer.rule.lines.contains { $0.formula.symbols.contains(setting.name) }
        }
        let values = given.map { "\($0.name)=\(optimizer.settings[$0.name]?.text() ?? "")" }
        return ["\(optimizer.member.name) \(values.joined(separator: " "))"] + optimizer.rule.text.map { "  \($0)" }
    }
}
