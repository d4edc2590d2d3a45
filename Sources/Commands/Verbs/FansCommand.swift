// fans: how many inputs and outputs each weight's layer has, and how widely its first values were drawn because of that.

import Formulas
import Learning
import Tensors

struct FansCommand: Command {
    let verb = "fans"
    let group = CommandGroup.inspect
    let summary = "each weight's fan_in and fan_out, and the bound or deviation that its initialiser makes of them"
    let examples = ["fans"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        _ = try call.settings([], &context)
        let session = context.session
        guard let network = session.network else {
            throw Diagnostic("there is no net whose neurons have inputs", hint: "net 4 16 relu 3", at: call.range)
        }
        var table = Table(["weight", "shape", "fan_in", "fan_out", "drawn by", "how widely"], numeric: [2, 3])
        for weights in network.weights {
            var row = [weights.name, "\(weights.shape)", "\(weights.fanIn)", "\(weights.fanOut)"]
            switch session.origins[weights.name]?.kind {
            case .drawn(let drawn): row += [drawn.initializer, drawn.widthText(session.digits)]
            case .started(let value): row += ["", "starts at \(Digits.full.text(value))"]
            case .typed: row += ["", "typed in"]
            case .loaded(let file): row += ["", "read from \(file)"]
            case .found(let draw, _): row += ["", "draw \(draw) of a search"]
            case .restored(let epoch): row += ["", "as after epoch \(epoch)"]
            case .kept(let from): row += ["", "kept from \(from)"]
            case .earlierRun, nil: row += ["", "left by an earlier run"]
            }
            table.rows.append(row)
        }
        context.emit(.table(table))
    }
}

extension Origin.Drawn {
    /// The equation of the bound, deviation or value: formula, numbers put in, result.
    var width: Explanation.Line {
        let name =
            switch distribution {
            case .uniform: "bound"
            case .normal: "deviation"
            case .constant: "value"
            }
        var values: [String: Double] = ["fan_in": Double(fanIn), "fan_out": Double(fanOut)]
        for setting in settings.declared where values[setting.name] == nil {
            values[setting.name] = settings.number(setting.name)
        }
        let result = Initializer.size(distribution, settings, fanIn: fanIn, fanOut: fanOut)
        return Explanation.Line(
            indent: 0, symbol: name, formula: distribution.formula, values: values, result: result)
    }

    fileprivate func widthText(_ digits: Digits) -> String {
        if case .constant = distribution { return "value = \(digits.text(width.result))" }
        let parts = width.parts(.signs, digits).map { "\($0.sign) \($0.text)" }
        return "\(width.symbol ?? "") \(parts.joined(separator: " "))"
            + (settings.isOn("truncated") ? ", truncated" : "")
    }
}
