// Attacks on samples, and what their last one was made of.

import Formulas
import Learning
import Tensors

/// An attack with its settings.
struct ChosenAttack: Sendable {
    let member: Attack
    let settings: Settings

    var formula: Formula { member.formula(settings) }

    /// Noise as large as the attack may be: every feature is moved by eps, up or down at random.
    func noise(_ x: Tensor, _ random: inout Random) throws(OperationError) -> Tensor {
        let signs = Tensor(x.shape, x.elements.map { _ in random.uniform() < 0.5 ? -1 : 1 })
        let formula = Attack.inRange("x" + "eps" * "sign", settings)
        return try member.operation(formula, ["x", "sign"], settings).evaluate([x, signs])
    }

    /// Where the first step begins: `shares` of eps from the sample, where the start is random.
    func start(_ x: Tensor, shares: Tensor) throws(OperationError) -> Tensor {
        guard member.startsAtRandom(settings) else { return x }
        let formula = Attack.inRange("x" + "eps" * "share", settings)
        return try member.operation(formula, ["x", "share"], settings).evaluate([x, shares])
    }
}

/// Attacked samples, with what the last step read.
struct AttackedSamples: Sendable {
    let attack: ChosenAttack
    /// The samples as they were at first, before the last step, and after it.
    let first: Tensor
    let before: Tensor
    let result: Tensor
    /// The gradient that the last step read.
    let gradient: Tensor
}

extension Session {
    /// The samples that the last attack gave: `x_adv`.
    static let attackedName = "x_adv"

    /// The loss that attacks drive up: in evaluation mode, without a penalty.
    func attackedLoss() throws(Diagnostic) -> Int {
        guard network != nil else { throw Diagnostic("there is no net to attack", hint: "net 2 8 relu 2") }
        let data = parts?.minimized == "loss" ? parts?.dataNode : live["loss"]?.node
        guard let node = evaluation?.loss ?? data else {
            throw Diagnostic("there is no loss", hint: "loss cross_entropy")
        }
        return node
    }

    /// Attacks samples, from `start` on, with the present parameters.
    func attacked(
        _ samples: (x: Tensor, y: Tensor), by attack: ChosenAttack, from start: Tensor
    ) throws(Diagnostic) -> AttackedSamples {
        let batch = ["x": start, "y": samples.y].merging(training.layers.statistics) { given, _ in given }
        var slope = try InputGradient(self, try attackedLoss(), of: "x", batch, parameters: training.parameters)
        let step = attack.member.operation(attack.formula, Attack.symbols, attack.settings)
        var (before, x) = (start, start)
        for number in 0..<attack.member.steps(attack.settings) {
            if number > 0 { try slope.move(to: x) }
            before = x
            let inputs = [x, samples.x, slope.gradient]
            x = try located(nil) { () throws(OperationError) in try step.evaluate(inputs) }
        }
        return AttackedSamples(attack: attack, first: samples.x, before: before, result: x, gradient: slope.gradient)
    }

    /// How an element of the attacked samples came about.
    func explanation(of attacked: AttackedSamples, _ symbol: String, _ offset: Int) -> Explanation {
        var explanation = Explanation(digits: digits)
        let place = symbol.dropFirst(Self.attackedName.count)
        let isOneStep = attacked.attack.member.steps(attacked.attack.settings) == 1
        let names = ["x": isOneStep ? "x_start\(place)" : "x_before\(place)", "x0": "x_clean\(place)", "grad": "grad"]
        let formula = attacked.attack.formula
        var values: [String: Double] = [:]
        for name in formula.symbols {
            values[names[name] ?? name] =
                switch name {
                case "x": attacked.before.elements[offset]
                case "x0": attacked.first.elements[offset]
                case "grad": attacked.gradient.elements[offset]
                default: attacked.attack.member.value(name, attacked.attack.settings)
                }
        }
        let renamed = formula.substituting { names[$0].map { .symbol($0) } }
        explanation.add(symbol, renamed, values, attacked.result.elements[offset])
        explanation.remark("grad is the slope of the loss with respect to this feature, before the last step")
        return explanation
    }
}
