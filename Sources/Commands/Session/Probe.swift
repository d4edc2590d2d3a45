// Probe: a node's value at other parameters than the present ones.

import Tensors

/// Computes one node again and again while its parameters are changed by hand. The session is left alone.
struct Probe {
    /// Laid out as the session's parameters.
    var parameters: [Double]
    private let tape: Tape
    private let node: Int
    private var values: [Double]
    private var gradients: [Double]
    /// The nodes that the parameters change; what is measured stays as it was at the session's parameters.
    private var steps: [Int]

    /// For a node of `graph` (the session's definitions, if none is given), with a batch: the present one, if none is given.
    init(
        _ session: Session, _ node: Int, in graph: Graph? = nil, batch: [String: Tensor]? = nil
    ) throws(Diagnostic) {
        var batch = batch
        if batch == nil { batch = try session.batch() }
        let given = batch ?? [:]
        tape = try located(nil) { () throws(OperationError) in
            try Tape(
                graph ?? session.graph, roots: [node], objective: nil, layout: session.layout,
                inputShapes: given.mapValues(\.shape))
        }
        self.node = tape.nodes[node]!
        values = tape.values(for: given)
        parameters = session.training.parameters
        gradients = [Double](repeating: 0, count: parameters.count)
        steps = tape.forwardSteps
        try measure()
    }

    /// Measures anew, at the present parameters, what later values take as fixed.
    mutating func measure() throws(Diagnostic) {
        steps = tape.forwardSteps
        guard steps.contains(where: { tape.isMeasured($0) }) else { return }
        _ = try value()
        steps = steps.filter { !tape.isMeasured($0) }
    }

    /// The first element of the node at the parameters as they are now.
    mutating func value() throws(Diagnostic) -> Double {
        try located(nil) { () throws(OperationError) in
            try tape.run(steps, parameters: parameters, gradients: &gradients, values: &values)
        }
        return tape.element(node, 0, parameters: parameters, gradients: gradients, values: values)
    }
}
