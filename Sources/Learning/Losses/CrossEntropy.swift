// cross_entropy: the loss of classification, from logits.

import Tensors

extension Loss {
    static let crossEntropy = Loss(
        "cross_entropy", "mean over samples of −Σ q·log softmax(z); takes logits, so the network needs no softmax",
        source: "Bridle 1990; smoothing: Szegedy et al. 2016", targets: .classes,
        settings: [.number("smoothing", 0, .share, "ε in q = (1 − ε)·target + ε/classes")]
    ) { (graph, p, y, settings) throws(OperationError) in
        try graph.apply(Tensors.CrossEntropy(smoothing: settings.number("smoothing")), [p, y])
    }
}
