// Evaluation: outputs, loss and accuracy of the network on given samples, without touching the training.

import Learning
import Tensors

extension Session {
    /// A part of the data.
    enum Part: String, CaseIterable {
        case train
        case val

        static var names: [String] { allCases.map(\.rawValue) }
    }

    /// The samples of a part; without data, the batch given by hand.
    func samples(_ part: Part?) throws(Diagnostic) -> (x: Tensor, y: Tensor) {
        guard network != nil else { throw Diagnostic("there is no net", hint: "net 2 4 relu 1") }
        if let data, batchByHand.isEmpty {
            let rows = part == .val ? data.validationRows : data.trainingRows
            guard !rows.isEmpty else {
                throw Diagnostic("there are no validation samples", hint: "split train=0.8 seed=1 sets some aside")
            }
            return try samples(rows, of: data)
        }
        let batch = try sampleBatch()
        guard part != .val, let x = batch["x"], let y = batch["y"] else {
            throw Diagnostic("there are no samples", hint: "data NAME loads some, or give x = … and y = …")
        }
        return (x, y)
    }

    /// The network's outputs for rows of features.
    func predict(_ x: Tensor) throws(Diagnostic) -> Tensor {
        guard let evaluatedOutput else { throw Diagnostic("there is no net", hint: "net 2 4 relu 1") }
        let (rows, limit) = (x.shape[0], rowsAtOnce)
        guard rows > limit else { return try run(evaluatedOutput, ["x": x]) }
        var elements: [Double] = []
        var width = 0
        for start in stride(from: 0, to: rows, by: limit) {
            let end = min(start + limit, rows)
            let part = Array(x.elements[start * x.shape[1]..<end * x.shape[1]])
            let out = try run(evaluatedOutput, ["x": Tensor([end - start, x.shape[1]], part)])
            elements += out.elements
            width = out.shape[1]
        }
        return Tensor([rows, width], elements)
    }

    /// How many samples are evaluated at once, so that large sets do not fill the memory with the nodes of a deep net.
    private var rowsAtOnce: Int {
        guard let evaluatedOutput else { return .max }
        // The definitions are for one sample.
        let each = graph.ancestors(of: [evaluatedOutput]).reduce(0) { sum, index in
            if case .operation = graph.nodes[index].source { sum + graph.nodes[index].shape.count } else { sum }
        }
        return max(Self.evaluatedElements / max(each, 1), 1)
    }

    /// The most numbers that one evaluation holds, about 128 MB.
    private static let evaluatedElements = 1 << 24

    /// The loss on given samples.
    func loss(on samples: (x: Tensor, y: Tensor)) throws(Diagnostic) -> Double {
        guard let loss = evaluatedLoss else { throw Diagnostic("there is no loss", hint: "loss cross_entropy") }
        guard let evaluatedOutput, samples.x.shape[0] > rowsAtOnce else {
            return try run(loss, ["x": samples.x, "y": samples.y]).elements[0]
        }
        return try run(loss, ["y": samples.y], known: [evaluatedOutput: try predict(samples.x)]).elements[0]
    }

    /// The share of samples whose class is predicted. One output: above 1/2 for mse and the like, above 0 for logits.
    func accuracy(on samples: (x: Tensor, y: Tensor)) throws(Diagnostic) -> Double {
        let predicted = try predictedClasses(try predict(samples.x))
        let hits = zip(predicted, try classNumbers(samples.y)).count { $0 == $1 }
        return Double(hits) / Double(predicted.count)
    }

    /// The class that each row of outputs predicts, as its number.
    func predictedClasses(_ out: Tensor) throws(Diagnostic) -> [Double] {
        if out.shape[1] > 1 {
            return try located(nil) { () throws(OperationError) in try ArgMax(axis: 1).evaluate([out]).elements }
        }
        let border = loss?.member.name == "bce" && network?.endsInActivation != true ? 0 : 0.5
        return out.elements.map { $0 > border ? 1 : 0 }
    }

    /// Targets as class numbers; a row of probabilities stands for its likeliest class.
    func classNumbers(_ y: Tensor) throws(Diagnostic) -> [Double] {
        guard y.shape.rank == 2, y.shape[1] > 1 else { return y.elements }
        return try located(nil) { () throws(OperationError) in try ArgMax(axis: 1).evaluate([y]).elements }
    }

    /// The name of a class of the data, or its number.
    func className(_ number: Int) -> String {
        guard let data, batchByHand.isEmpty, data.set.classes.indices.contains(number) else { return "\(number)" }
        return data.set.classes[number]
    }

    /// Computes one node from the present parameters and the given batch.
    func run(
        _ node: Int, _ batch: [String: Tensor], in graph: Graph? = nil, known: [Int: Tensor] = [:]
    ) throws(Diagnostic) -> Tensor {
        let batch = batch.merging(training.layers.statistics) { given, _ in given }
        do throws(OperationError) {
            let tape = try Tape(
                graph ?? self.graph, roots: [node], objective: nil, layout: layout,
                inputShapes: batch.mapValues(\.shape), known: known)
            var values = tape.values(for: batch)
            var parameters = training.parameters
            var gradients = [Double](repeating: 0, count: parameters.count)
            try tape.run(tape.forwardSteps, parameters: &parameters, gradients: &gradients, values: &values)
            return tape.value(tape.nodes[node]!, parameters: parameters, gradients: gradients, values: values)
        } catch { throw Diagnostic(error) }
    }

    /// Central differences of the live scalar at `node` for the elements of a parameter (at most `limit` of them), with the
    /// present batch.
    func numericGradient(
        _ node: Int, of entry: ParameterLayout.Entry, h: Double, limit: Int = .max,
        isDone: (_ count: Int) throws(Diagnostic) -> Void = { (_) throws(Diagnostic) in }
    ) throws(Diagnostic) -> [Double] {
        var probe = try Probe(self, node)
        if step.isFresh, let shifted = step.shifted {
            probe.parameters = shifted
            try probe.measure()
        }
        var result: [Double] = []
        for index in entry.range.prefix(limit) {
            let kept = probe.parameters[index]
            probe.parameters[index] = kept + h
            let (high, above) = (probe.parameters[index], try probe.value())
            probe.parameters[index] = kept - h
            let (low, below) = (probe.parameters[index], try probe.value())
            probe.parameters[index] = kept
            // Divided by the step that was really taken, after rounding.
            result.append((above - below) / (high - low))
            try isDone(result.count)
        }
        return result
    }
}
