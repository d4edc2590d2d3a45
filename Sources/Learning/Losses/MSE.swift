// mse: the mean squared error.

import Formulas

extension Loss {
    static let mse = Loss(
        "mse", "mean of (p − y)² over all elements", source: "Gauss 1809; PyTorch's MSELoss",
        notes: ["Keras averages over the last axis and then over the samples: the same number. There is no factor ½."]
    ) { _ in ("p" - "y").squared }
}
