// torch: the conventions of PyTorch. Its optimizers are the defaults already, so little is left to say.

extension Profile {
    static let torch = Profile(
        "torch", "PyTorch: ε outside the root, rate outside the velocity, decay in the gradient, weights ±1/√fan_in",
        source: "PyTorch 2", initializer: .torch,
        [
            Defaults([Layer.batchNorm], ["momentum": 0.1, "eps": 1e-5, "variance": "unbiased", "form": "torch"]),
            Defaults([Loss.hinge], ["form": "torch"]),
            // Its optimizers' weight_decay has the gradient λw, for biases as for weights.
            Defaults([Regularizer.l2, .elastic], ["half": "on"]),
            Defaults([Regularizer.l1, .l2, .elastic], ["biases": "on"]),
            // MultiStepLR changes the rate at its milestones, Keras' PiecewiseConstantDecay after its boundaries.
            Defaults([Schedule.piecewise], ["boundary": "at"]),
            // PolynomialLR falls to 0.
            Defaults([Schedule.polynomial], ["end": 0.0]),
        ])
}
