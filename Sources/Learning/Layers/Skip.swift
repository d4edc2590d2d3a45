// skip: layers whose input is added to their output.

import Formulas
import Tensors

extension Layer {
    static let skip = Layer(
        "skip", "the layers in its parentheses, with their input added to their output: s = f + x",
        source: "He et al. 2015, residual networks",
        notes: [
            "The gradient reaches the input twice: through the layers, and unchanged past them.",
            "Input and output must have the same width.",
        ],
        example: "net 3 4 relu skip( 4 relu 4 ) relu 1", hasInner: true, formulas: { _ in ["s = f + x"] },
        build: { chosen, net throws(OperationError) in
            let (input, shape) = (net.current, net.shape)
            try net.append(chosen.inner)
            guard net.shape == shape else {
                let (before, after) = (Shape(Array(shape.axes.dropFirst())), Shape(Array(net.shape.axes.dropFirst())))
                throw OperationError(
                    "skip( … ) adds its input of shape \(before) to an output of shape \(after)",
                    hint: "the last layer inside must give \(before) again")
            }
            try net.apply(Pointwise("skip", ["f", "x"], "f" + "x"), [input], named: "s")
        })
}
