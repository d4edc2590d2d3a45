// softplus: log(1 + exp(x)), written so that exp cannot overflow.

import Formulas

extension Activation {
    static let softplus = Activation(
        "softplus", "log(1 + exp(x)), a smooth relu", source: "Dugas et al. 2001", derivative: .sigmoid("x")
    ) { _ in .max("x", 0) + .log(1 + .exp(-.abs("x"))) }
}
