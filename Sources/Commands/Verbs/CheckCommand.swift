// check gradients: every analytic gradient against central differences.

import Formulas
import Tensors

struct CheckCommand: Command {
    let verb = "check"
    let group = CommandGroup.inspect
    let summary = "every parameter's gradient against central differences, the worst element of each"
    let examples = ["check gradients"]
    let effect = Effect.none
    /// Above this many elements only some are checked.
    private static let limit = 2000
    /// Differences up to this, relative to the larger of 1 and the gradient, are rounding.
    private static let tolerance = 1e-6

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[0])
        guard try call.word(0, "gradients", example: examples[0]) == "gradients" else {
            throw Diagnostic("check what?", hint: examples[0], at: call.range)
        }
        // The check works on a copy: it computes the gradients anew and leaves the session as it was.
        var session = context.session
        try session.forward()
        try session.backward()
        guard let node = session.objective.flatMap({ session.live[$0]?.node }), let tape = session.step.tape else {
            return
        }
        var table = Table(
            ["parameter", "elements", "worst", "gradient", "difference quotient", "difference"], numeric: [1, 3, 4, 5])
        var bad = 0
        for entry in session.layout.entries where tape.trained.contains(entry.name) {
            let analytic = try session.member("grad", of: entry.name)
            let numeric = try session.numericGradient(node, of: entry, h: 1e-5, limit: Self.limit)
            let differences = zip(analytic.elements, numeric).map { ($0 - $1).magnitude / max(1, $0.magnitude) }
            // A NaN is the worst of all.
            let worst =
                differences.indices.max {
                    differences[$0].isNaN ? false : differences[$1].isNaN || differences[$0] < differences[$1]
                } ?? 0
            guard differences.indices.contains(worst) else { continue }
            bad += differences.count { !($0 <= Self.tolerance) }
            let position = entry.shape.position(of: worst).map(String.init).joined(separator: ",")
            table.rows.append([
                entry.name, "\(differences.count)", "[\(position)]",
                Digits.significant(9).text(analytic.elements[worst]),
                Digits.significant(9).text(numeric[worst]), Digits.significant(2).text(differences[worst]),
            ])
        }
        context.emit(.table(table))
        guard bad == 0 else {
            throw Diagnostic(
                "\(bad) elements differ by more than \(Digits.full.text(Self.tolerance))",
                hint: "at a kink, such as relu at 0, the difference quotient means nothing", at: call.range)
        }
        context.say(
            "all gradients agree with the difference quotients to \(Digits.full.text(Self.tolerance))·max(1, |g|)")
    }
}
