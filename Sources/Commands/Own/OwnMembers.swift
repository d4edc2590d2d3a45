// OwnMembers: rules and activations that were defined in the session, beside those of the catalogue.

import Formulas
import Learning
import Tensors

/// What a learner has defined, in the order of definition.
struct OwnMembers: Sendable {
    private(set) var optimizers: [Optimizer] = []
    private(set) var activations: [Activation] = []

    /// Adds a rule, in the place of the one of the same name.
    mutating func define(_ optimizer: Optimizer) {
        let place = optimizers.firstIndex { $0.name == optimizer.name }
        if let place { optimizers[place] = optimizer } else { optimizers.append(optimizer) }
    }

    /// Adds an activation, in the place of the one of the same name.
    mutating func define(_ activation: Activation) {
        let place = activations.firstIndex { $0.name == activation.name }
        if let place { activations[place] = activation } else { activations.append(activation) }
    }

    /// Everything that the definitions say.
    var texts: [String] {
        optimizers.map { optimizer in
            let settings = Settings(optimizer.settings)
            let rule = optimizer.rule(settings)
            let keys = optimizer.settings.map { "\($0.name)=\($0.initial?.text() ?? "")" }
            let slots = rule.slots.map { "\($0.name)=\($0.initial)" }
            return ([optimizer.name] + keys + slots + rule.lines.map { "\($0.name) = \($0.formula.text())" })
                .joined(separator: "; ")
        } + activations.map { "\($0.summary) \($0.settings.map { $0.initial?.text() ?? "" })" }
    }
}

extension Session {
    /// The optimizers of the catalogue and the session's own.
    var optimizers: [Optimizer] { Catalog.optimizers + own.optimizers }
    /// The activations of the catalogue and the session's own.
    var activations: [Activation] { Catalog.activations + own.activations }

    /// A function that expressions can call.
    func function(_ name: String) -> Builtin? {
        Builtin.named(name) ?? own.activations.first { $0.name == name }.map { Builtin.activation($0) }
    }

    var functionNames: [String] { Builtin.names + own.activations.map(\.name) }

    /// Whether updates are made by this very rule, not only by one of the same name.
    func uses(_ optimizer: Optimizer) -> Bool {
        guard let chosen = self.optimizer, chosen.member.name == optimizer.name else { return false }
        return chosen.settings.declared == optimizer.settings
            && optimizer.rule(chosen.settings).lines == chosen.rule.lines
    }

    /// Whether a live name is computed by an operation called `name`.
    func computes(with name: String) -> Bool {
        graph.ancestors(of: live.values.map(\.node)).contains {
            if case .operation(let operation, _) = graph.nodes[$0].source { return operation.name == name }
            return false
        }
    }
}

extension Call {
    /// The keys of a definition as settings with their defaults, each a number. `taken` names what cannot be a key.
    func declaredSettings(taken: [String], _ context: inout Context) throws(Diagnostic) -> [Setting] {
        var settings: [Setting] = []
        for element in keys {
            guard let key = element.key else { continue }
            if settings.contains(where: { $0.name == key }) {
                throw Diagnostic("\(key) is given twice", at: element.range)
            }
            if taken.contains(key) {
                throw Diagnostic(
                    "\(key) has a meaning of its own here and cannot be a key", hint: "choose another name",
                    at: element.range)
            }
            let declared = Self.setting(key, nil)
            let value = try context.settingValue(element.item, declared)
            _ = try located(element.range) { () throws(OperationError) in try declared.checked(value) }
            guard case .number(let number) = value else { continue }
            settings.append(Self.setting(key, number))
        }
        return settings
    }

    private static func setting(_ key: String, _ initial: Double?) -> Setting {
        if key == rateSetting.name, case .number(let range) = rateSetting.kind {
            return .number(key, initial, range, rateSetting.meaning)
        }
        return .number(key, initial, .any, "a key of your own")
    }

    /// The learning rate as every optimizer of the catalogue has it; the default is that of the first.
    static var rateSetting: Setting { Catalog.optimizers[0].settings.first { $0.name == "lr" }! }
}
