// sharpness: how much the objective can rise within a small distance of the present point.

import Formulas
import Learning
import Tensors

struct SharpnessCommand: Command {
    let verb = "sharpness"
    let group = CommandGroup.inspect
    let summary =
        "how far the objective rises within |δ| ≤ rho: the best of a few climbs, so a lower bound; with estimates of "
        + "first and second order"
    let examples = ["sharpness rho=0.05", "sharpness rho=0.1 steps=200"]
    let settings: [Setting] = [
        .number("rho", 0.05, .positive, "the radius of the ball of δ, over all parameters together"),
        .integer("steps", 50, .within(1, 100_000), "the most steps of a climb"),
    ]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        let settings = try call.settings(settings, &context)
        let (rho, session) = (settings.number("rho"), context.session)
        var function = try session.objectiveFunction()
        let trained = session.layout.entries.filter { function.tape.trained.contains($0.name) }
        let isLarge = trained.reduce(0) { $0 + $1.shape.count } > Hessian.limit
        let curvature = isLarge ? nil : try session.curvature(of: function)
        let eigen = try curvature.map { (curvature) throws(Diagnostic) in
            try located(call.range) { () throws(OperationError) in try Eigen(curvature.matrix) }
        }
        var climb = Climb(
            point: session.training.parameters, rho: rho, shift: max(0, -(eigen?.values.first ?? 0)),
            steps: settings.integer("steps") ?? 1)
        let start = try function.gradient(climb.point)
        guard start.value.isFinite else {
            throw Diagnostic("\(function.name) is \(context.text(start.value)) here", at: call.range)
        }
        climb.start = start.value
        let length = Tensor(vector: start.gradient).norm
        var first: Double?
        if length > 0 {
            let direction = start.gradient.map { $0 / length * rho }
            first = try function.value(zip(climb.point, direction).map { $0 + $1 }) - start.value
            try climb.run(from: direction, &function)
        }
        if let eigen, let curvature, let top = eigen.vectors.last {
            for sign in [rho, -rho] { try climb.run(from: session.spread(top, curvature).map { $0 * sign }, &function) }
        }
        report(climb, function.name, context)
        if let first {
            context.say("at δ = rho · gradient / |gradient|, the point that SAM takes: \(context.text(first))")
        }
        if let highest = eigen?.values.last {
            let estimate = rho * length + rho * rho * highest / 2
            context.say("estimate of second order, rho · |gradient| + rho² · lambda / 2: \(context.text(estimate))")
            context.say("highest eigenvalue of the Hessian: lambda = \(context.text(highest))")
        } else {
            context.say("the highest eigenvalue is left out: more than \(Hessian.limit) parameters")
        }
    }

    private func report(_ climb: Climb, _ name: String, _ context: Context) {
        let rows = context.session.batchRows > 0 ? ", on the present batch of \(context.session.batchRows)" : ""
        let top = context.text(climb.start + climb.rise)
        context.say(
            "sharpness \(context.text(climb.rise)): \(name) rises from \(context.text(climb.start)) to \(top) within rho = "
                + context.text(climb.rho) + rows)
        context.say("a lower bound: the best of \(climb.runs) climbs of up to \(climb.steps) steps")
    }
}

/// Climbs on the sphere |δ| = rho.
private struct Climb {
    let point: [Double]
    let rho: Double
    /// Added to the curvature, so that every step climbs where the function is nearly quadratic.
    let shift: Double
    let steps: Int
    var start = 0.0
    /// The largest rise found; staying gives 0.
    private(set) var rise = 0.0
    private(set) var runs = 0

    init(point: [Double], rho: Double, shift: Double, steps: Int) {
        (self.point, self.rho, self.shift, self.steps) = (point, rho, shift, steps)
    }

    /// Each step turns δ to the gradient at w + δ (plus shift·δ) and stretches it to length rho.
    mutating func run(from first: [Double], _ function: inout ObjectiveFunction) throws(Diagnostic) {
        runs += 1
        var delta = first
        for _ in 0..<steps {
            let (value, gradient) = try function.gradient(zip(point, delta).map { $0 + $1 })
            guard value.isFinite else { return }
            rise = max(rise, value - start)
            let uphill = zip(gradient, delta).map { $0 + shift * $1 }
            let length = Tensor(vector: uphill).norm
            guard length > 0, length.isFinite else { return }
            let next = uphill.map { $0 / length * rho }
            let moved = Tensor(vector: zip(next, delta).map { $0 - $1 }).norm
            delta = next
            if moved <= 1e-12 * rho { break }
        }
        rise = max(rise, try function.value(zip(point, delta).map { $0 + $1 }) - start)
    }
}

extension Session {
    /// A vector of the curvature's rows, laid out as all parameters.
    fileprivate func spread(_ vector: [Double], _ curvature: Curvature) -> [Double] {
        var result = [Double](repeating: 0, count: layout.count)
        var start = 0
        for entry in curvature.entries {
            result.replaceSubrange(entry.range, with: vector[start..<start + entry.shape.count])
            start += entry.shape.count
        }
        return result
    }
}
