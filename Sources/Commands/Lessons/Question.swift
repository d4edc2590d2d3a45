// Question: what a lesson asks: its answer, hints, and the mistakes that are recognised.

import Formulas
import Tensors

struct Question: Sendable {
    let text: String
    let answer: Expression
    /// The absolute or relative difference up to which an answer is right.
    let tolerance: Double
    let hints: [String]
    let mistakes: [(name: String, value: Expression)]
    /// How many hints were given.
    var hintsGiven = 0

    static let tolerance = 1e-3

    /// What can be said about an answer.
    enum Verdict {
        case right
        /// It is what one gets by this mistake.
        case mistake(String)
        case shape(Shape)
        case wrong
    }

    func verdict(_ given: Tensor, _ context: inout Context) throws(Diagnostic) -> Verdict {
        let right = try context.value(answer)
        if isNear(given, right) { return .right }
        for (name, value) in mistakes where isNear(given, try context.value(value)) { return .mistake(name) }
        return given.shape == right.shape ? .wrong : .shape(right.shape)
    }

    private func isNear(_ a: Tensor, _ b: Tensor) -> Bool {
        guard a.shape == b.shape || a.count == 1 && b.count == 1 else { return false }
        return zip(a.elements, b.elements).allSatisfy { ExpectCommand.isNear($0, $1, tolerance) }
    }

    /// Fails when the answer cannot be worked out, or when a mistake could not be told from it.
    func check(_ context: inout Context) throws(Diagnostic) -> Tensor {
        let right = try context.value(answer)
        guard right.elements.allSatisfy(\.isFinite) else {
            throw Diagnostic("the answer is not finite", at: answer.range)
        }
        for (name, value) in mistakes {
            guard !isNear(try context.value(value), right) else {
                throw Diagnostic(
                    "the mistake \"\(name)\" cannot be told from the answer", hint: "a smaller tol= would",
                    at: value.range)
            }
        }
        return right
    }
}
