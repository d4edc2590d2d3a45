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
    /// The step of the lesson that asks it; nil when it was typed at the prompt.
    var step: Int?

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

    /// What is wrong with the question itself. Fails when the answer or a mistake cannot be worked out.
    func problems(_ context: inout Context) throws(Diagnostic) -> [Diagnostic] {
        let right = try context.value(answer)
        guard right.elements.allSatisfy(\.isFinite) else {
            return [Diagnostic("the answer is not finite", at: answer.range)]
        }
        var problems: [Diagnostic] = []
        var earlier: [(name: String, value: Tensor)] = []
        for (name, expression) in mistakes {
            let value = try context.value(expression)
            func add(_ message: String, hint: String) {
                problems.append(Diagnostic(message, hint: hint, at: expression.range))
            }
            if isNear(value, right) {
                add("the mistake \"\(name)\" cannot be told from the answer", hint: "a smaller tol= would")
            } else if let same = earlier.first(where: { isNear(value, $0.value) }) {
                add(
                    "the mistake \"\(name)\" cannot be told from \"\(same.name)\"",
                    hint: "leave one out, or name both in one")
            }
            if earlier.contains(where: { $0.name == name }) {
                add("there are two mistakes \"\(name)\"", hint: "each has a name of its own")
            }
            earlier.append((name, value))
        }
        return problems
    }
}
