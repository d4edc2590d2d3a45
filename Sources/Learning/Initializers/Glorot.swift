// glorot_uniform and glorot_normal: variance 2/(fan_in + fan_out).

import Formulas

extension Initializer {
    static let glorotUniform = Initializer(
        "glorot_uniform", "uniform within ±√(6/(fan_in + fan_out)); Keras' default", source: "Glorot and Bengio 2010",
        weights: .uniform(bound: .sqrt(6 / (fans.in + fans.out))))

    static let glorotNormal = Initializer(
        "glorot_normal", "normal with deviation √(2/(fan_in + fan_out))", source: "Glorot and Bengio 2010",
        notes: [truncationNote], examples: ["init glorot_normal truncated=on seed=7"],
        weights: .normal(deviation: .sqrt(2 / (fans.in + fans.out))))
}
