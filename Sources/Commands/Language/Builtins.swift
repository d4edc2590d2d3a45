// The functions of the language, by group.

import Formulas
import Learning
import Tensors

extension Builtin {
    // MARK: Making

    static let making: [Builtin] = [
        filled("zeros", 0), filled("ones", 1),
        Builtin("eye", "eye(3)", 1...1) { (evaluator, call) throws(Diagnostic) in
            let n = try evaluator.integer(call.positional[0], "the size")
            let shape = try BuiltinCall.shape([Double(n), Double(n)], call.range)
            return evaluator.graph.constant(Tensor(shape, (0..<n * n).map { $0 / n == $0 % n ? 1 : 0 }))
        },
        Builtin("linspace", "linspace(0, 1, 5)", 3...3) { (evaluator, call) throws(Diagnostic) in
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
        random("randn") { $0.normal() }, random("rand") { $0.uniform() },
        Builtin("onehot", "onehot([0, 2, 1], 3)", 2...2) { (evaluator, call) throws(Diagnostic) in
            let classes = try evaluator.integer(call.positional[1], "the number of classes")
            return try evaluator.apply(OneHot(classes: classes), [try call.node(0, &evaluator)], call.range)
        },
    ]

    private static func filled(_ name: String, _ value: Double) -> Builtin {
        Builtin(name, "\(name)(2, 3)", 0...8) { (evaluator, call) throws(Diagnostic) in
            evaluator.graph.constant(Tensor(repeating: value, try call.shape(&evaluator)))
        }
    }

    private static func random(_ name: String, _ draw: @escaping @Sendable (inout Random) -> Double) -> Builtin {
        Builtin(name, "\(name)(2, 3)", 0...8) { (evaluator, call) throws(Diagnostic) in
            let shape = try call.shape(&evaluator)
            let values = (0..<shape.count).map { _ in draw(&evaluator.random) }
            return evaluator.graph.constant(Tensor(shape, values))
        }
    }

    // MARK: Capturing

    static let capturing: [Builtin] = [
        Builtin("value", "value(J), its present value as a plain number", 1...1) {
            (evaluator, call) throws(Diagnostic) in
            var inner = Evaluator(evaluator.session)
            return evaluator.graph.constant(try inner.value(call.positional[0]))
        }
    ]

    // MARK: Element by element

    static let elementwise: [Builtin] =
        [Function.exp, .log, .sqrt, .abs, .sin, .cos, .erf, .sign, .floor].map { function in
            Builtin(function.rawValue, "\(function.rawValue)(x)", 1...1) { (evaluator, call) throws(Diagnostic) in
                try evaluator.pointwise(function, [try call.node(0, &evaluator)], call.range)
            }
        } + [
            Builtin("where", "where(c, a, b)", 3...3) { (evaluator, call) throws(Diagnostic) in
                var nodes: [Int] = []
                for index in 0..<3 { nodes.append(try call.node(index, &evaluator)) }
                return try evaluator.pointwise(.choose, nodes, call.range)
            },
            Builtin("clip", "clip(a, -1, 1)", 3...3) { (evaluator, call) throws(Diagnostic) in
                var nodes: [Int] = []
                for index in 0..<3 { nodes.append(try call.node(index, &evaluator)) }
                return try evaluator.apply(clip, nodes, call.range)
            },
        ]

    /// At its bounds it still lets the gradient through, as PyTorch's clamp does.
    static let clip = Pointwise(
        "clip", ["a", "lo", "hi"], .min(.max("a", "lo"), "hi"),
        derivatives: ["a": .choose("a" >= "lo", .choose("a" <= "hi", 1, 0), 0)])

    static let activations: [Builtin] = Catalog.activations.map { Builtin.activation($0) }

    /// The function that an activation is in expressions.
    static func activation(_ activation: Activation) -> Builtin {
        let isAlongAxis = activation.isAlongAxis
        let keys = activation.settings.map(\.name) + (isAlongAxis ? ["axis"] : [])
        let defaults = activation.settings.map { ", \($0.name)=\($0.initial?.text() ?? "")" }.joined()
        return Builtin(activation.name, "\(activation.name)(x\(defaults))", 1...1, keys: keys) {
            (evaluator, call) throws(Diagnostic) in
            let x = try call.node(0, &evaluator)
            if isAlongAxis {
                let axis = try call.axis(&evaluator) ?? -1
                return try evaluator.apply(
                    Softmax(axis: axis, log: activation.name == "log_softmax"), [x], call.range)
            }
            let settings = try call.settings(activation.settings, &evaluator)
            return try evaluator.apply(activation.operation(settings), [x], call.range)
        }
    }

    // MARK: Reductions

    static let reductions: [Builtin] = [
        reduction("sum") { axis in { (graph, x) throws(OperationError) in try graph.apply(Sum(axis: axis), [x]) } },
        reduction("mean") { axis in
            { (graph, x) throws(OperationError) in try graph.apply(Sum(axis: axis, mean: true), [x]) }
        },
        reduction("var") { axis in { (graph, x) throws(OperationError) in try variance(&graph, x, axis) } },
        reduction("std") { axis in
            { (graph, x) throws(OperationError) in
                try graph.apply(Pointwise(.sqrt), [try variance(&graph, x, axis)])
            }
        },
        reduction("norm") { axis in { (graph, x) throws(OperationError) in try graph.apply(Norm(axis: axis), [x]) } },
        reduction("argmax") { axis in
            { (graph, x) throws(OperationError) in try graph.apply(ArgMax(axis: axis), [x]) }
        },
        extreme("max", .max), extreme("min", .min),
    ]

    private typealias Composition = @Sendable (inout Graph, Int) throws(OperationError) -> Int

    private static func reduction(
        _ name: String, _ composition: @escaping @Sendable (Int?) -> Composition
    ) -> Builtin {
        Builtin(name, "\(name)(a) or \(name)(a, axis=0)", 1...1, keys: ["axis"]) {
            (evaluator, call) throws(Diagnostic) in
            let x = try call.node(0, &evaluator)
            let build = composition(try call.axis(&evaluator))
            return try evaluator.compose([x], call.range) { (graph) throws(OperationError) in try build(&graph, x) }
        }
    }

    /// The mean squared distance from the mean, over all elements (divided by n, as NumPy does).
    private static func variance(_ graph: inout Graph, _ x: Int, _ axis: Int?) throws(OperationError) -> Int {
        let mean = try graph.apply(Sum(axis: axis, keep: true, mean: true), [x])
        let square = Pointwise("squared distance", ["x", "mean"], ("x" - "mean").squared)
        return try graph.apply(Sum(axis: axis, mean: true), [try graph.apply(square, [x, mean])])
    }

    /// Of two tensors element by element, or along an axis of one.
    private static func extreme(_ name: String, _ function: Function) -> Builtin {
        Builtin(name, "\(name)(a), \(name)(a, axis=0) or \(name)(a, b)", 1...2, keys: ["axis"]) {
            (evaluator, call) throws(Diagnostic) in
            let first = try call.node(0, &evaluator)
            if call.positional.count == 2 {
                return try evaluator.pointwise(function, [first, try call.node(1, &evaluator)], call.range)
            }
            return try evaluator.apply(
                Extreme(max: function == .max, axis: try call.axis(&evaluator)), [first], call.range)
        }
    }

    // MARK: Shapes

    static let shaping: [Builtin] = [
        Builtin("transpose", "transpose(a)", 1...1) { (evaluator, call) throws(Diagnostic) in
            try evaluator.apply(Transpose(), [try call.node(0, &evaluator)], call.range)
        },
        Builtin("reshape", "reshape(a, [2, 3])", 2...2) { (evaluator, call) throws(Diagnostic) in
            let axes = try evaluator.value(call.positional[1]).elements
            let shape = try BuiltinCall.shape(axes, call.range)
            return try evaluator.apply(Reshape(shape), [try call.node(0, &evaluator)], call.range)
        },
        Builtin("concat", "concat(a, b, axis=0)", 1...64, keys: ["axis"]) { (evaluator, call) throws(Diagnostic) in
            var parts = call.positional
            if parts.count == 1, case .list(let inner) = parts[0].kind { parts = inner }
            var nodes: [Int] = []
            for part in parts { nodes.append(try evaluator.node(part)) }
            guard !nodes.isEmpty else { throw Diagnostic("concat joins at least one tensor", at: call.range) }
            return try evaluator.apply(Concat(axis: try call.axis(&evaluator) ?? 0), nodes, call.range)
        },
    ]

    // MARK: Losses

    static let losses: [Builtin] = Catalog.losses.map { loss in
        Builtin(loss.name, "\(loss.name)(p, y)", 2...2, keys: loss.settings.map(\.name)) {
            (evaluator, call) throws(Diagnostic) in
            let (p, y) = (try call.node(0, &evaluator), try call.node(1, &evaluator))
            let settings = try call.settings(loss.settings, &evaluator)
            return try evaluator.compose([p, y], call.range) { (graph) throws(OperationError) in
                try loss.nodes(&graph, p, y, settings)
            }
        }
    }

    // MARK: The network and its gradient

    static let evaluation: [Builtin] = [
        Builtin("predict", "predict([[5.1, 3.5, 1.4, 0.2]]), rows as the net sees them (after normalize)", 1...1) {
            (evaluator, call) throws(Diagnostic) in
            var x = try evaluator.value(call.positional[0])
            let isRow = x.shape.rank == 1
            if isRow { x = x.reshaped([1, x.count]) }
            guard x.shape.rank == 2, x.shape[1] == evaluator.session.network?.inputs ?? x.shape[1] else {
                throw Diagnostic(
                    "predict takes rows of \(evaluator.session.network?.inputs ?? 0) features, not \(x.shape)",
                    at: call.range)
            }
            let out = try evaluator.session.predict(x)
            return evaluator.graph.constant(isRow ? out.row(0) : out)
        },
        Builtin("accuracy", "accuracy() or accuracy(val)", 0...1) { (evaluator, call) throws(Diagnostic) in
            let samples = try evaluator.session.samples(try part(call))
            return evaluator.graph.constant(Tensor(scalar: try evaluator.session.accuracy(on: samples)))
        },
        Builtin("loss_on", "loss_on(val) or loss_on(train)", 0...1) { (evaluator, call) throws(Diagnostic) in
            let samples = try evaluator.session.samples(try part(call))
            return evaluator.graph.constant(Tensor(scalar: try evaluator.session.loss(on: samples)))
        },
        Builtin("lr_at", "lr_at(10), the rate of update 11; lr_at([0, 10]) those of several", 1...1) {
            (evaluator, call) throws(Diagnostic) in
            let session = evaluator.session
            var values = Evaluator(session)
            var rates = try values.value(call.positional[0])
            for index in rates.elements.indices {
                let time = rates.elements[index]
                guard time == time.rounded(), time >= 0, time < 1e15 else {
                    throw Diagnostic(
                        "updates are counted by whole numbers from 0 on here",
                        hint: "lr_at(0) is the rate of the first",
                        at: call.range)
                }
                rates.elements[index] = try session.rate(before: Int(time))
            }
            return evaluator.graph.constant(rates)
        },
        hessian,
        Builtin("numgrad", "numgrad(J, w) or numgrad(J, w, h=1e-5)", 2...2, keys: ["h"]) {
            (evaluator, call) throws(Diagnostic) in
            guard case .name(let f) = call.positional[0].kind, case .name(let w) = call.positional[1].kind else {
                throw Diagnostic(
                    "numgrad takes the names of a scalar and of a parameter", hint: call.usage, at: call.range)
            }
            guard let node = evaluator.session.live[f]?.node ?? evaluator.session.lossNode(f) else {
                throw Diagnostic("\(f) is no live name", hint: "\(f) = an expression over parameters", at: call.range)
            }
            guard evaluator.session.graph.nodes[node].shape.count == 1 else {
                throw Diagnostic(
                    "\(f) has shape \(evaluator.session.graph.nodes[node].shape); numgrad needs a scalar",
                    at: call.range)
            }
            guard let entry = evaluator.session.layout[w] else {
                throw Diagnostic("\(w) is no parameter", hint: "\(w) = param(…) makes one", at: call.range)
            }
            let h = try call.key("h").map { (e) throws(Diagnostic) in try evaluator.value(e).scalar ?? .nan } ?? 1e-5
            guard h > 0, h.isFinite else { throw Diagnostic("h must be a number above 0", at: call.range) }
            return evaluator.graph.constant(
                Tensor(entry.shape, try evaluator.session.numericGradient(node, of: entry, h: h)))
        },
    ]

    private static func part(_ call: BuiltinCall) throws(Diagnostic) -> Session.Part? {
        guard let argument = call.positional.first else { return nil }
        guard case .name(let word) = argument.kind, let part = Session.Part(rawValue: word) else {
            throw Diagnostic("this must be train or val", hint: call.usage, at: argument.range)
        }
        return part
    }
}

extension Session {
    /// The objective's node under the name `loss`.
    func lossNode(_ name: String) -> Int? {
        name == "loss" ? objective.flatMap { live[$0]?.node } : nil
    }
}
