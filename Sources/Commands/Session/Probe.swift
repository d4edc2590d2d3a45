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

    /// For a node of `graph` (the session's definitions, if none is given), with the present batch.
    init(_ session: Session, _ node: Int, in graph: Graph? = nil) throws(Diagnostic) {
        let batch = try session.batch()
        tape = try located(nil) { () throws(OperationError) in
            try Tape(
                graph ?? session.graph, roots: [node], objective: nil, layout: session.layout,
                inputShapes: batch.mapValues(\.shape))
        }
        self.node = tape.nodes[node]!
        values = tape.values(for: batch)
        parameters = session.training.parameters
        gradients = [Double](repeating: 0, count: parameters.count)
    }

    /// The first element of the node at the parameters as they are now.
    mutating func value() throws(Diagnostic) -> Double {
        try located(nil) { () throws(OperationError) in
            try tape.run(tape.forwardSteps, parameters: &parameters, gradients: &gradients, values: &values)
        }
        return tape.element(node, 0, parameters: parameters, gradients: gradients, values: values)
    }
}
