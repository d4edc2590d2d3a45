// race: several optimizers from the present point, on the present objective, with the same batches.

import Formulas
import Learning
import Plots
import Tensors

struct RaceCommand: Command {
    let verb = "race"
    let group = CommandGroup.pictures
    let summary =
        "lets several optimizers start from the present point with the same batches and shows who gets where; the session "
        + "stays as it is. Keys of one optimizer stand in parentheses behind it"
    let examples = [
        "race sgd momentum nesterov adagrad rmsprop adam steps=100",
        "race sgd(lr=0.1) adam(lr=0.05 beta1=0.8) steps=50",
    ]
    let effect = Effect.none
    func choices(after items: [String], _ session: Session) -> [Choice] {
        .words(session.optimizers.map(\.name)) + keys(settings, of: nil, session) + [.key("svg"), .file]
    }

    let settings: [Setting] = [
        .integer("steps", 100, .within(1, 1_000_000), "updates that each of them makes"),
        .number("lr", nil, .notNegative, "the learning rate of those that name none of their own"),
    ]

    /// One that runs.
    private struct Runner {
        let name: String
        var session: Session
        /// The objective before each update and after the last.
        var losses: [Double] = []
        var path: [[Double]] = []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let ranges = try PlotCommand.ranges(call)
        let settings = try call.settings(settings, also: ["svg", "x", "y"], &context)
        guard !call.items.isEmpty else {
            throw Diagnostic("who runs?", hint: examples[0], at: call.range)
        }
        guard context.session.objective != nil else {
            throw Diagnostic("there is nothing to minimise", hint: "minimize J, or a net with a loss", at: call.range)
        }
        let rate = settings.number("lr").isNaN ? nil : settings.number("lr")
        var runners: [Runner] = []
        for item in call.items { runners.append(try runner(item, rate, &context)) }
        let steps = settings.integer("steps") ?? 100
        for index in runners.indices {
            guard try race(&runners[index], steps, done: index * steps, of: runners.count * steps, context) else {
                context.say("stopped by Ctrl-C; those behind \(runners[index].name) did not run")
                runners.removeSubrange((index + 1)...)
                break
            }
        }
        report(runners, context)
        try draw(runners, call, ranges, &context)
    }

    private func runner(_ item: Item, _ rate: Double?, _ context: inout Context) throws(Diagnostic) -> Runner {
        let inner: (name: String, elements: [Element])
        switch item.kind {
        case .word(let word): inner = (word, [])
        case .group(let word, let elements): inner = (word, elements)
        default: throw Diagnostic("an optimizer should stand here", hint: examples[0], at: item.range)
        }
        let word = Element(key: nil, item: Item(kind: .word(inner.name), range: item.range), range: item.range)
        let call = Call(verb: "race", verbRange: item.range, range: item.range, elements: [word] + inner.elements)
        var chosen = try OptimizerCommand.chosen(call, &context, example: examples[0])
        if let rate, !call.keys.contains(where: { $0.key == "lr" }) {
            chosen = try located(item.range) { () throws(OperationError) in try chosen.withRate(rate) }
        }
        var session = context.session
        session.dropPhase()
        session.choose(chosen)
        session.track = Track(session.track.limits)
        return Runner(name: chosen.label, session: session)
    }

    /// False when the user wants to stop.
    private func race(
        _ runner: inout Runner, _ steps: Int, done: Int, of total: Int, _ context: Context
    ) throws(Diagnostic) -> Bool {
        let keepsPath = runner.session.layout.count <= Trail.pointLimit
        if keepsPath { runner.path.append(runner.session.training.parameters) }
        for step in 0..<steps {
            try runner.session.stepOnce()
            runner.losses.append(runner.session.lossValue ?? .nan)
            if keepsPath { runner.path.append(runner.session.training.parameters) }
            guard context.goesOn("step", done + step, of: total) else { return false }
        }
        runner.losses.append(try runner.session.finalLoss())
        return true
    }

    private func report(_ runners: [Runner], _ context: Context) {
        var table = Table(["", "first", "last", "lowest", "at update"], numeric: [1, 2, 3, 4])
        for runner in runners {
            let lowest = runner.losses.indices.filter { !runner.losses[$0].isNaN }.min {
                runner.losses[$0] < runner.losses[$1]
            }
            table.rows.append([
                runner.name, context.text(runner.losses.first ?? .nan),
                context.text(runner.losses.last ?? .nan), lowest.map { context.text(runner.losses[$0]) } ?? "",
                lowest.map { "\($0)" } ?? "",
            ])
        }
        context.emit(.table(table))
        let ends = runners.filter { $0.losses.last?.isFinite == true }
        if let best = ends.min(by: { $0.losses.last! < $1.losses.last! }), runners.count > 1 {
            context.say("\(best.name) is lowest here; another point, rate or number of steps may give another order")
        }
    }

    /// Where the objective depends on two numbers the paths over its contour, else the losses.
    private func draw(
        _ runners: [Runner], _ call: Call, _ ranges: [PictureRange], _ context: inout Context
    ) throws(Diagnostic) {
        let name = context.session.objective ?? "loss"
        let request = PictureRequest(
            call: call, expression: Expression(kind: .name(name), range: call.range),
            settings: Settings(ContourPicture().settings), ranges: ranges)
        guard runners.allSatisfy({ !$0.path.isEmpty }),
            (try? Terrain(request.expression!, request, count: 2, context)) != nil
        else { return try context.present(losses(runners, name), call, drawing: nil) }
        let paths = runners.map { (name: $0.name, points: $0.path) }
        try context.present(try ContourPicture.plot(request, paths: paths, context), call, drawing: nil)
    }

    private func losses(_ runners: [Runner], _ name: String) -> Plot {
        let marks = runners.enumerated().map { index, runner in
            Mark(.line(runner.losses.enumerated().map { Point(Double($0), $1) }), name: runner.name, series: index)
        }
        let updates = Double(max(runners[0].losses.count - 1, 1))
        return Plot(
            title: "\(name) of each", summary: "\(name) before each update, on the batch of that update.",
            body: .axes(
                Axes(
                    x: Axis("update", fitting: [0, updates]), y: Axis(name, fitting: runners.flatMap(\.losses)),
                    marks: marks)))
    }
}

extension Session {
    /// The objective at the present parameters, on the batch of the last step.
    func finalLoss() throws(Diagnostic) -> Double {
        guard let node = objective.flatMap({ live[$0]?.node }) else { return .nan }
        var probe = try Probe(self, node)
        return try probe.value()
    }
}
