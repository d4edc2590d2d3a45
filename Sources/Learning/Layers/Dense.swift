// dense: every output is a weighted sum of all inputs. A bare number in a `net` line is this layer.

import Formulas
import Tensors

extension Layer {
    static let dense = Layer(
        "dense", "weighted sums of all inputs: z = x @ W + b; a bare number is its width",
        source: "Rosenblatt 1958; PyTorch's Linear, Keras' Dense",
        argument: .integer("width", nil, .within(1, 1e6), "how many outputs"), example: "net 4 8 relu 3",
        formulas: { _ in ["z = x @ W + b"] },
        build: { chosen, net throws(OperationError) in
            guard !net.givesImages else {
                throw OperationError(
                    "a dense layer takes rows of numbers, here are images \(Shape(Array(net.shape.axes.dropFirst())))",
                    hint: "flatten before it makes rows of them")
            }
            let (inputs, outputs) = (net.width, chosen.settings.integer("width") ?? 1)
            net.count()
            let weight = try net.weight("W", [inputs, outputs], fanIn: inputs, fanOut: outputs)
            let bias = try net.weight("b", [outputs], fanIn: inputs, fanOut: outputs, isBias: true)
            let product = try net.side(MatMul(), [net.current, weight])
            net.current = product
            try net.apply(Pointwise("bias", ["a", "b"], "a" + "b"), [bias], named: "z")
        })
}
