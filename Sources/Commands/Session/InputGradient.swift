// InputGradient: how a loss changes with the samples: its gradient with respect to `x` or `y`.

import Formulas
import Tensors

/// A plan that computes a scalar and its gradient with respect to a part of the batch. The session is left alone.
struct InputGradient {
    let tape: Tape
    private let input: Int
    /// The node that holds the gradient.
    let node: Int
    private var values: [Double]
    private let parameters: [Double]
    private var gradients: [Double]

    /// For the scalar at `objective`, on a batch and at parameters; fails where it does not depend on `name`.
    init(
        _ session: Session, _ objective: Int, of name: String, _ batch: [String: Tensor], parameters: [Double]
    ) throws(Diagnostic) {
        tape = try located(nil) { () throws(OperationError) in
            try Tape(
                session.graph, roots: [], objective: objective, layout: session.layout,
                inputShapes: batch.mapValues(\.shape), frozen: Set(session.layout.entries.map(\.name)),
                differentiated: [name])
        }
        guard let input = tape.inputs[name], let node = tape.gradients[input] else {
            throw Diagnostic(
                "the loss has no slope with respect to \(name), so there is no \(name).grad",
                hint: name == "y" ? "class numbers cannot be moved a little" : nil)
        }
        self.input = input
        self.node = node
        values = tape.values(for: batch)
        self.parameters = parameters
        gradients = [Double](repeating: 0, count: parameters.count)
        try run()
    }

    private mutating func run() throws(Diagnostic) {
        try located(nil) { () throws(OperationError) in
            try tape.run(tape.forwardSteps, parameters: parameters, gradients: &gradients, values: &values)
            try tape.run(tape.backwardSteps, parameters: parameters, gradients: &gradients, values: &values)
        }
    }

    /// Computes everything anew with another value of the part of the batch.
    mutating func move(to value: Tensor) throws(Diagnostic) {
        let offset = tape.slots[input].offset
        values.replaceSubrange(offset..<offset + value.count, with: value.elements)
        try run()
    }

    /// One element of a node.
    func element(_ node: Int, _ offset: Int) -> Double {
        tape.element(node, offset, parameters: parameters, gradients: gradients, values: values)
    }

    /// The gradient, shaped as the part of the batch.
    var gradient: Tensor { tape.value(node, parameters: parameters, gradients: gradients, values: values) }

    /// The scalar.
    var objective: Double { tape.objective.map { element($0, 0) } ?? .nan }

    /// The central difference of the scalar for one element.
    func centralDifference(_ offset: Int, h: Double = 1e-5) throws(Diagnostic) -> Double {
        var trial = self
        let place = tape.slots[input].offset + offset
        let kept = values[place]
        trial.values[place] = kept + h
        let high = trial.values[place]
        try trial.run()
        let above = trial.objective
        trial.values[place] = kept - h
        let low = trial.values[place]
        try trial.run()
        return (above - trial.objective) / (high - low)
    }
}

extension Session {
    /// The gradient of the last step's objective with respect to `x` or `y`.
    func inputGradient(of name: String) throws(Diagnostic) -> InputGradient {
        guard let objective, let node = live[objective]?.node, step.tape?.objective != nil, step.hasGradients else {
            throw Diagnostic("\(name).grad has no value yet", hint: "run forward and backward first")
        }
        return try InputGradient(self, node, of: name, try batch(), parameters: try stepParameters())
    }

    /// Explains an element of that gradient; `place` gives its name and offset.
    func explanation(
        ofGradient name: String, _ place: (Shape) throws(Diagnostic) -> (symbol: String, offset: Int), _ isDeep: Bool
    ) throws(Diagnostic) -> Explanation {
        let slope = try inputGradient(of: name)
        let (symbol, offset) = try place(slope.gradient.shape)
        var explainer = NodeExplainer(tape: slope.tape, names: NodeNames(self, slope.tape), digits: digits) {
            slope.element($0, $1)
        }
        explainer.explain(slope.tape.base(of: slope.node), offset, symbol: symbol, deep: isDeep)
        var explanation = explainer.explanation
        let (difference, analytic) = (try slope.centralDifference(offset), slope.element(slope.node, offset))
        let agrees = (difference - analytic).magnitude <= 1e-6 * max(1, analytic.magnitude)
        explanation.remark("numeric check \(Digits.significant(9).text(difference)) \(agrees ? "✓" : "differs")")
        return explanation
    }
}
