// cross_entropy: the loss of classification, from logits.

import Tensors

extension Loss {
    static let crossEntropy = Loss(
        "cross_entropy", "mean over samples of −Σ q·log softmax(z); takes logits, so the network needs no softmax",
        source: "Bridle 1990; smoothing: Szegedy et al. 2016", targets: .classes,
        settings: [.number("smoothing", 0, .share, "ε in q = (1 − ε)·target + ε/classes")],
        notes: [
            "PyTorch and Keras smooth alike. PyTorch takes logits only; Keras takes probabilities unless"
                + " from_logits=True, and clips them to 1e-7 … 1 − 1e-7."
        ],
        examples: ["loss cross_entropy smoothing=0.1"]
    ) { (graph, p, y, settings) throws(OperationError) in
        try graph.apply(Tensors.CrossEntropy(smoothing: settings.number("smoothing")), [p, y])
    }
}
