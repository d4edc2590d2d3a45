// maxpool: of each part of an image only the largest element goes on.

import Formulas
import Tensors

extension Layer {
    static let maxPool = Layer(
        "maxpool", "the largest element under a kernel that moves over each channel of images",
        source: "Zhou and Chellappa 1988; PyTorch's MaxPool2d, Keras' MaxPooling2D",
        argument: .size("kernel", nil, .within(1, 1000), "the size of the kernel, 2 or 2x3"),
        settings: [
            .size("stride", nil, .within(1, 1000), "the step from place to place; without it the kernel's size"),
            Window.paddingSetting,
        ],
        notes: [
            "The gradient goes to the largest element; of equal ones to the first, row by row, as in PyTorch.",
            "Rows and columns at the end that do not fill the kernel are left out, unless padding takes them in.",
            "What is padded never is the largest; padding is at most half of the kernel.",
        ],
        example: "net 8x8 maxpool 2 flatten 10",
        examples: ["net 8x8 conv 3 channels=4 relu maxpool 2x3 stride=1 padding=same flatten 10"], takesImages: true,
        formulas: { _ in ["p = the largest x under the kernel"] },
        build: { chosen, net throws(OperationError) in
            try net.checkImages("maxpool")
            let kernel = chosen.settings.size("kernel") ?? (1, 1)
            try net.apply(MaxPool(Window(chosen.settings, stride: kernel.rows, kernel.columns)), named: "p")
        })
}
