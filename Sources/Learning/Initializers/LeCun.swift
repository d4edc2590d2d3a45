// lecun_uniform and lecun_normal: variance 1/fan_in.

import Formulas

extension Initializer {
    static let lecunUniform = Initializer(
        "lecun_uniform", "uniform within ±√(3/fan_in)", source: "LeCun et al. 1998, Efficient BackProp",
        weights: .uniform(bound: .sqrt(3 / fans.in)))

    static let lecunNormal = Initializer(
        "lecun_normal", "normal with deviation √(1/fan_in)", source: "LeCun et al. 1998, Efficient BackProp",
        notes: [truncationNote], examples: ["init lecun_normal truncated=on seed=7"],
        weights: .normal(deviation: .sqrt(1 / fans.in)))
}
