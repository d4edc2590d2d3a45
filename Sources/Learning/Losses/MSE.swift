// mse: the mean squared error.

import Formulas

extension Loss {
    static let mse = Loss(
        "mse", "mean of (p − y)² over all elements", source: "Gauss 1809; PyTorch's MSELoss"
    ) { _ in ("p" - "y").squared }
}
