// activation: an activation of one's own, as a function of one number.

import Formulas
import Learning
import Tensors

struct ActivationCommand: Command {
    static let example = "activation swish(x, k=1) = x*sigmoid(k*x)"

    let verb = "activation"
    let group = CommandGroup.build
    let summary = "an activation of your own, for nets and expressions; its derivative follows from its formula"
    let examples = [example, "activation cube(x) = x^3", "activation"]
    let grammar = Grammar.function

    func changesPlan(_ call: Call) -> Bool { false }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        guard let expression = call.expression, let name = try call.word(0, "a name", example: Self.example),
            let argument = try call.word(1, "an argument", example: Self.example)
        else { return try list(call, context) }
        try check(name, at: call.items[0].range, context.session)
        if call.items.count > 2 {
            throw Diagnostic(
                "an activation has one argument and keys with defaults", hint: Self.example, at: call.items[2].range)
        }
        let settings = try call.declaredSettings(taken: [argument], &context)
        let activation = try read(expression, name, argument, settings, context.session)
        let isInUse = context.session.computes(with: name)
        context.session.own.define(activation)
        context.say(activation.summary)
        if isInUse { context.say("what was built with the old \(name) keeps it until it is built again") }
    }

    private func list(_ call: Call, _ context: Context) throws(Diagnostic) {
        guard call.elements.isEmpty else {
            throw Diagnostic("an activation needs an argument", hint: Self.example, at: call.range)
        }
        if context.session.own.activations.isEmpty {
            context.say("no activations of your own yet: \(Self.example)")
        }
        for activation in context.session.own.activations { context.say(activation.summary) }
    }

    private func check(_ name: String, at range: Range<Int>, _ session: Session) throws(Diagnostic) {
        func refused(_ reason: String) -> Diagnostic {
            Diagnostic("\(name) \(reason)", hint: "choose another name, such as my_\(name)", at: range)
        }
        if Builtin.names.contains(name) { throw refused("is a function of the language") }
        if Catalog.layers.contains(where: { $0.name == name }) { throw refused("is a layer of nets") }
        if CommandCatalog.command(name) != nil { throw refused("is a command") }
        if session.names.contains(name) { throw refused("is in use as a name") }
        if Session.reserved.contains(name) || Session.scalars.contains(name) {
            throw refused("belongs to the language")
        }
    }

    private func read(
        _ expression: Expression, _ name: String, _ argument: String, _ settings: [Setting], _ session: Session
    ) throws(Diagnostic) -> Activation {
        let symbols = [argument] + settings.map(\.name)
        let names = Dictionary(symbols.map { ($0, Formula.symbol($0)) }, uniquingKeysWith: { first, _ in first })
        let reader = FormulaReader(session: session, purpose: "an activation", names: names) { unknown, key in
            (
                "\(unknown) is neither the argument nor a key",
                "activation \(name)(\(argument), \(key)) = … makes it a key"
            )
        }
        let element = try reader.read(expression)
        guard element.derivative(by: argument) != nil else {
            throw Diagnostic("the derivative of this formula is too long", at: expression.range)
        }
        let head = ([argument] + settings.map { "\($0.name)=\($0.initial?.text() ?? "")" }).joined(separator: ", ")
        return Activation(
            name, "\(name)(\(head)) = \(element.formula.text())", source: "this session", settings: settings
        ) { settings in
            let numbers = element.substituting { key in
                settings[key].map { _ in .number(settings.number(key)) }
            }
            // Where no function declares its derivative, it is left to the formula.
            let slope = numbers.calls.isEmpty ? nil : numbers.derivative(by: argument)
            return Pointwise(
                name, [argument], numbers.formula, derivatives: slope.map { [argument: $0] } ?? [:])
        }
    }
}
