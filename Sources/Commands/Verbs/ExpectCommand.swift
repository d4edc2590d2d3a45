// expect: checks a value; in a script a miss ends it.

import Formulas
import Learning
import Tensors

struct ExpectCommand: Command {
    let verb = "expect"
    let group = CommandGroup.files
    let summary = "checks that an expression holds, or that two agree within tol, absolutely or relatively"
    let examples = ["expect 1 + 1 == 2", "expect sqrt(2) ~= 1.41421 tol=1e-5"]
    let grammar = Grammar.expectation
    let settings: [Setting] = [
        .number("tol", 1e-6, .notNegative, "the largest difference, absolute or relative; 0 is equality")
    ]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if let item = call.items.first {
            throw Diagnostic("expect takes no such word", hint: examples[1], at: item.range)
        }
        let settings = try call.settings(settings, &context)
        guard let condition = call.expression else { return }
        let stale = context.staleRemark([condition, call.expected].compactMap(\.self))
        do throws(Diagnostic) {
            try check(condition, settings, call, &context)
        } catch {
            var error = error
            if let stale {
                error.hint = [error.hint, "\(stale); forward computes it anew"].compactMap(\.self).joined(
                    separator: "; ")
            }
            throw error
        }
        context.say("ok" + (stale.map { "  (\($0))" } ?? ""))
    }

    private func check(
        _ condition: Expression, _ settings: Settings, _ call: Call, _ context: inout Context
    ) throws(Diagnostic) {
        if let expected = call.expected {
            try compare(condition, expected, settings.number("tol"), call, &context)
        } else {
            let value = try context.value(condition)
            guard value.elements.allSatisfy({ $0 != 0 && !$0.isNaN }) else {
                throw Diagnostic("the expectation does not hold\(try sides(condition, &context))", at: condition.range)
            }
        }
    }

    private func compare(
        _ left: Expression, _ right: Expression, _ tolerance: Double, _ call: Call, _ context: inout Context
    ) throws(Diagnostic) {
        let (a, b) = (try context.value(left), try context.value(right))
        guard let shape = a.shape.broadcast(with: b.shape), let x = a.broadcast(to: shape),
            let y = b.broadcast(to: shape)
        else {
            throw Diagnostic("shapes \(a.shape) and \(b.shape) cannot be compared", at: call.range)
        }
        for (index, (x, y)) in zip(x.elements, y.elements).enumerated() where !Self.isNear(x, y, tolerance) {
            let position = shape.position(of: index).map(String.init).joined(separator: ",")
            let element = shape.count == 1 ? "" : "element [\(position)]: "
            let full = Digits.full
            throw Diagnostic(
                "\(element)\(full.text(x)) is not \(full.text(y)) (difference \(Digits.significant(3).text((x - y).magnitude)), tol=\(full.text(tolerance)))",
                hint: shape.count == 1 ? nil : "left \(context.text(a)), right \(context.text(b))", at: left.range)
        }
    }

    /// Whether the absolute or the relative difference is at most `tolerance`.
    static func isNear(_ x: Double, _ y: Double, _ tolerance: Double) -> Bool {
        if x == y { return true }
        let difference = (x - y).magnitude
        return difference <= tolerance || difference <= tolerance * max(x.magnitude, y.magnitude) && difference.isFinite
    }

    /// The values of both sides of a comparison, for the message.
    private func sides(_ expression: Expression, _ context: inout Context) throws(Diagnostic) -> String {
        guard case .binary(let operation, let a, let b) = expression.kind, operation.precedence == 4 else { return "" }
        return ": \(context.text(try context.value(a))) \(operation.rawValue) \(context.text(try context.value(b)))"
    }
}
