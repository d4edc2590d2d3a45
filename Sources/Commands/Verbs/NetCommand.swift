// net: builds a dense network.

import Learning
import Tensors

struct NetCommand: Command {
    let verb = "net"
    let group = CommandGroup.build
    let summary = "a dense network: widths, each followed by an activation if there is one"
    let examples = ["net 3 4 relu 4 relu 1", "net 2 8 tanh 3", "net 4 16 leaky_relu slope=0.2 3"]
    func members(_ session: Session) -> [any Member] { session.activations }
    let memberKind = "activation"

    func example(of member: any Member) -> String { "net 4 8 \(member.name) 3" }

    /// An activation after a width; after an activation its keys.
    func choices(after items: [String], _ session: Session) -> [Choice] {
        guard items.count > 1, let last = items.last else { return [] }
        if let activation = members(session).first(where: { $0.name == last }) {
            return keys(activation.settings, of: last, session)
        }
        return members(session).map { .word($0.name, note: $0.summary) }
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let network = try parse(call, &context)
        let note = try context.session.defineNetwork(network)
        if let note { context.say(note) }
        let weights = network.weights.map { "\($0.name) \($0.shape)" }.joined(separator: "  ")
        let count = network.weights.reduce(0) { $0 + $1.shape.count }
        context.say("\(weights)  \(count) parameters, \(context.session.defaultInitializer.name)")
    }

    private func parse(_ call: Call, _ context: inout Context) throws(Diagnostic) -> Network {
        var inputs: Int?
        var layers: [Layer] = []
        for element in call.elements {
            if let key = element.key {
                try set(key, element, &layers, &context)
                continue
            }
            switch element.item.kind {
            case .number(let value):
                guard value == value.rounded(), value >= 1, value <= 1e6 else {
                    throw Diagnostic(
                        "a width is a whole number from 1 to 1000000", hint: examples[0], at: element.range)
                }
                if inputs == nil { inputs = Int(value) } else { layers.append(.dense(Int(value))) }
            case .word(let word):
                let activations = context.session.activations
                guard let activation = activations.first(where: { $0.name == word }) else {
                    throw Diagnostic(
                        "there is no layer or activation \(word)",
                        hint: Suggestion.hint(for: word, in: activations.map(\.name)), at: element.range)
                }
                guard case .dense = layers.last else {
                    throw Diagnostic("an activation follows a width", hint: examples[0], at: element.range)
                }
                layers.append(.activation(activation, Settings(context.session.settings(of: activation))))
            default:
                throw Diagnostic("a width or an activation should stand here", hint: examples[0], at: element.range)
            }
        }
        guard let inputs, !layers.isEmpty else {
            throw Diagnostic("a net has at least an input and an output width", hint: examples[0], at: call.range)
        }
        let network = Network(inputs: inputs, layers: layers)
        for weights in network.weights {
            _ = try located(call.range) { () throws(OperationError) in try weights.shape.checked() }
        }
        return network
    }

    /// A key belongs to the activation before it.
    private func set(
        _ key: String, _ element: Element, _ layers: inout [Layer], _ context: inout Context
    ) throws(Diagnostic) {
        guard case .activation(let activation, var settings) = layers.last else {
            throw Diagnostic("the key \(key) follows no activation", hint: examples[2], at: element.range)
        }
        guard let setting = activation.settings.first(where: { $0.name == key }) else {
            throw Diagnostic(
                "\(activation.name) has no key \(key)",
                hint: Suggestion.hint(for: key, in: activation.settings.map(\.name)), at: element.range)
        }
        let value = try context.settingValue(element.item, setting)
        try located(element.range) { () throws(OperationError) in try settings.set(key, value) }
        layers[layers.count - 1] = .activation(activation, settings)
    }
}
