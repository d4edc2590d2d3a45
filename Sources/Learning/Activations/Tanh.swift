// tanh: the hyperbolic tangent.

import Formulas

extension Activation {
    static let tanh = Activation(
        "tanh", "the hyperbolic tangent, between -1 and 1", source: "LeCun et al. 1998, Efficient BackProp"
    ) { _ in .tanh("x") }
}
