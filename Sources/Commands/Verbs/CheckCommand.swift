// check gradients: every analytic gradient against central differences.

import Formulas
import Tensors

struct CheckCommand: Command {
    let verb = "check"
    let group = CommandGroup.inspect
    let summary = "every parameter's gradient against central differences, the worst element of each"
    let examples = ["check gradients"]
    let effect = Effect.none

    func choices(after items: [String], _ session: Session) -> [Choice] {
        items.isEmpty ? .words(["gradients"]) : []
    }
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
        var reasons: [String] = []
        let entries = session.layout.entries.filter { tape.trained.contains($0.name) }
        let meter = ProgressMeter(
            unit: "element", total: entries.reduce(0) { $0 + min($1.shape.count, Self.limit) })
        var done = 0
        for entry in entries {
            let analytic = try session.member("grad", of: entry.name)
            let numeric = try session.numericGradient(node, of: entry, h: 1e-5, limit: Self.limit) {
                (count) throws(Diagnostic) in
                meter.show(done: done + count, context, entry.name)
                if context.workbench.isInterrupted() { throw Diagnostic("stopped by Ctrl-C", at: call.range) }
            }
            done += numeric.count
            let differences = zip(analytic.elements, numeric).map { ($0 - $1).magnitude / max(1, $0.magnitude) }
            // A NaN is the worst of all.
            let worst =
                differences.indices.max {
                    differences[$0].isNaN ? false : differences[$1].isNaN || differences[$0] < differences[$1]
                } ?? 0
            guard differences.indices.contains(worst) else { continue }
            for index in differences.indices where !(differences[index] <= Self.tolerance) {
                let position = entry.shape.rank == 0 ? "" : "\(entry.shape.position(of: index))"
                guard let kink = try session.kink(near: entry.offset + index, tape) else {
                    bad += 1
                    continue
                }
                if reasons.count < 5 { reasons.append("\(entry.name)\(position) differs because of a kink: \(kink)") }
            }
            let place = entry.shape.position(of: worst).map(String.init).joined(separator: ",")
            table.rows.append([
                entry.name, "\(differences.count)", "[\(place)]",
                Digits.significant(9).text(analytic.elements[worst]),
                Digits.significant(9).text(numeric[worst]), Digits.significant(2).text(differences[worst]),
            ])
        }
        context.emit(.table(table))
        for reason in reasons { context.say(reason) }
        guard bad == 0 else {
            throw Diagnostic(
                "\(bad) elements differ by more than \(Digits.full.text(Self.tolerance)) without a kink nearby",
                at: call.range)
        }
        let agreement = "agree with the difference quotients to \(Digits.full.text(Self.tolerance))·max(1, |g|)"
        context.say(reasons.isEmpty ? "all gradients \(agreement)" : "all other gradients \(agreement)")
    }
}

extension Session {
    /// Where a small shift of one parameter element carries an operation across a kink, such as relu's at 0; in words.
    /// Without a kink a slope changes by no more than `smooth`.
    func kink(near element: Int, _ tape: Tape, smooth: Double = 0.01) throws(Diagnostic) -> String? {
        let names = NodeNames(self, tape)
        let (above, below) = (
            try values(shifting: element, by: 1e-5, tape), try values(shifting: element, by: -1e-5, tape)
        )
        for node in tape.forwardSteps {
            guard case .operation(let operation, let inputs) = tape.graph.nodes[node].source,
                let pointwise = operation as? Pointwise
            else { continue }
            for symbol in pointwise.symbols {
                let slope = pointwise.derivatives[symbol] ?? pointwise.formula.derivative(by: symbol)
                let local = Pointwise("slope", pointwise.symbols, slope)
                guard let a = try? local.evaluate(inputs.map(above)), let b = try? local.evaluate(inputs.map(below))
                else { continue }
                guard
                    let jump = a.elements.indices.first(where: { (a.elements[$0] - b.elements[$0]).magnitude > smooth })
                else { continue }
                let position = tape.graph.nodes[node].shape.position(of: jump)
                return "the slope of \(names.formula(node)) jumps" + (position.isEmpty ? "" : " at element \(position)")
            }
        }
        return nil
    }

    /// The values of nodes with one parameter element shifted.
    private func values(
        shifting element: Int, by shift: Double, _ tape: Tape
    ) throws(Diagnostic) -> (Int) -> Tensor {
        var parameters = step.shifted ?? training.parameters
        parameters[element] += shift
        var values = step.values
        var gradients = step.gradients
        do throws(OperationError) {
            try tape.run(tape.forwardSteps, parameters: parameters, gradients: &gradients, values: &values)
        } catch { throw Diagnostic(error) }
        return { [parameters, values, gradients] node in
            tape.value(node, parameters: parameters, gradients: gradients, values: values)
        }
    }
}
