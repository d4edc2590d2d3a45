// init dbn: the weights of stacked Boltzmann machines become those of a net's first layers.

import Learning
import Tensors

extension InitCommand {
    /// The word that stands for a stack of machines, a deep belief network.
    static let machines = "dbn"

    /// What draws the layers above the machines.
    static func head(_ session: Session) -> Setting {
        let initial = session.defaultInitializer.name
        let names = [initial] + Catalog.initializers.map(\.name).filter { $0 != initial }
        return .choice("head", names, "what draws the layers above those of the machines")
    }

    func takeMachines(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: "init dbn")
        let settings = try call.settings([Self.head(context.session)] + settings, &context)
        guard let network = context.session.network else {
            throw Diagnostic("there is no net to initialise", hint: "net 16 8 sigmoid 2", at: call.range)
        }
        guard let machines = context.session.stack?.machines else {
            throw Diagnostic(
                "there are no machines whose weights could be taken", hint: "rbm hidden=8, and train it before the net",
                at: call.range)
        }
        let pairs = try matched(network, machines, call)
        let head = Catalog.initializers.first { $0.name == settings.word("head") }!
        var drawing = Settings(context.session.settings(of: head) + [Session.seedSetting])
        if let seed = settings.given["seed"] {
            drawing = try located(call.range) { () throws(OperationError) in
                var drawing = drawing
                try drawing.set("seed", seed)
                return drawing
            }
        }
        context.session.startRun()
        context.session.withRandom(seed: drawing) { session, random in
            for weights in network.weights {
                let range = session.layout[weights.name]!.range
                if let source = pairs[weights.name] {
                    let from = session.layout[source]!.range
                    session.training.parameters.replaceSubrange(range, with: session.training.parameters[from])
                    session.origins[weights.name] = Origin(kind: .kept("\(source) of a machine"), updates: 0)
                } else {
                    let value = Session.draw(weights, head, drawing, &random)
                    session.training.parameters.replaceSubrange(range, with: value.elements)
                    session.origins[weights.name] = .drawn(head, drawing, weights)
                }
            }
        }
        let taken = network.weights.compactMap { weights in pairs[weights.name].map { "\(weights.name) = \($0)" } }
        context.say("\(taken.joined(separator: "  ")); the rest is drawn by \(head.name)")
        for (weights, activation) in others(network, machines.count) {
            context.say("\(weights) goes into \(activation): the units of the machines are sigmoids")
        }
    }

    /// Of the first dense layers those whose outputs do not go into a sigmoid, with what they go into.
    private func others(_ network: Network, _ count: Int) -> [(weights: String, activation: String)] {
        let layers = network.layers
        let dense = layers.indices.filter { layers[$0].layer.name == Catalog.layers[0].name }
        return dense.prefix(count).enumerated().compactMap { index, start in
            let end = index + 1 < dense.count ? dense[index + 1] : layers.count
            let activation = layers[start..<end].first { $0.isActivation }?.layer.name
            return activation == "sigmoid" ? nil : ("W\(index + 1)", activation ?? "no activation")
        }
    }

    /// For each weight tensor of the net the parameter of the machines that it takes.
    private func matched(
        _ network: Network, _ machines: [BoltzmannMachine], _ call: Call
    ) throws(Diagnostic) -> [String: String] {
        var pairs: [String: String] = [:]
        for (index, machine) in machines.enumerated() {
            let (w, b) = ("W\(index + 1)", "b\(index + 1)")
            let widths = [machines[0].visible] + machines.map(\.hidden)
            let example = widths.dropFirst().map { "\($0) sigmoid" }.joined(separator: " ")
            let shape = network.weights.first { $0.name == w }?.shape
            guard shape == [machine.visible, machine.hidden], network.weights.contains(where: { $0.name == b }) else {
                let own = shape.map { "\(w) of the net is \($0)" } ?? "the net has no \(w)"
                throw Diagnostic(
                    "\(own), and \(machine.weightsName) of machine \(index + 1) is [\(machine.visible)×\(machine.hidden)]",
                    hint: "net \(widths[0]) \(example) 2", at: call.range)
            }
            pairs[w] = machine.weightsName
            pairs[b] = machine.hiddenBiasName
        }
        return pairs
    }
}
