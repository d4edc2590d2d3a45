// hessian, eig, critical: second derivatives at the present point, and what they say about it.

import Formulas
import Learning
import Tensors

struct HessianCommand: Command {
    let verb = "hessian"
    let group = CommandGroup.inspect
    let summary =
        "all second derivatives of the objective on the present batch (0 at kinks), by all parameters or those named"
    let examples = ["hessian", "hessian W1 b1", "hessian(J, w)"]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        .words(session.layout.entries.map(\.name))
    }

    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let (name, curvature) = try context.curvature(call, example: examples[0])
        context.describe(curvature, of: name)
        context.emit(.tensor(curvature.matrix, name: nil, remark: nil, digits: context.session.digits))
    }
}

struct EigCommand: Command {
    let verb = "eig"
    let group = CommandGroup.inspect
    let summary = "eigenvalues and eigenvectors of the objective's Hessian, and its condition number"
    let examples = ["eig", "eig W1 b1", "eig([[2, 1], [1, 2]])"]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        .words(session.layout.entries.map(\.name))
    }

    let effect = Effect.none
    /// Up to this many rows each eigenvector is shown whole.
    private static let small = 6

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let (name, curvature) = try context.curvature(call, example: examples[0])
        let eigen = try located(call.range) { () throws(OperationError) in try Eigen(curvature.matrix) }
        context.describe(curvature, of: name)
        guard let lowest = eigen.values.first, let highest = eigen.values.last else { return }
        var table = Table(["", "eigenvalue", "eigenvector"], numeric: [1])
        for (index, value) in eigen.values.enumerated() where index < 12 || index >= eigen.values.count - 4 {
            if index == 12, eigen.values.count > 16 { table.rows.append(["…", "", ""]) }
            table.rows.append([
                "\(index + 1)", context.text(value), Self.text(eigen.vectors[index], curvature, context),
            ])
        }
        context.emit(.table(table))
        context.say("lowest \(context.text(lowest)), highest \(context.text(highest))")
        let sizes = eigen.values.map(\.magnitude)
        context.say(
            eigen.condition.isFinite
                ? "condition number \(context.text(eigen.condition)): \(context.text(sizes.max()!)) / \(context.text(sizes.min()!)), by magnitude"
                : "condition number inf: the matrix is singular")
    }

    /// A short vector whole, of a long one the largest parts.
    private static func text(_ vector: [Double], _ curvature: Curvature, _ context: Context) -> String {
        let digits = Digits.significant(4)
        guard vector.count > small else { return TensorText.inline(Tensor(vector: vector), digits: digits) }
        let largest = vector.indices.sorted { vector[$0].magnitude > vector[$1].magnitude }.prefix(3)
        return largest.map { "\(curvature.element($0)) \(digits.text(vector[$0]))" }.joined(separator: ", ") + ", …"
    }
}

struct CriticalCommand: Command {
    let verb = "critical"
    let group = CommandGroup.inspect
    let summary = "whether the present point is a minimum, a saddle, a maximum or flat, by gradient and eigenvalues"
    let examples = ["critical", "critical gradient=1e-4", "critical flat=1e-6"]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        .words(session.layout.entries.map(\.name)) + keys(settings, of: nil, session)
    }

    let settings: [Setting] = [
        .number("gradient", 1e-6, .notNegative, "up to this norm the gradient counts as 0"),
        .number(
            "flat", nil, .notNegative,
            "an eigenvalue counts as 0 up to this times the largest; without it, up to the rounding of n such numbers"),
    ]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let settings = try call.settings(settings, &context)
        let session = context.session
        var function = try session.objectiveFunction()
        let (name, curvature) = try context.curvature(call, example: examples[0])
        let gradient = Tensor(
            vector: curvature.chosen(try function.gradient(session.training.parameters).gradient))
        let eigen = try located(call.range) { () throws(OperationError) in try Eigen(curvature.matrix) }
        context.describe(curvature, of: name)
        let limit = settings.number("gradient")
        let share = settings.number("flat")
        let rounding = 8 * Double(eigen.values.count) * Double.ulpOfOne
        let border = (share.isNaN ? rounding : share) * eigen.values.reduce(0) { max($0, $1.magnitude) }
        let signs = Signs(eigen.values, border: border)
        let norm = context.text(gradient.norm)
        context.say(
            gradient.norm <= limit
                ? "critical, |gradient| = \(norm) ≤ \(context.text(limit)): \(signs.verdict)"
                : "not critical: |gradient| = \(norm) > \(context.text(limit))")
        if let kink = try context.kinkHere(
            curvature.entries, steepest: eigen.values.reduce(0) { max($0, $1.magnitude) })
        {
            context.say("a kink lies here, which second derivatives do not see: \(kink)")
        }
        context.say(
            "eigenvalues: \(signs.up) positive, \(signs.down) negative, \(signs.flat) zero (within ±\(context.text(border)))"
        )
        if let lowest = eigen.values.first, let highest = eigen.values.last {
            context.say("lowest \(context.text(lowest)), highest \(context.text(highest))")
        }
    }

    /// How many eigenvalues are above, below and within a border around 0.
    private struct Signs {
        let up: Int, down: Int, flat: Int

        init(_ values: [Double], border: Double) {
            up = values.count { $0 > border }
            down = values.count { $0 < -border }
            flat = values.count - up - down
        }

        var verdict: String {
            switch (up > 0, down > 0, flat > 0) {
            case (true, true, _): "a saddle, up in \(up) directions and down in \(down)"
            case (true, false, false): "a minimum, up in every direction"
            case (false, true, false): "a maximum, down in every direction"
            case (true, false, true):
                "degenerate, up in \(up) directions and flat in \(flat): second derivatives cannot tell a minimum from a saddle"
            case (false, true, true):
                "degenerate, down in \(down) directions and flat in \(flat): second derivatives cannot tell a maximum from a saddle"
            default: "a plateau, flat in every direction as far as second derivatives tell"
            }
        }
    }
}

extension Context {
    /// A kink of the objective at the present point, in one of these parameters (of which only some are looked at).
    /// Curvature up to `steepest` is none.
    fileprivate func kinkHere(_ entries: [ParameterLayout.Entry], steepest: Double) throws(Diagnostic) -> String? {
        var session = session
        session.dropPhase()
        try session.forward()
        guard let tape = session.step.tape else { return nil }
        for element in entries.flatMap(\.range).prefix(100) {
            if let kink = try session.kink(near: element, tape, smooth: 0.01 + steepest * 1e-4) { return kink }
        }
        return nil
    }

    /// The objective's curvature by the parameters that a call names, or by all that it depends on.
    fileprivate func curvature(_ call: Call, example: String) throws(Diagnostic) -> (name: String, Curvature) {
        if let key = call.keys.first(where: { key in
            CommandCatalog.command(call.verb)?.settings.contains { $0.name == key.key } != true
        }) {
            throw Diagnostic("\(call.verb) has no key \(key.key ?? "")", hint: example, at: key.range)
        }
        var names: [(String, Range<Int>)] = []
        for (index, item) in call.items.enumerated() {
            if let name = try call.word(index, "a parameter", example: example) { names.append((name, item.range)) }
        }
        let function = try session.objectiveFunction()
        let curvature = try session.curvature(of: function, try session.parameters(names))
        guard curvature.count > 0 else {
            throw Diagnostic("\(function.name) does not depend on any parameter", hint: "w = param(1) makes one")
        }
        return (function.name, curvature)
    }

    /// What the matrix is of: the objective, the batch, and the order of rows.
    fileprivate func describe(_ curvature: Curvature, of name: String) {
        let entries = curvature.entries
        let list = entries.prefix(6).map { $0.shape.rank == 0 ? $0.name : "\($0.name) \($0.shape)" }
        let rows = session.batchRows > 0 ? " on the present batch of \(session.batchRows)" : ""
        say(
            "Hessian of \(name)\(rows) by \(curvature.count) parameters: "
                + list.joined(separator: ", ") + (entries.count > 6 ? ", …" : ""))
    }
}
