// value: every element of a gradient is kept between −limit and limit.

import Formulas

extension Clipping {
    static let value = Clipping(
        "value", "keeps every element of the gradient between −limit and limit; its direction may change",
        source: "Mikolov 2012; PyTorch's clip_grad_value_; Keras' clipvalue",
        settings: [.number("limit", 0.5, .positive, "the greatest magnitude of an element")]
    ) { _ in ["clipped": .max(-"limit", .min("limit", "grad"))] }
}
