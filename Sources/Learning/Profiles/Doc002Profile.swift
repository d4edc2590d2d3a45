// doc002: the formulas of a lecture's notes on regularization and optimization.

extension Profile {
    static let doc002 = Profile(
        "doc002", "lecture notes: v ← ρv + ∇L, w ← w − ηv; ε inside the root; decay of 0.9 in rmsprop; R = ΣW²",
        source: "notes on CS231n, lecture 3 (regularization and optimization)", initializer: .glorotUniform,
        [
            Defaults([Optimizer.rmsprop, .adam, .adamw, .adagrad], ["eps": 1e-8, "eps_at": "inside"]),
            Defaults([Optimizer.rmsprop], ["rho": 0.9]),
        ])
}
