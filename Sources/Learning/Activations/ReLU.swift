// relu: max(x, 0).

import Formulas

extension Activation {
    static let relu = Activation(
        "relu", "max(x, 0); its derivative at 0 is taken as 0", source: "Nair and Hinton 2010",
        derivative: .choose("x" > 0, 1, 0)
    ) { _ in .max("x", 0) }
}
