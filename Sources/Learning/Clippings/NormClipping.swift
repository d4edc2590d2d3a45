// norm: gradients that are longer than the limit are shortened to it; their direction stays.

import Formulas

extension Clipping {
    static let norm = Clipping(
        "norm", "shortens the gradient to the limit when it is longer; its direction stays",
        source: "Pascanu, Mikolov and Bengio 2013; PyTorch's clip_grad_norm_; Keras' clipnorm and global_clipnorm",
        settings: [
            .number("limit", 1, .positive, "the greatest length"),
            .choice("per", ["all", "variable"], "the length of all gradients together, or of each parameter's alone"),
            .choice("form", ["torch", "keras"], "limit/(norm + 1e-6), or limit/norm"),
        ]
    ) { settings in
        let length: Formula = settings.word("form") == "keras" ? "norm" : "norm" + 1e-6
        return ["scale": .min(1, "limit" / length), "clipped": "grad" * "scale"]
    }
}
