// silu: x·sigmoid(x), also called swish.

import Formulas

extension Activation {
    static let silu = Activation(
        "silu", "x·sigmoid(x), also called swish", source: "Elfwing, Uchibe and Doya 2017; Ramachandran et al. 2017"
    ) { _ in "x" * .sigmoid("x") }
}
