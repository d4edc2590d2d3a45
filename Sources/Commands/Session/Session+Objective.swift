// The objective: what is minimised, with the penalty that `regularize` adds to it.

import Formulas
import Learning
import Tensors

extension Session {
    struct ChosenRegularizer: Sendable {
        let member: Regularizer
        let settings: Settings

        /// The line that chooses it.
        var text: String { "\(member.name) \(settings.text)" }
    }

    /// What an objective with a penalty is made of.
    struct ObjectiveParts: Sendable {
        /// What is minimised, without its penalty: the `loss` of a net, or the name after `minimize`.
        let minimized: String
        let dataNode: Int
        /// The parameters that are penalised.
        let penalized: [String]
    }

    /// The names of the parts. The sum is called `loss` for the loss of a net, else `objective`.
    static let partNames = ["data_loss", "penalty", "objective"]

    /// Makes a live scalar the objective, with its penalty when one is chosen.
    mutating func minimize(_ name: String) throws(Diagnostic) {
        removePenalty()
        objective = name
        tapes = [:]
        try addPenalty()
    }

    /// Chooses a penalty, or none.
    mutating func regularize(_ chosen: ChosenRegularizer?) throws(Diagnostic) {
        if regularizer == nil, let taken = Self.partNames.first(where: { names.contains($0) }) {
            throw Diagnostic(
                "regularize gives the name \(taken) to a part of the objective, and there is another \(taken)",
                hint: "give yours another name")
        }
        regularizer = chosen
        removePenalty()
        try addPenalty()
    }

    /// Adds the penalty to the objective: `data_loss + penalty`, three names of the graph.
    mutating func addPenalty() throws(Diagnostic) {
        guard let regularizer, parts == nil, let name = objective, let data = live[name]?.node else { return }
        let penalized = penalizedParameters(of: data, regularizer)
        let leaves = penalized.compactMap { self.leaves[$0] }
        let each = Pointwise(regularizer.member.name, ["w"], regularizer.member.penalty(regularizer.settings))
        let (penalty, sum) = try located(nil) { () throws(OperationError) in
            var sums: [Int] = []
            for leaf in leaves { sums.append(try graph.apply(Sum(), [try graph.apply(each, [leaf])])) }
            let symbols = sums.indices.map { "sum\($0)" }
            let total = symbols.dropFirst().reduce(symbols.first.map { .symbol($0) } ?? 0) { $0 + .symbol($1) }
            let penalty = try graph.apply(Pointwise("penalty", symbols, total), sums)
            if name == "loss", let loss = evaluation?.loss {
                evaluation?.total = try graph.apply(Pointwise(.add), [loss, penalty])
            }
            return (penalty, try graph.apply(Pointwise(.add), [data, penalty]))
        }
        let whole = network != nil && name == "loss" ? "loss" : "objective"
        if whole == name { removeLive([name]) }
        for (name, node) in [("data_loss", data), ("penalty", penalty), (whole, sum)] {
            live[name] = Live(node: node, initial: nil)
            liveOrder.append(name)
        }
        parts = ObjectiveParts(minimized: name, dataNode: data, penalized: penalized)
        objective = whole
        step.isFresh = false
        tapes = [:]
    }

    /// Takes the penalty away from the objective again.
    mutating func removePenalty() {
        guard let parts else { return }
        removeLive(Set(Self.partNames))
        self.parts = nil
        if parts.minimized == "loss" { live["loss"] = Live(node: parts.dataNode, initial: nil) }
        objective = live[parts.minimized] == nil ? nil : parts.minimized
        step.isFresh = false
        tapes = [:]
    }

    /// The parameters behind the data part, in order; a net's biases only when they are asked for.
    private func penalizedParameters(of data: Int, _ regularizer: ChosenRegularizer) -> [String] {
        let biases = biases
        let used = Set(
            graph.ancestors(of: [data]).compactMap { node -> String? in
                if case .parameter(let name) = graph.nodes[node].source { return name }
                return nil
            })
        return layout.entries.map(\.name).filter { name in
            used.contains(name) && (regularizer.settings.isOn("biases") || !biases.contains(name))
        }
    }

    /// Whether reports give the loss with its penalty, if there is one.
    var evaluatesPenalty: Bool {
        parts?.minimized != "loss" || regularizer?.settings.word("evaluation") != "data"
    }

    /// The node that `loss_on` and reports compute: without the penalty, unless `evaluation=total` was chosen.
    var evaluatedLoss: Int? {
        guard let parts, !evaluatesPenalty else {
            guard let evaluation, network != nil else { return live["loss"]?.node }
            return parts?.minimized == "loss" ? evaluation.total : evaluation.loss
        }
        return evaluation?.loss ?? parts.dataNode
    }
}

extension Settings {
    /// All values, as they would be typed.
    var text: String {
        declared.compactMap { setting in self[setting.name].map { "\(setting.name)=\($0.text())" } }
            .joined(separator: " ")
    }
}
