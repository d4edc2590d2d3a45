// cross_entropy: the loss of classification, from logits.

import Tensors

extension Loss {
    static let crossEntropy = Loss(
        "cross_entropy", "mean over samples of −Σ q·log softmax(z); takes logits, so the network needs no softmax",
        source: "Bridle 1990; smoothing: Szegedy et al. 2016", targets: .classes,
        settings: [
            .number("smoothing", 0, .share, "ε in q = (1 − ε)·target + ε/classes"),
            .choice(
                "variant", ["K", "K-1"],
                "K: ε is shared by all K classes; K-1: by the others, the right one has 1 − ε"),
        ],
        notes: [
            "PyTorch and Keras smooth alike, with variant=K. PyTorch takes logits only; Keras takes probabilities unless"
                + " from_logits=True, and clips them to 1e-7 … 1 − 1e-7."
        ],
        examples: ["loss cross_entropy smoothing=0.1", "loss cross_entropy smoothing=0.1 variant=K-1"]
    ) { (graph, p, y, settings) throws(OperationError) in
        let amongOthers = settings.word("variant") == "K-1"
        return try graph.apply(
            Tensors.CrossEntropy(smoothing: settings.number("smoothing"), amongOthers: amongOthers), [p, y])
    }
}
