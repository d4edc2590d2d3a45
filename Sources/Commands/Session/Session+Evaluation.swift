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
    func samples(_ part: Part?) throws(Diagnostic) -> Samples {
        guard network != nil else { throw noNet }
        if let data, batchByHand.isEmpty {
            let rows = part == .val ? data.validationRows : data.trainingRows
            guard !rows.isEmpty else {
                throw Diagnostic("there are no validation samples", hint: "split train=0.8 seed=1 sets some aside")
            }
            if let pretext { return try evaluated(data.features(rows), by: pretext) }
            return try samples(rows, of: data)
        }
        let batch = try sampleBatch()
        if part != .val, let pretext, let x = batch["x"] { return try evaluated(x, by: pretext) }
        guard part != .val, let x = batch["x"], let y = batch["y"] else {
            throw Diagnostic("there are no samples", hint: "data NAME loads some, or give x = … and y = …")
        }
        return Samples(x: x, y: y)
    }

    /// What needs a net fails so; a machine is measured in other ways.
    private var noNet: Diagnostic {
        Diagnostic("there is no net", hint: trainedMachine == nil ? "net 2 4 relu 1" : "reconstruction_error(train)")
    }

    /// The network's outputs for rows of features.
    func predict(_ x: Tensor) throws(Diagnostic) -> Tensor {
        guard let evaluatedOutput else { throw noNet }
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
    func loss(on samples: Samples) throws(Diagnostic) -> Double {
        guard let loss = evaluatedLoss else { throw Diagnostic("there is no loss", hint: "loss cross_entropy") }
        guard samples.groups.isEmpty else {
            // Each row counts alike, whatever the size of its group.
            let sum = try losses(of: samples).reduce(0) { $0 + $1.loss * Double($1.rows) }
            return sum / Double(samples.x.shape[0])
        }
        let given = samples.others.merging(["y": samples.y]) { $1 }
        guard let evaluatedOutput, samples.x.shape[0] > rowsAtOnce else {
            return try run(loss, given.merging(["x": samples.x]) { $1 }).elements[0]
        }
        return try run(loss, given, known: [evaluatedOutput: try predict(samples.x)]).elements[0]
    }

    /// The loss on each group of samples that are compared with each other, and the rows that it has.
    func losses(of samples: Samples) throws(Diagnostic) -> [(loss: Double, rows: Int)] {
        var losses: [(loss: Double, rows: Int)] = []
        for group in samples.groups {
            let own = Samples(x: samples.x.rows(group), y: samples.y.rows(group))
            losses.append((try loss(on: own), group.count))
        }
        return losses
    }

    /// The share of samples whose class is predicted. One output: above 1/2 for mse and the like, above 0 for logits.
    func accuracy(on samples: Samples) throws(Diagnostic) -> Double {
        let out = try predict(samples.x)
        if let pretext, pretext.member.targets == .values {
            throw Diagnostic(
                "ssl \(pretext.member.name) has no classes of which a share could be right",
                hint: "loss_on(val) measures it")
        }
        if loss?.member.targets == .partners {
            let hits = try nearestOthers(out, samples.groups).enumerated().count { $1 == samples.y.elements[$0] }
            return Double(hits) / Double(out.shape[0])
        }
        let predicted = try predictedClasses(out)
        let hits = zip(predicted, try classNumbers(samples.y)).count { $0 == $1 }
        return Double(hits) / Double(predicted.count)
    }

    /// For each row the number of the row with the largest cosine among the others of its group.
    private func nearestOthers(_ rows: Tensor, _ groups: [Range<Int>]) throws(Diagnostic) -> [Double] {
        var result: [Double] = []
        for group in groups.isEmpty ? [0..<rows.shape[0]] : groups {
            var graph = Graph()
            let nearest = try located(nil) { () throws(OperationError) in
                let z = graph.constant(rows.rows(group))
                let others = try graph.apply(WithoutOwn(), [try Loss.cosines(&graph, z, z)])
                return try graph.apply(ArgMax(axis: 1), [others])
            }
            result += try run(nearest, [:], in: graph).elements
        }
        return result
    }

    /// Whether targets are classes, of which a share can be right: the task's or the data's.
    var hasClasses: Bool { pretext.map { $0.member.targets != .values } ?? (data?.set.classes.isEmpty == false) }

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
        guard let data, batchByHand.isEmpty, pretext == nil, data.set.classes.indices.contains(number) else {
            return "\(number)"
        }
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
            let parameters = training.parameters
            var gradients = [Double](repeating: 0, count: parameters.count)
            try tape.run(tape.forwardSteps, parameters: parameters, gradients: &gradients, values: &values)
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
