// MeasuredExplainer: how numbers came about that are measured by running the network: accuracy, loss_on, predict, numgrad;
// and the rates of a schedule. Those of curvature stand beside this file.

import Formulas
import Tensors

extension Session {
    /// Explains one element of a call of a measuring function, nil where the function is none.
    func explanation(ofCall name: String, _ call: [Expression.Argument], symbol: String, offset: Int, deep: Bool)
        throws(Diagnostic) -> Explanation?
    {
        let first = call.first?.value
        let part = first?.names.first.flatMap { Part(rawValue: $0) }
        switch name {
        case "accuracy":
            let samples = try samples(part)
            let count = Double(samples.x.shape[0])
            let share = try accuracy(on: samples)
            var explanation = Explanation(digits: digits)
            let values = ["hits": (share * count).rounded(), "samples": count]
            explanation.add(symbol, "hits" / "samples", values, share)
            explanation.remark(
                self.loss?.member.targets == .partners
                    ? "hits are the rows whose nearest other row is their partner"
                    : "hits are the samples whose class is predicted")
            return explanation
        case "loss_on":
            guard let loss = evaluatedLoss else { return nil }
            let samples = try samples(part)
            guard samples.groups.count > 1 else {
                return try explanation(of: loss, samples.batch, symbol, offset, deep)
            }
            return try explanation(ofGroups: try losses(of: samples), symbol, try self.loss(on: samples))
        case "predict":
            guard let evaluatedOutput, let first else { return nil }
            var evaluator = Evaluator(self)
            let x = try evaluator.value(first)
            let rows = x.shape.rank == 1 ? x.reshaped([1, x.count]) : network?.rows(x) ?? x
            return try explanation(of: evaluatedOutput, ["x": rows], symbol, offset, deep)
        case "hessian": return try explanationOfSecondDerivative(call, symbol, offset)
        case "eig": return try explanationOfEigenvalue(call, symbol, offset)
        case "lr_at":
            guard let first else { return nil }
            var evaluator = Evaluator(self)
            return try explanation(ofRateBefore: Int(try evaluator.value(first).elements[offset]), symbol)
        case "numgrad": return try explanationOfQuotient(call, symbol, offset)
        default: return nil
        }
    }

    /// The mean of the losses of groups, each counted by its rows.
    private func explanation(
        ofGroups losses: [(loss: Double, rows: Int)], _ symbol: String, _ result: Double
    ) throws(Diagnostic) -> Explanation {
        var explanation = Explanation(digits: digits)
        var values: [String: Double] = [:]
        let terms = losses.enumerated().map { index, group -> Formula in
            values["loss\(index)"] = group.loss
            return .symbol("loss\(index)") * .number(Double(group.rows))
        }
        let rows = losses.reduce(0) { $0 + $1.rows }
        explanation.add(symbol, .apply(.divide, [.sum(terms), .number(Double(rows))]), values, result)
        explanation.remark(
            "the losses of \(losses.count) batches, each as large as those of training, times their rows")
        return explanation
    }

    /// Explains a live node on a batch of its own, with the present parameters.
    private func explanation(
        of node: Int, _ batch: [String: Tensor], _ symbol: String, _ offset: Int, _ deep: Bool
    ) throws(Diagnostic) -> Explanation {
        let batch = batch.merging(training.layers.statistics) { given, _ in given }
        let nodes = evaluation?.nodes ?? live.mapValues(\.node)
        do throws(OperationError) {
            let tape = try Tape(
                graph, roots: [node] + (network?.nodeNames.compactMap { nodes[$0] } ?? []), objective: nil,
                layout: layout, inputShapes: batch.mapValues(\.shape))
            let parameters = training.parameters
            var values = tape.values(for: batch)
            var gradients = [Double](repeating: 0, count: parameters.count)
            try tape.run(tape.forwardSteps, parameters: parameters, gradients: &gradients, values: &values)
            var explainer = NodeExplainer(tape: tape, names: NodeNames(self, tape), digits: digits) {
                [values] node, offset in
                tape.element(node, offset, parameters: parameters, gradients: [], values: values)
            }
            explainer.explain(tape.nodes[node]!, offset, symbol: symbol, deep: deep)
            return explainer.explanation
        } catch { throw Diagnostic(error) }
    }

    /// The rate of the update behind `updates` updates: the schedule's formula.
    func explanation(ofRateBefore updates: Int, _ symbol: String) throws(Diagnostic) -> Explanation {
        let line = try rateLine(before: updates)
        var explanation = Explanation(digits: digits)
        explanation.add(symbol, line.formula, line.values, line.result)
        let names = line.formula.symbols
        var remarks = ["schedule \(schedule.label)"]
        if names.contains("base") { remarks.append("base is the rate of the optimizer") }
        if names.contains("t") { remarks.append("t counts the updates done before this one") }
        if names.contains("epoch") { remarks.append("epoch counts the epochs completed before this update") }
        explanation.remark(remarks.joined(separator: "; "))
        return explanation
    }

    /// A central difference: the function above and below the element, over the distance between.
    private func explanationOfQuotient(
        _ call: [Expression.Argument], _ symbol: String, _ offset: Int
    ) throws(Diagnostic) -> Explanation? {
        let names = call.filter { $0.key == nil }.compactMap(\.value.names.first)
        guard names.count == 2, let node = live[names[0]]?.node ?? lossNode(names[0]), let entry = layout[names[1]]
        else {
            return nil
        }
        var evaluator = Evaluator(self)
        var h = 1e-5
        if let given = call.first(where: { $0.key == "h" })?.value { h = try evaluator.value(given).scalar ?? h }
        var probe = try Probe(self, node)
        if step.isFresh, let point = step.shifted {
            probe.parameters = point
            try probe.measure()
        }
        let element = entry.offset + offset
        let (high, low) = (probe.parameters[element] + h, probe.parameters[element] - h)
        probe.parameters[element] = high
        let above = try probe.value()
        probe.parameters[element] = low
        let below = try probe.value()
        var explanation = Explanation(digits: digits)
        explanation.add(
            symbol, ("above" - "below") / ("high" - "low"),
            ["above": above, "below": below, "high": high, "low": low], (above - below) / (high - low))
        explanation.remark("\(names[0]) with the element of \(names[1]) at high and at low")
        return explanation
    }
}
