// keras: the conventions of Keras 3.

extension Profile {
    static let keras = Profile(
        "keras", "Keras: ε 1e-7, rate inside the velocity, decay apart from the gradient, truncated normal weights",
        source: "Keras 3", initializer: .glorotUniform,
        [
            Defaults(
                [Optimizer.sgd, .momentum, .nesterov, .rmsprop, .adagrad, .adam, .adadelta, .adamax, .nadam],
                ["decay": "decoupled"]),
            Defaults([Optimizer.sgd, .momentum, .nesterov], ["lr": 0.01, "form": "keras"]),
            Defaults([Optimizer.adagrad], ["lr": 0.001, "eps": 1e-7, "eps_at": "inside", "initial": 0.1]),
            Defaults(
                [Optimizer.rmsprop], ["lr": 0.001, "rho": 0.9, "eps": 1e-7, "eps_at": "inside", "form": "keras"]),
            Defaults([Optimizer.adam, .adamw], ["eps": 1e-7, "eps_at": "hat"]),
            Defaults([Optimizer.adamw], ["weight_decay": 0.004]),
            Defaults([Optimizer.adadelta], ["lr": 0.001, "rho": 0.95, "eps": 1e-7]),
            Defaults([Optimizer.adamax], ["lr": 0.001, "eps": 1e-7, "eps_at": "outside"]),
            Defaults([Optimizer.nadam], ["lr": 0.001, "eps": 1e-7, "momentum_decay": 1.0]),
            // keras.activations.leaky_relu; the layer LeakyReLU has 0.3.
            Defaults([Activation.leakyReLU], ["slope": 0.2]),
            Defaults(
                [Layer.batchNorm], ["momentum": 0.99, "eps": 0.001, "variance": "biased", "form": "keras"]),
            Defaults([Loss.hinge], ["form": "keras"]),
            Defaults([Initializer.glorotNormal, .heNormal, .lecunNormal], ["truncated": "on"]),
            Defaults([Regularizer.l1, .l2, .elastic], ["evaluation": "total"]),
            Defaults([Clipping.norm], ["per": "variable", "form": "keras"]),
        ])
}
