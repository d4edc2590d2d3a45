// mae: the mean absolute error.

import Formulas

extension Loss {
    static let mae = Loss(
        "mae", "mean of |p − y| over all elements", source: "Laplace 1774; PyTorch's L1Loss"
    ) { _ in .abs("p" - "y") }
}
