// search random: draws parameters at random and keeps the best; the strategy that gradients are better than.

import Formulas
import Learning
import Tensors

struct SearchCommand: Command {
    let verb = "search"
    let group = CommandGroup.step
    let summary =
        "draws n random values of all parameters, a net's by its initialiser, and takes the best on all training samples "
        + "if it beats the present"
    let examples = ["search random n=1000", "search random n=500 range=-2:2 seed=3", "search random n=100 scale=0.5"]
    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? .words(["random"]) : keys(settings, of: nil, session) + [.key("range")]
    }

    let settings: [Setting] = [
        .integer("n", 1000, .within(1, 10_000_000), "how many are drawn; also range=a:b, the bounds of all parameters"),
        .number(
            "scale", nil, .positive, "uniform within this distance of the present values (1 without an initialiser)"),
        Session.seedSetting,
    ]

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        guard try call.word(0, "random", example: examples[0]) == "random" else {
            throw Diagnostic("search how?", hint: examples[0], at: call.range)
        }
        try call.atMost(1, example: examples[0])
        let settings = try call.settings(settings, also: ["range"], &context)
        let bounds = try bounds(call, settings)
        context.dropPhase()
        var search = try RandomSearch(context.session, settings, bounds: bounds)
        let count = settings.integer("n") ?? 1
        var random = settings.integer("seed").map { Random(seed: UInt64($0)) } ?? context.session.training.random
        try search.draw(count, &random, context)
        if settings.integer("seed") == nil { context.session.training.random = random }
        if search.losses.count < count {
            // What was interrupted is remembered as what was done, so that it can be done again.
            context.replacement = line(call, settings, count: search.losses.count)
            context.say("stopped by Ctrl-C after \(search.losses.count) draws")
        }
        report(search, context)
        try search.apply(to: &context.session)
    }

    /// The bounds that `range=a:b` gives.
    private func bounds(_ call: Call, _ settings: Settings) throws(Diagnostic) -> ClosedRange<Double>? {
        guard let element = call.keys.first(where: { $0.key == "range" }) else { return nil }
        guard case .range(let low, let high) = element.item.kind, low < high, (high - low).isFinite else {
            throw Diagnostic("range goes from a lower to a higher number", hint: "range=-1:1", at: element.range)
        }
        guard settings.given["scale"] == nil else {
            throw Diagnostic("give either range or scale", hint: examples[1], at: element.range)
        }
        return low...high
    }

    private func line(_ call: Call, _ settings: Settings, count: Int) -> String {
        var words = ["search random n=\(count)"]
        for (name, value) in settings.given.sorted(by: { $0.key < $1.key }) where name != "n" {
            words.append("\(name)=\(value.text())")
        }
        if case .range(let low, let high) = call.keys.first(where: { $0.key == "range" })?.item.kind {
            words.append("range=\(Digits.full.text(low)):\(Digits.full.text(high))")
        }
        return words.joined(separator: " ")
    }

    private func report(_ search: RandomSearch, _ context: Context) {
        let (name, losses) = (search.function.name, search.losses.filter { !$0.isNaN }.sorted())
        context.say("\(losses.count) of \(search.losses.count) draws have a value of \(name), \(search.source)")
        guard let best = losses.first, let worst = losses.last else { return }
        let median = losses[losses.count / 2]
        context.say(
            "best \(context.text(best)) in draw \(search.best?.draw ?? 0), median \(context.text(median)), worst \(context.text(worst))"
        )
        let better = losses.count { $0 < search.present }
        let share = Digits.fixed(Double(better) / Double(search.losses.count) * 100, decimals: 1)
        context.say(
            "present \(context.text(search.present)): \(better) draws (\(share) %) are better; "
                + (search.isBetter ? "the best is taken" : "the parameters stay"))
    }
}

/// A search under way.
private struct RandomSearch {
    private(set) var function: ObjectiveFunction
    /// The objective at the present parameters.
    let present: Double
    /// From what the draws come, in words.
    let source: String
    private(set) var losses: [Double] = []
    private(set) var best: (loss: Double, draw: Int, parameters: [Double])?

    private let start: [Double]
    private let entries: [ParameterLayout.Entry]
    private let bounds: ClosedRange<Double>?
    private let scale: Double
    private let initial: [String: Origin.Drawn]

    init(_ session: Session, _ settings: Settings, bounds: ClosedRange<Double>?) throws(Diagnostic) {
        let (name, node) = try session.objectiveNode()
        var batch: [String: Tensor]?
        if let data = session.data, session.batchByHand.isEmpty {
            let samples = try session.samples(data.trainingRows, of: data)
            batch = ["x": samples.x, "y": samples.y]
        }
        function = try ObjectiveFunction(session, node: node, name: name, batch: batch)
        start = session.training.parameters
        present = try function.value(start)
        let trained = function.tape.trained
        entries = session.layout.entries.filter { trained.contains($0.name) }
        guard !entries.isEmpty else {
            throw Diagnostic("\(name) does not depend on any parameter", hint: "w = param(1) makes one")
        }
        self.bounds = bounds
        let given = settings.number("scale")
        scale = given.isNaN ? 1 : given
        initial = bounds == nil && given.isNaN ? session.initialDistributions : [:]
        if let bounds {
            let (low, high) = (session.digits.text(bounds.lowerBound), session.digits.text(bounds.upperBound))
            source = "uniform between \(low) and \(high)"
        } else if initial.isEmpty {
            source = "uniform within ±\(session.digits.text(scale)) of the present values"
        } else {
            source = "from \(Set(initial.values.map(\.initializer)).sorted().joined(separator: ", "))"
        }
    }

    /// Whether the best draw is better than the present parameters; anything is better than no number.
    var isBetter: Bool { best.map { $0.loss < present || present.isNaN } ?? false }

    /// Draws until `count` draws are made or Ctrl-C is pressed.
    mutating func draw(_ count: Int, _ random: inout Random, _ context: Context) throws(Diagnostic) {
        let clock = ContinuousClock()
        let start = clock.now
        var shown = 0
        while losses.count < count {
            try draw(&random)
            if context.workbench.isInterrupted() { return }
            // Ten times a second at most.
            let tenths = Int((clock.now - start) / .milliseconds(100))
            guard tenths != shown else { continue }
            shown = tenths
            let remark = "best \(best.map { context.text($0.loss) } ?? "")"
            context.emit(.progress(Progress(unit: "draw", done: losses.count, total: count, remark: remark)))
        }
    }

    private mutating func draw(_ random: inout Random) throws(Diagnostic) {
        var parameters = start
        for entry in entries {
            if let drawn = initial[entry.name] {
                let values = Initializer.draw(
                    drawn.distribution, drawn.settings, fanIn: drawn.fanIn, fanOut: drawn.fanOut,
                    count: entry.shape.count, &random)
                parameters.replaceSubrange(entry.range, with: values)
                continue
            }
            for element in entry.range {
                let range = bounds ?? (start[element] - scale)...(start[element] + scale)
                parameters[element] = random.uniform(range.lowerBound, range.upperBound)
            }
        }
        let loss = try function.value(parameters)
        losses.append(loss)
        if !loss.isNaN, best.map({ loss < $0.loss }) ?? true { best = (loss, losses.count, parameters) }
    }

    /// Puts the best draw in place of the present parameters when it is better.
    func apply(to session: inout Session) throws(Diagnostic) {
        guard isBetter, let best else { return }
        let distributions = session.initialDistributions
        for entry in entries {
            let value = Tensor(entry.shape, Array(best.parameters[entry.range]))
            try session.setParameter(entry.name, value, .found(draw: best.draw, distributions[entry.name]))
        }
    }
}

extension Session {
    /// The distributions of the network's parameters: those of their last draw, else those that a new net has.
    fileprivate var initialDistributions: [String: Origin.Drawn] {
        let member = Catalog.initializers[0]
        var result: [String: Origin.Drawn] = [:]
        for weights in network?.weights ?? [] {
            let standard = Origin.drawn(member, Settings(member.settings), weights).distribution
            result[weights.name] = origins[weights.name]?.distribution ?? standard
        }
        return result
    }
}

extension Origin {
    /// What the values were drawn from, when an initialiser has drawn them.
    fileprivate var distribution: Drawn? {
        switch kind {
        case .drawn(let drawn): drawn
        case .found(_, let drawn): drawn
        default: nil
        }
    }
}
