// show: the session on one screen.

import Tensors

struct ShowCommand: Command {
    let verb = "show"
    let group = CommandGroup.inspect
    let summary = "the session on one screen"
    let examples = ["show"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        var table = Table(["", ""])
        for (label, text) in Self.lines(context) { table.rows.append([label, text]) }
        if table.rows.isEmpty { return context.say("an empty session: try help") }
        context.emit(.table(table))
    }

    private static func lines(_ context: Context) -> [(String, String)] {
        let session = context.session
        var lines: [(String, String)] = []
        if let data = session.data {
            let parts = "\(data.trainingRows.count) training, \(data.validationRows.count) validation"
            let batch = data.batchSize.map(String.init) ?? "full"
            lines.append(("data", "\(data.set.name), \(parts), normalize \(data.normalization.rawValue)"))
            lines.append(("batch", "\(batch), order \(data.order.rawValue), \(data.updatesPerEpoch) updates an epoch"))
        }
        if let network = session.network {
            let count = network.weights.reduce(0) { $0 + $1.shape.count }
            lines.append(("net", "\(network.line.dropFirst(4)), \(count) parameters"))
        }
        if let stack = session.stack {
            let sizes = [stack.machines[0].visible] + stack.machines.map(\.hidden)
            let state = stack.step == nil ? "" : ", the last is trained by \(stack.top.rule)"
            lines.append(("machines", "\(sizes.map(String.init).joined(separator: " – ")) units\(state)"))
        }
        if !session.frozen.isEmpty { lines.append(("frozen", session.frozen.sorted().joined(separator: " "))) }
        if let loss = session.loss {
            let keys = loss.settings.given.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value.text())" }.joined()
            lines.append(("loss", loss.member.name + keys))
        }
        if let landscape = session.presentLandscape { lines.append(("landscape", landscape.member.name)) }
        if let regularizer = session.regularizer { lines.append(("regularize", regularizer.text)) }
        if let objective = session.objective {
            let sum = session.parts.map { " = \($0.minimized == "loss" ? "data_loss" : $0.minimized) + penalty" } ?? ""
            lines.append(("minimize", objective + sum))
        }
        if let optimizer = session.optimizer {
            lines.append(("optimizer", OptimizerCommand.description(optimizer)[0]))
        }
        if let clipping = session.clipping { lines.append(("clip", clipping.text)) }
        if let settings = session.maxNorm { lines.append(("maxnorm", settings.text)) }
        if let settings = session.earlyStopping { lines.append(("earlystop", settings.text)) }
        if let profile = session.profile {
            let hand = Convention.all(session).filter { $0.origin == "hand" }.map { "\($0.key)=\($0.value)" }
            let rest = hand.isEmpty ? "" : "; by hand: \(hand.joined(separator: " "))"
            lines.append(("profile", profile.name + rest))
        }
        if !session.own.optimizers.isEmpty {
            lines.append(("own rules", session.own.optimizers.map(\.name).joined(separator: ", ")))
        }
        if !session.own.activations.isEmpty {
            lines.append(("own activations", session.own.activations.map(\.name).joined(separator: ", ")))
        }
        if !session.schedule.isConstant {
            let rate = (try? session.value(of: "lr")).map { ", lr of the next update \(context.text($0))" } ?? ""
            lines.append(("schedule", session.schedule.label + rate))
        }
        if session.accumulates { lines.append(("accumulate", "on")) }
        if !session.layout.entries.isEmpty {
            let training = session.training
            lines.append(("clock", "update \(training.updates), epoch \(training.epoch)"))
        }
        if session.lossValue != nil {
            let stale = session.step.isFresh ? "" : " (of the last forward)"
            lines.append(("value", context.lossText + stale))
        }
        let own = session.layout.entries.map(\.name).filter { name in
            !(session.network?.weights.contains { $0.name == name } ?? false)
                && !(session.stack?.parameterNames.contains(name) ?? false)
        }
        if !own.isEmpty { lines.append(("parameters", own.joined(separator: ", "))) }
        let named = (session.network?.names ?? []) + (session.stack?.nodeNames ?? []) + ["loss"]
        let live = session.liveOrder.filter { !named.contains($0) }
        if !live.isEmpty { lines.append(("live", live.joined(separator: ", "))) }
        if !session.plain.isEmpty { lines.append(("values", session.plain.keys.sorted().joined(separator: ", "))) }
        return lines
    }
}
