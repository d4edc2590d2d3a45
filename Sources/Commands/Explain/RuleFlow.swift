// RuleFlow: on which of its buffers a rule's result depends in a straight line, as on a velocity.

import Formulas
import Learning

extension Rule {
    private enum Dependence {
        case straight
        case curved
    }

    /// The slots of which the new `w` is a linear function: what they hold from before is a part of the change of its own.
    /// A mean square in a denominator is none.
    var straightSlots: [Slot] {
        slots.filter { slot in
            var dependence: [String: Dependence] = [slot.name: .straight]
            for line in lines { dependence[line.name] = Self.dependence(of: line.formula, dependence) }
            return dependence["w"] == .straight
        }
    }

    private static func dependence(of formula: Formula, _ known: [String: Dependence]) -> Dependence? {
        var result: Dependence?
        for symbol in formula.symbols {
            guard let own = known[symbol] else { continue }
            let slope = formula.derivative(by: symbol)
            if slope == 0 { continue }
            if own == .curved || slope.exceeds(ElementFormula.derivativeLimit) { return .curved }
            if slope.symbols.contains(where: { known[$0] != nil }) { return .curved }
            result = .straight
        }
        return result
    }
}
