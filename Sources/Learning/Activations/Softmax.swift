// softmax and log_softmax along the last axis.

import Tensors

extension Activation {
    static let softmax = Activation(
        "softmax", "exp(x) over the sum of exp(x): probabilities along the last axis", source: "Bridle 1990"
    ) { _ in Softmax() }

    static let logSoftmax = Activation(
        "log_softmax", "the logarithm of softmax along the last axis", source: "Bridle 1990"
    ) { _ in Softmax(log: true) }
}
