// How an element of a mask or of a running statistic came about.

import Formulas
import Learning
import Tensors

extension Session {
    /// Explains an element of a mask or of a running statistic of the network's layers.
    func explanation(ofState name: String, _ symbol: String, _ offset: Int) throws(Diagnostic) -> Explanation {
        var explanation = Explanation(digits: digits)
        if let mask = masks.first(where: { $0.name == name }), let value = training.layers.masks[name] {
            explanation.add(symbol, .number(value.elements[offset]), [:], value.elements[offset])
            if let node = mask.follows {
                explanation.remark("\(node) of the batch before, where the chain ended; 0 at first, unless you set it")
                return explanation
            }
            let kind = mask.keep.map { "1 with probability \(Digits.full.text($0)), else 0" }
            explanation.remark("\(kind ?? "uniform between 0 and 1"); drawn once a batch, unless you set it")
            return explanation
        }
        guard let statistic = network?.statistics.first(where: { $0.name == name }),
            let value = training.layers.statistics[name]
        else { throw unknown(name) }
        guard let before = training.layers.before[name], let batch = batchStatistic(statistic) else {
            explanation.add(symbol, .number(value.elements[offset]), [:], value.elements[offset])
            explanation.remark(training.layers.before.isEmpty ? "no batch has moved it yet" : "you set it")
            return explanation
        }
        let own = "\(statistic.batch)[0,\(offset)]"
        let formula = statistic.formula.substituting {
            $0 == "old" ? .symbol(symbol) : $0 == "batch" ? .symbol(own) : nil
        }
        let values = [
            symbol: before.elements[offset], own: batch.elements[offset],
            "n": Double(training.layers.rows * statistic.valuesPerSample),
        ]
        explanation.add(symbol, formula, values, value.elements[offset])
        let reads = formula.symbols.contains("n") ? "; n counts the values behind \(own)" : ""
        explanation.remark("\(symbol) on the right is the value before this batch\(reads)")
        return explanation
    }

    /// The batch's statistic that moved a running one last.
    private func batchStatistic(_ statistic: RunningStatistic) -> Tensor? {
        guard let tape = step.tape, let node = live[statistic.batch].flatMap({ tape.nodes[$0.node] }) else {
            return nil
        }
        return tapeValue(node)
    }
}
