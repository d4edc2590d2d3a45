// conv: small filters that move over images, the same weights at every place.

import Formulas
import Tensors

extension Layer {
    static let conv = Layer(
        "conv", "filters that move over images: a weighted sum of what lies under the kernel, at every place",
        source: "LeCun et al. 1989; PyTorch's Conv2d, Keras' Conv2D",
        argument: .size("kernel", nil, .within(1, 1000), "the size of the kernel, 3 or 3x5"),
        settings: [
            .integer("channels", nil, .within(1, 1e6), "how many filters, each of which gives a channel"),
            .size("stride", 1, .within(1, 1000), "the step from place to place"), Window.paddingSetting,
            .flag("bias", true, "whether a number is added to each filter's sums"),
        ],
        notes: [
            "W1 is [channels out, channels in, height, width] and b1 [channels out], as in PyTorch; Keras' kernel is "
                + "[height, width, channels in, channels out].",
            "Images are [samples, channels, height, width] (NCHW), as in PyTorch; Keras has the channels last (NHWC).",
            "fan_in is channels in * height * width of the kernel, fan_out channels out * height * width.",
            "As in the frameworks the kernel is not turned over: in mathematics this is a cross-correlation.",
        ],
        example: "net 8x8 conv 3 channels=4 relu flatten 10",
        examples: ["net 3x8x8 conv 3x5 channels=4 stride=2 padding=same bias=off relu flatten 10"], takesImages: true,
        formulas: { _ in ["z = sum over channels and kernel of x * W, + b: one W and one b for each channel out"] },
        build: { chosen, net throws(OperationError) in
            let settings = chosen.settings
            try net.checkImages("conv")
            guard let filters = settings.integer("channels"), let kernel = settings.size("kernel") else {
                throw OperationError("conv needs the number of its filters", hint: "conv 3 channels=8")
            }
            let window = Window(settings, stride: 1, 1)
            try window.check(net.shape)
            let (channels, area) = (net.width, kernel.rows * kernel.columns)
            net.count()
            let weight = try net.weight(
                "W", [filters, channels, kernel.rows, kernel.columns], fanIn: channels * area, fanOut: filters * area)
            guard settings.isOn("bias") else {
                try net.apply(Convolution(window), [weight], named: "z")
                return
            }
            let bias = try net.weight("b", [filters], fanIn: channels * area, fanOut: filters * area, isBias: true)
            net.current = try net.side(Convolution(window), [net.current, weight])
            let plane = try net.side(Reshape([filters, 1, 1]), [bias])
            try net.apply(Pointwise("bias", ["a", "b"], "a" + "b"), [plane], named: "z")
        })
}

extension Window {
    static let paddingSetting = Setting.size(
        "padding", 0, .within(0, 1000), or: ["same", "valid"],
        "rows and columns added on each side; valid is 0, same keeps the size (divided by the stride, rounded up)")

    /// The window of a layer's settings; `rows` and `columns` are the step where none is set.
    init(_ settings: Settings, stride rows: Int, _ columns: Int) {
        let (kernel, padding) = (settings.size("kernel"), settings.size("padding"))
        let stride = settings.size("stride") ?? (rows, columns)
        self.init(
            rows: kernel?.rows ?? 1, columns: kernel?.columns ?? 1, down: stride.rows, right: stride.columns,
            padding: settings.word("padding") == "same"
                ? .same : .pixels(padding?.rows ?? 0, padding?.columns ?? 0))
    }
}
