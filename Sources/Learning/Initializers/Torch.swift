// torch: what PyTorch's Linear does by default.

import Formulas

extension Initializer {
    static let torch = Initializer(
        "torch", "weights and biases uniform within ±1/√fan_in, as PyTorch's Linear", source: "PyTorch's nn.Linear",
        weights: .uniform(bound: 1 / .sqrt(fans.in)), biases: .uniform(bound: 1 / .sqrt(fans.in)))
}
