// flatten: images become rows of numbers, which dense layers take.

import Formulas
import Tensors

extension Layer {
    static let flatten = Layer(
        "flatten", "makes a row of numbers of each image, channel by channel, row by row",
        source: "PyTorch's Flatten, Keras' Flatten",
        notes: [
            "The order is that of PyTorch: all pixels of the first channel, then those of the next.",
            "Keras has the channels last and goes pixel by pixel, each with all its channels: rows of the next W change "
                + "places.",
        ],
        example: "net 8x8 conv 3 channels=4 relu flatten 10", takesImages: true,
        formulas: { _ in ["f[(c * height + i) * width + j] = x[c,i,j]"] },
        build: { _, net throws(OperationError) in
            guard net.givesImages else {
                throw OperationError(
                    "flatten makes rows of images, here are rows of \(net.width) numbers already",
                    hint: net.beginsWithImages
                        ? "one flatten is enough" : "leave it out; it belongs behind conv and maxpool")
            }
            try net.apply(SampleShape([net.shape.axes.dropFirst().reduce(1, *)]), named: "f")
        })
}
