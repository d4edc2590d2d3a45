// GradientProbe: gradients of the objective on chosen samples and at chosen parameters, beside the training.

import Learning
import Tensors

/// A copy of a session in which gradients are computed; the session itself stays as it is.
struct GradientProbe {
    private var session: Session
    /// The batch that was given by hand, when the samples come from it.
    private let given: [String: Tensor]
    /// How many samples there are.
    let count: Int

    init(_ session: Session) throws(Diagnostic) {
        guard let objective = session.objective, let node = session.live[objective]?.node else {
            throw Diagnostic("there is nothing to minimise", hint: "minimize J, or a net with a loss")
        }
        given = session.batchByHand.isEmpty ? [:] : try session.batch()
        guard let count = given["x"]?.shape[0] ?? session.data?.trainingRows.count else {
            throw Diagnostic("there are no samples", hint: "data NAME loads some, or give x = … and y = …")
        }
        let usesSamples = session.graph.ancestors(of: [node]).contains {
            if case .input = session.graph.nodes[$0].source { true } else { false }
        }
        guard usesSamples else {
            throw Diagnostic("\(objective) does not depend on samples", hint: "a net with a loss does")
        }
        self.count = count
        self.session = session
        self.session.optimizer = nil
        // The samples themselves are measured.
        self.session.augmentations = []
        self.session.tapes = [:]
        self.session.accumulates = false
        self.session.step = StepState(
            gradients: [Double](repeating: 0, count: session.layout.count),
            status: session.layout.entries.map { _ in .none })
    }

    /// The present parameters, as the layout has them.
    var parameters: [Double] { session.training.parameters }

    /// The gradient on some samples, laid out as the parameters, and the objective there.
    mutating func gradient(
        on rows: [Int], at parameters: [Double]? = nil
    ) throws(Diagnostic) -> (gradient: [Double], loss: Double) {
        if let parameters { session.training.parameters = parameters }
        if given.isEmpty {
            session.training.batch = rows
            session.training.batchIsUsed = false
        } else {
            session.batchByHand = given.mapValues { $0.rows(rows) }
        }
        try session.forward()
        try session.backward()
        return (session.step.gradients, session.lossValue ?? .nan)
    }

    /// The mean of gradients, and whether it is the gradient on all their samples together: it is when the objective is a
    /// mean over samples.
    static func agree(_ mean: [Double], _ whole: [Double]) -> Bool {
        let size = max(1, whole.map(\.magnitude).max() ?? 0)
        return zip(mean, whole).allSatisfy { ($0 - $1).magnitude <= 1e-9 * size }
    }

    static let noMean = "the objective is no mean over samples, so this formula does not hold for it"
}

extension Tensor {
    /// Some rows of a tensor with at least one axis.
    fileprivate func rows(_ rows: [Int]) -> Tensor {
        let size = count / max(shape[0], 1)
        return Tensor(
            Shape([rows.count] + shape.axes.dropFirst()),
            rows.flatMap { elements[$0 * size..<($0 + 1) * size] })
    }
}

/// The length of the difference of two vectors.
func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
}
