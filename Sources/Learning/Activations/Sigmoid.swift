// sigmoid: 1/(1 + exp(-x)).

import Formulas

extension Activation {
    static let sigmoid = Activation(
        "sigmoid", "1/(1 + exp(-x)), between 0 and 1; its derivative is at most 1/4",
        source: "Rumelhart, Hinton and Williams 1986"
    ) { _ in .sigmoid("x") }
}
