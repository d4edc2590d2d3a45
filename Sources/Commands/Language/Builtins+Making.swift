// The functions that make tensors from numbers, and the one that captures a value.

import Learning
import Tensors

extension Builtin {
    // MARK: Making

    static let making: [Builtin] = [
        filled("zeros", 0, "a tensor of zeros with these sizes"),
        filled("ones", 1, "a tensor of ones with these sizes"),
        Builtin("eye", "eye(3)", 1...1, meaning: "the identity matrix") { (evaluator, call) throws(Diagnostic) in
            let n = try evaluator.integer(call.positional[0], "the size")
            let shape = try BuiltinCall.shape([Double(n), Double(n)], call.range)
            return evaluator.graph.constant(Tensor(shape, (0..<n * n).map { $0 / n == $0 % n ? 1 : 0 }))
        },
        Builtin(
            "linspace", "linspace(0, 1, 5)", 3...3, meaning: "so many numbers at equal distances, both ends included"
        ) { (evaluator, call) throws(Diagnostic) in
            guard let from = try evaluator.value(call.positional[0]).scalar,
                let to = try evaluator.value(call.positional[1]).scalar
            else { throw Diagnostic("linspace goes from number to number", hint: call.usage, at: call.range) }
            let n = try evaluator.integer(call.positional[2], "the count")
            let shape = try BuiltinCall.shape([Double(n)], call.range)
            let values = (0..<n).map { index in
                index == n - 1 && n > 1 ? to : from + (to - from) * Double(index) / Double(max(n - 1, 1))
            }
            return evaluator.graph.constant(Tensor(shape, values))
        },
        random("randn", "standard normal random numbers") { $0.normal() },
        random("rand", "random numbers, uniform in 0 … 1") { $0.uniform() },
        Builtin(
            "onehot", "onehot([0, 2, 1], 3)", 2...2, meaning: "for each class number a row with a 1 at its place"
        ) { (evaluator, call) throws(Diagnostic) in
            let classes = try evaluator.integer(call.positional[1], "the number of classes")
            return try evaluator.apply(OneHot(classes: classes), [try call.node(0, &evaluator)], call.range)
        },
    ]

    private static func filled(_ name: String, _ value: Double, _ meaning: String) -> Builtin {
        Builtin(name, "\(name)(2, 3)", 0...8, meaning: meaning) { (evaluator, call) throws(Diagnostic) in
            evaluator.graph.constant(Tensor(repeating: value, try call.shape(&evaluator)))
        }
    }

    private static func random(
        _ name: String, _ meaning: String, _ draw: @escaping @Sendable (inout Random) -> Double
    ) -> Builtin {
        Builtin(name, "\(name)(2, 3)", 0...8, meaning: "\(meaning), from the session's stream") {
            (evaluator, call) throws(Diagnostic) in
            let shape = try call.shape(&evaluator)
            let values = (0..<shape.count).map { _ in draw(&evaluator.random) }
            return evaluator.graph.constant(Tensor(shape, values))
        }
    }

    // MARK: Capturing

    static let capturing: [Builtin] = [
        Builtin("value", "value(J)", 1...1, meaning: "the present value, as plain numbers without a graph") {
            (evaluator, call) throws(Diagnostic) in
            var inner = Evaluator(evaluator.session)
            return evaluator.graph.constant(try inner.value(call.positional[0]))
        }
    ]
}
