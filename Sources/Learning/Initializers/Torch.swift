// torch: what PyTorch's Linear does by default.

import Formulas

extension Initializer {
    static let torch = Initializer(
        "torch", "weights and biases uniform within ±1/√fan_in, as PyTorch's Linear", source: "PyTorch's nn.Linear",
        notes: ["The variance of the weights is 1/(3·fan_in), a third of LeCun's."],
        weights: .uniform(bound: 1 / .sqrt(fans.in)), biases: .uniform(bound: 1 / .sqrt(fans.in)))
}
