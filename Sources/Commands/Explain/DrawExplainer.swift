// How the first value of a parameter was drawn.

import Formulas
import Learning
import Tensors

extension Session {
    /// How a first value of a parameter was drawn.
    func explanation(of drawn: Origin.Drawn, _ symbol: String, _ value: Double) -> Explanation {
        var explanation = Explanation(digits: digits)
        var width = drawn.width
        let number = digits.text(value)
        switch drawn.distribution {
        case .uniform:
            explanation.remark("\(symbol) = \(number), drawn by \(drawn.initializer): uniform between -bound and bound")
        case .normal:
            let kind = drawn.settings.isOn("truncated") ? "normal, drawn again beyond two widths," : "normal"
            explanation.remark(
                "\(symbol) = \(number), drawn by \(drawn.initializer): \(kind) with mean 0 and this deviation")
        case .constant:
            explanation.remark("\(symbol), set by \(drawn.initializer)")
            width.symbol = symbol
        }
        explanation.lines.append(width)
        if drawn.distribution.formula.symbols.contains("fan_in") {
            explanation.remark("fan_in is the number of inputs of the layer, fan_out of its outputs")
        }
        return explanation
    }
}
