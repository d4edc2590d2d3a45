// noise: how much the gradient of a mini-batch varies, by the size of the batch.

import Formulas
import Learning
import Tensors

struct NoiseCommand: Command {
    let verb = "noise"
    let group = CommandGroup.inspect
    let summary = "the variance of the mini-batch gradient by batch size, measured and by formula; changes nothing"
    let examples = ["noise", "noise draws=1000 seed=1"]
    let settings: [Setting] = [
        .integer("draws", 200, .within(1, 1_000_000), "how many batches of each size are drawn"), Session.seedSetting,
    ]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        let settings = try call.settings(settings, &context)
        var probe: GradientProbe
        do throws(Diagnostic) { probe = try GradientProbe(context.session) } catch { throw error.at(call.range) }
        let isReplaced = context.session.data?.order == .replacement && context.session.batchByHand.isEmpty
        let (mean, variance, isMean) = try spread(&probe)
        var random = context.session.training.random
        if let seed = settings.integer("seed") { random = Random(seed: UInt64(seed)) }
        let draws = settings.integer("draws") ?? 1
        let (n, length) = (probe.count, Tensor(vector: mean).norm)
        context.say("\(n) samples, gradient of all of them: norm \(context.text(length))")
        context.say("sigma^2 = mean of |g_i - g|^2 over the samples = \(context.text(variance))")
        let formula = "sigma^2 / B" + (isReplaced ? "" : " * (n - B) / (n - 1)")
        context.say(
            "\(draws) batches of each size B, drawn \(isReplaced ? "with" : "without") replacement: E|g_B - g|^2 = \(formula)"
        )
        var table = Table(["B", "measured", formula, "measured / formula", "noise / norm"], numeric: [0, 1, 2, 3, 4])
        for size in Self.sizes(n) {
            guard let measured = try measure(size, draws, mean, &probe, &random, isReplaced, context) else {
                context.say("stopped")
                break
            }
            let expected = Self.expected(size, of: n, variance: variance, isReplaced: isReplaced)
            let ratio = expected == 0 ? "" : Digits.significant(4).text(measured / expected)
            let relative = length == 0 ? "" : Digits.significant(4).text(measured.squareRoot() / length)
            table.rows.append(["\(size)", context.text(measured), context.text(expected), ratio, relative])
            context.emit(.progress(Progress(unit: "size", done: size, total: n, remark: "")))
        }
        context.emit(.table(table))
        if !isMean { context.say(GradientProbe.noMean) }
    }

    /// 1, 2, 4 … and all.
    static func sizes(_ count: Int) -> [Int] {
        var sizes: [Int] = []
        var size = 1
        while size < count {
            sizes.append(size)
            size *= 2
        }
        return sizes + [count]
    }

    /// σ²/B; without replacement what is drawn already cannot come again, and of all samples nothing is left to chance.
    static func expected(_ size: Int, of count: Int, variance: Double, isReplaced: Bool) -> Double {
        let plain = variance / Double(size)
        if isReplaced { return plain }
        return count == 1 ? 0 : plain * Double(count - size) / Double(count - 1)
    }

    /// The gradient on all samples, the trace of the covariance of the samples' own gradients, and whether their mean is
    /// the former.
    private func spread(
        _ probe: inout GradientProbe
    ) throws(Diagnostic) -> (mean: [Double], variance: Double, isMean: Bool) {
        let whole = try probe.gradient(on: Array(0..<probe.count)).gradient
        var sum = [Double](repeating: 0, count: whole.count)
        var squares = 0.0
        for sample in 0..<probe.count {
            let own = try probe.gradient(on: [sample]).gradient
            for index in own.indices { sum[index] += own[index] }
            let length = distance(own, whole)
            squares += length * length
        }
        let count = Double(probe.count)
        return (whole, squares / count, GradientProbe.agree(sum.map { $0 / count }, whole))
    }

    private func measure(
        _ size: Int, _ draws: Int, _ mean: [Double], _ probe: inout GradientProbe, _ random: inout Random,
        _ isReplaced: Bool, _ context: Context
    ) throws(Diagnostic) -> Double? {
        var squares = 0.0
        for _ in 0..<draws {
            if context.workbench.isInterrupted() { return nil }
            let rows =
                isReplaced
                ? (0..<size).map { _ in random.index(below: probe.count) }
                : Array(random.permutation(probe.count).prefix(size))
            let length = distance(try probe.gradient(on: rows).gradient, mean)
            squares += length * length
        }
        return squares / Double(draws)
    }
}
