// Stops: conditions that end a row of steps, and expressions that are printed after every step.

import Tensors

/// What is watched while steps are made.
struct Stop: Sendable {
    enum Kind: Sendable {
        /// Stops when the value changes.
        case watch(Expression, last: Tensor?)
        /// Stops when it holds.
        case condition(Expression)
        /// Stops when a number of the step is not finite.
        case nan
        /// Prints the value.
        case display(Expression)
    }

    let number: Int
    /// The line without its verb, as it was typed.
    let text: String
    var kind: Kind

    var label: String {
        switch kind {
        case .watch: "watch \(text)"
        case .condition: "break if \(text)"
        case .nan: "break on nan"
        case .display: "display \(text)"
        }
    }
}

extension Context {
    /// After a step: prints what is displayed, and returns why to stop, if anything says so.
    mutating func checkStops() throws(Diagnostic) -> String? {
        var reason: String?
        for index in session.stops.indices {
            let stop = session.stops[index]
            do throws(Diagnostic) { reason = try check(index, reason) ?? reason } catch {
                throw Diagnostic(
                    "breakpoint \(stop.number), \(stop.label): \(error.message)", hint: "delete \(stop.number)")
            }
        }
        return reason
    }

    /// Whether one of the stops ends the steps, unless another does already.
    private mutating func check(_ index: Int, _ reason: String?) throws(Diagnostic) -> String? {
        let stop = session.stops[index]
        switch stop.kind {
        case .display(let expression):
            let value = try value(expression)
            emit(.tensor(value, name: stop.text, remark: nil, digits: session.digits))
        case .condition(let expression):
            guard try holds(expression), reason == nil else { return nil }
            return "\(stop.number): \(stop.text) holds" + (try operands(of: expression))
        case .watch(let expression, let last):
            let value = try value(expression)
            session.stops[index].kind = .watch(expression, last: value)
            guard let last, !last.hasSameBits(as: value), reason == nil else { return nil }
            return "\(stop.number): \(stop.text) changed: \(text(last)) → \(text(value))"
        case .nan:
            guard reason == nil, let found = session.firstNotFinite() else { return nil }
            return "\(stop.number): \(found)"
        }
        return nil
    }

    /// The values of both sides of a comparison.
    private mutating func operands(of expression: Expression) throws(Diagnostic) -> String {
        guard case .binary(let operation, let a, let b) = expression.kind, operation.precedence == 4 else { return "" }
        return ": \(text(try value(a))) \(operation.rawValue) \(text(try value(b)))"
    }
}

extension Session {
    /// The first operation of the last step whose result is not finite, with its inputs, in words.
    func firstNotFinite() -> String? {
        guard let tape = step.tape else { return nil }
        let names = NodeNames(self, tape)
        for node in tape.forwardSteps + tape.backwardSteps {
            let value = stepValue(node)
            guard value.elements.contains(where: { !$0.isFinite }) else { continue }
            let inputs = tape.graph.nodes[node].inputs.map {
                "\(names.label($0)) = \(TensorText.brief(stepValue($0), digits: digits))"
            }
            let name = names.name(node).map { "\($0) = " } ?? ""
            return "\(name)\(names.formula(node)) is not finite; its inputs: \(inputs.joined(separator: "; "))"
        }
        guard
            let entry = layout.entries.first(where: { entry in
                training.parameters[entry.range].contains { !$0.isFinite }
            })
        else { return nil }
        return "the update made \(entry.name) not finite"
    }

    /// The value of a node with the parameters that the step used, where they are still known.
    private func stepValue(_ node: Int) -> Tensor {
        let parameters = (try? stepParameters()) ?? training.parameters
        return step.tape!.value(node, parameters: parameters, gradients: step.gradients, values: step.values)
    }
}
