// batchnorm: every feature with mean 0 and variance 1 over the batch, then scaled and shifted by learned numbers.

import Formulas
import Tensors

extension Layer {
    static let batchNorm = Layer(
        "batchnorm", "makes each feature's mean 0 and variance 1 over the batch, then n = gamma * that + beta",
        source: "Ioffe and Szegedy 2015; PyTorch's BatchNorm1d and BatchNorm2d, Keras' BatchNormalization",
        settings: [
            .number("momentum", 0.1, .share, "how the running statistics move; form says which way"),
            .number("eps", 1e-5, .notNegative, "added to the variance, so that no division is by 0"),
            .choice(
                "variance", ["unbiased", "biased"],
                "what the running variance follows: the batch's with n - 1, or with n, as in the normalization itself"),
            .choice(
                "form", ["torch", "keras"],
                "torch: running = (1 - momentum) * running + momentum * batch; keras: the two shares change places"),
        ],
        notes: [
            "Training normalizes by the batch's own mean1 and var1; evaluation by running_mean1 and running_var1.",
            "A momentum of 0.1 in PyTorch is one of 0.9 in Keras.",
            "The running statistics move at the first forward of each batch.",
            "On images each channel has one mean and one variance, over all pixels of all samples.",
            "gamma starts at 1 and beta at 0, whatever the initialiser.",
        ],
        example: "net 4 8 batchnorm relu 3", examples: ["net 4 8 batchnorm momentum=0.9 form=keras relu 3"],
        formulas: { settings in
            [
                "n = gamma * (x - mean) / sqrt(var + eps) + beta",
                "running_mean = \(following("mean", settings).text())",
                "running_var = \(following("var", settings).text())",
            ]
        },
        build: { chosen, net throws(OperationError) in
            let (settings, width, x) = (chosen.settings, net.width, net.current)
            // Images are normalized by channel, over all their pixels.
            let values = net.shape.axes.dropFirst(2).reduce(1, *)
            let gamma = try net.weight("gamma", [width], fanIn: width, fanOut: width, isBias: true, start: 1)
            let beta = try net.weight("beta", [width], fanIn: width, fanOut: width, isBias: true, start: 0)
            func statistic(_ base: String, _ initial: Double, _ batch: String) -> RunningStatistic {
                let symbols: [String: Formula] = [
                    "running_\(base)": "old", base: "batch", "momentum": .number(settings.number("momentum")),
                ]
                return RunningStatistic(
                    name: net.name("running_\(base)"), initial: Tensor(repeating: initial, [1, width]), batch: batch,
                    formula: following(base, settings).substituting { symbols[$0] }, valuesPerSample: values,
                    isVariance: base == "var")
            }
            let (meanName, varName) = (net.name("mean"), net.name("var"))
            let (meanState, varState) = (statistic("mean", 0, meanName), statistic("var", 1, varName))
            let (runningMean, runningVar) = (net.statistic(meanState), net.statistic(varState))
            var (mean, variance) = (runningMean ?? 0, runningVar ?? 0)
            if net.mode == .training {
                let rows =
                    net.givesImages ? try net.side(ChannelRows(), [try net.side(Permute([0, 2, 3, 1]), [x])]) : x
                mean = try net.side(Sum(axis: 0, keep: true, mean: true), [rows], named: "mean")
                let square: Formula = ("x" - "mean").squared
                let squares = try net.side(Pointwise("square", ["x", "mean"], square), [rows, mean])
                variance = try net.side(Sum(axis: 0, keep: true, mean: true), [squares], named: "var")
            }
            let root: Formula = .sqrt("var" + .number(settings.number("eps")))
            let formula: Formula = "gamma" * (("x" - "mean") / root) + "beta"
            var numbers = [mean, variance, gamma, beta]
            if net.givesImages {
                numbers = try numbers.map { (node) throws(OperationError) in
                    try net.side(Reshape([width, 1, 1]), [node])
                }
            }
            try net.apply(Pointwise("batchnorm", ["x", "mean", "var", "gamma", "beta"], formula), numbers, named: "n")
        })

    /// The next value of a running statistic, of itself, the batch's and `momentum`.
    private static func following(_ base: String, _ settings: Settings) -> Formula {
        let old = Formula.symbol("running_\(base)")
        var batch = Formula.symbol(base)
        if base == "var", settings.word("variance") == "unbiased" { batch = batch * "n" / ("n" - 1) }
        return settings.word("form") == "torch"
            ? (1 - "momentum") * old + "momentum" * batch : "momentum" * old + (1 - "momentum") * batch
    }
}
