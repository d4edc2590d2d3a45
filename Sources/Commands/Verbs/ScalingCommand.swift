// scaling: two steps with a batch against one step with twice the batch, at the same and at twice the rate.

import Formulas
import Learning
import Tensors

struct ScalingCommand: Command {
    let verb = "scaling"
    let group = CommandGroup.inspect
    let summary = "the linear scaling rule: two steps of a batch against one of twice the batch at lr and at 2·lr"
    let examples = ["scaling", "scaling batch=32 lr=0.1"]
    let settings: [Setting] = [
        .integer("batch", nil, .atLeast(1), "the size of the small batch (without it the present one)"),
        .number("lr", nil, .notNegative, "the rate of the small batch (without it the optimizer's, or 0.1)"),
    ]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[1])
        let settings = try call.settings(settings, &context)
        let session = context.session
        var comparison: Comparison
        do throws(Diagnostic) { comparison = try Comparison(session, size: settings.integer("batch")) } catch {
            throw error.at(call.range)
        }
        let given = settings.number("lr")
        let rate = given.isNaN ? session.optimizer?.rate ?? 0.1 : given
        let result = try comparison.result(rate)
        let (small, large) = (comparison.size, 2 * comparison.size)
        var table = Table(
            ["plain gradient descent", "|w - w1|", "from two steps", "loss of both"], numeric: [1, 2, 3])
        func add(_ name: String, _ w: [Double]) throws(Diagnostic) {
            let loss = try comparison.loss(at: w)
            let way = [distance(w, comparison.start), distance(w, result.twoSteps), loss].map { context.text($0) }
            table.rows.append([name] + way)
            if w.count <= 4 { context.say("\(name): w = \(context.text(Tensor(vector: w)))") }
        }
        let texts = (context.text(rate), context.text(2 * rate))
        try add("2 steps of \(small) at \(texts.0)", result.twoSteps)
        try add("1 step of \(large) at \(texts.0)", result.sameRate)
        try add("1 step of \(large) at \(texts.1)", result.twiceTheRate)
        context.emit(.table(table))
        context.say("residual = 2 steps - 1 step at twice the rate = lr * (g2 at w1 - g2 at w2)")
        try showResiduals(&comparison, rate, context)
        if !result.isMean { context.say(GradientProbe.noMean) }
    }

    /// The residual falls with the square of the rate, the way itself with the rate.
    private func showResiduals(
        _ comparison: inout Comparison, _ rate: Double, _ context: Context
    ) throws(Diagnostic) {
        var table = Table(["lr", "residual", "lr * |g2 at w1 - g2 at w2|", "residual / way"], numeric: [0, 1, 2, 3])
        for rate in [rate, rate / 2, rate / 4] {
            let result = try comparison.result(rate)
            let residual = distance(result.twoSteps, result.twiceTheRate)
            let way = distance(result.twoSteps, comparison.start)
            table.rows.append(
                [rate, residual, rate * distance(result.secondAtStart, result.secondAfterFirst)].map {
                    context.text($0)
                }
                    + [way == 0 ? "" : Digits.significant(4).text(residual / way)])
        }
        context.emit(.table(table))
    }
}

/// The same samples used in two ways, from the present parameters.
private struct Comparison {
    struct Result {
        let twoSteps: [Double]
        let sameRate: [Double]
        let twiceTheRate: [Double]
        /// The gradient on the second batch, at the start and after the first step.
        let secondAtStart: [Double]
        let secondAfterFirst: [Double]
        let isMean: Bool
    }

    let size: Int
    let start: [Double]
    private var probe: GradientProbe
    private let first: [Int]
    private let second: [Int]

    /// Takes the samples as the next epoch would have them; the session stays as it is.
    init(_ session: Session, size: Int?) throws(Diagnostic) {
        probe = try GradientProbe(session)
        let count = probe.count
        let present = session.batchByHand.isEmpty ? session.data?.effectiveBatchSize ?? count : count
        let size = size ?? min(present, max(count / 2, 1))
        guard size <= count / 2 else {
            throw Diagnostic(
                "two batches of \(size) need twice as many samples, there are \(count)",
                hint: count < 2 ? "data NAME loads more" : "scaling batch=\(count / 2)")
        }
        var random = session.training.random
        let order = session.batchByHand.isEmpty ? session.data?.epochOrder(&random) : nil
        let rows = order ?? Array(0..<count)
        first = Array(rows[..<size])
        second = Array(rows[size..<2 * size])
        self.size = size
        start = probe.parameters
    }

    mutating func result(_ rate: Double) throws(Diagnostic) -> Result {
        func moved(_ w: [Double], _ gradient: [Double], _ rate: Double) -> [Double] {
            zip(w, gradient).map { $0 - rate * $1 }
        }
        let one = try probe.gradient(on: first, at: start).gradient
        let secondAtStart = try probe.gradient(on: second, at: start).gradient
        let both = try probe.gradient(on: first + second, at: start).gradient
        let between = moved(start, one, rate)
        let two = try probe.gradient(on: second, at: between).gradient
        return Result(
            twoSteps: moved(between, two, rate), sameRate: moved(start, both, rate),
            twiceTheRate: moved(start, both, 2 * rate), secondAtStart: secondAtStart, secondAfterFirst: two,
            isMean: GradientProbe.agree(zip(one, secondAtStart).map { ($0 + $1) / 2 }, both))
    }

    mutating func loss(at parameters: [Double]) throws(Diagnostic) -> Double {
        try probe.gradient(on: first + second, at: parameters).loss
    }
}
