// bce: binary cross entropy on logits.

import Formulas

extension Loss {
    static let bce = Loss(
        "bce", "mean of −y·log σ(z) − (1 − y)·log(1 − σ(z)), from logits z",
        source: "PyTorch's BCEWithLogitsLoss",
        notes: ["Keras' BinaryCrossentropy takes probabilities unless from_logits=True."],
        derivatives: ["p": .sigmoid("p") - "y", "y": -"p"]
    ) { _ in .max("p", 0) - "p" * "y" + .log(1 + .exp(-.abs("p"))) }
}
