// he_uniform and he_normal: variance 2/fan_in, for relu.

import Formulas

extension Initializer {
    static let heUniform = Initializer(
        "he_uniform", "uniform within ±√(6/fan_in), for relu", source: "He et al. 2015",
        weights: .uniform(bound: .sqrt(6 / fans.in)))

    static let heNormal = Initializer(
        "he_normal", "normal with deviation √(2/fan_in), for relu", source: "He et al. 2015",
        notes: [truncationNote], examples: ["init he_normal truncated=on seed=7"],
        weights: .normal(deviation: .sqrt(2 / fans.in)))
}
