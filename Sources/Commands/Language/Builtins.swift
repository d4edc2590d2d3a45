// The functions of the language, by group.

import Formulas
import Learning
import Tensors

extension Builtin {
    // MARK: Element by element

    static let elementwise: [Builtin] =
        [
            (Function.exp, "e to the power of x"), (.log, "the natural logarithm"), (.sqrt, "the square root"),
            (.abs, "the absolute value"), (.sin, "the sine"), (.cos, "the cosine"), (.erf, "the error function"),
            (.sign, "−1, 0 or 1"), (.floor, "the largest whole number that is not above x"),
        ].map { (function: Function, meaning: String) in
            Builtin(function.rawValue, "\(function.rawValue)(x)", 1...1, meaning: "\(meaning), element by element") {
                (evaluator, call) throws(Diagnostic) in
                try evaluator.pointwise(function, [try call.node(0, &evaluator)], call.range)
            }
        } + [
            Builtin("where", "where(c, a, b)", 3...3, meaning: "a where c is not 0, else b") {
                (evaluator, call) throws(Diagnostic) in
                var nodes: [Int] = []
                for index in 0..<3 { nodes.append(try call.node(index, &evaluator)) }
                return try evaluator.pointwise(.choose, nodes, call.range)
            },
            Builtin("clip", "clip(a, -1, 1)", 3...3, meaning: "a, held between two bounds") {
                (evaluator, call) throws(Diagnostic) in
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
        let keys = isAlongAxis ? ["axis"] : []
        let defaults = activation.settings.map { ", \($0.name)=\($0.initial?.text() ?? "")" }.joined()
        return Builtin(
            activation.name, "\(activation.name)(x\(defaults))", 1...1, keys: keys, settings: activation.settings,
            meaning: activation.summary
        ) {
            (evaluator, call) throws(Diagnostic) in
            let x = try call.node(0, &evaluator)
            if isAlongAxis {
                let axis = try call.axis(&evaluator) ?? -1
                return try evaluator.apply(
                    Softmax(axis: axis, log: activation.name == "log_softmax"), [x], call.range)
            }
            let settings = try call.settings(evaluator.session.settings(of: activation), &evaluator)
            return try evaluator.apply(activation.operation(settings), [x], call.range)
        }
    }

    // MARK: Reductions

    static let reductions: [Builtin] = [
        reduction("sum", "the sum") { axis in
            { (graph, x) throws(OperationError) in try graph.apply(Sum(axis: axis), [x]) }
        },
        reduction("mean", "the mean") { axis in
            { (graph, x) throws(OperationError) in try graph.apply(Sum(axis: axis, mean: true), [x]) }
        },
        reduction("var", "the variance (divided by n)") { axis in
            { (graph, x) throws(OperationError) in try variance(&graph, x, axis) }
        },
        reduction("std", "the standard deviation (divided by n)") { axis in
            { (graph, x) throws(OperationError) in
                try graph.apply(Pointwise(.sqrt), [try variance(&graph, x, axis)])
            }
        },
        reduction("norm", "the root of the sum of squares") { axis in
            { (graph, x) throws(OperationError) in try graph.apply(Norm(axis: axis), [x]) }
        },
        reduction("argmax", "the index of the largest") { axis in
            { (graph, x) throws(OperationError) in try graph.apply(ArgMax(axis: axis), [x]) }
        },
        extreme("max", "the largest", .max), extreme("min", "the smallest", .min),
    ]

    private typealias Composition = @Sendable (inout Graph, Int) throws(OperationError) -> Int

    private static func reduction(
        _ name: String, _ meaning: String, _ composition: @escaping @Sendable (Int?) -> Composition
    ) -> Builtin {
        Builtin(
            name, "\(name)(a) or \(name)(a, axis=0)", 1...1, keys: ["axis"],
            meaning: "\(meaning) of all elements, or along one axis"
        ) {
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
    private static func extreme(_ name: String, _ word: String, _ function: Function) -> Builtin {
        Builtin(
            name, "\(name)(a), \(name)(a, axis=0) or \(name)(a, b)", 1...2, keys: ["axis"],
            meaning: "\(word) element, of all or along one axis; of two tensors element by element"
        ) {
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
        Builtin("transpose", "transpose(a)", 1...1, meaning: "rows become columns") {
            (evaluator, call) throws(Diagnostic) in
            try evaluator.apply(Transpose(), [try call.node(0, &evaluator)], call.range)
        },
        Builtin("reshape", "reshape(a, [2, 3])", 2...2, meaning: "the same elements in another shape, row by row") {
            (evaluator, call) throws(Diagnostic) in
            let axes = try evaluator.value(call.positional[1]).elements
            let shape = try BuiltinCall.shape(axes, call.range)
            return try evaluator.apply(Reshape(shape), [try call.node(0, &evaluator)], call.range)
        },
        Builtin(
            "concat", "concat(a, b, axis=0)", 1...64, keys: ["axis"],
            meaning: "tensors joined along one axis (first: 0)"
        ) { (evaluator, call) throws(Diagnostic) in
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
        Builtin(loss.name, "\(loss.name)(p, y)", 2...2, settings: loss.settings, meaning: loss.summary) {
            (evaluator, call) throws(Diagnostic) in
            let (p, y) = (try call.node(0, &evaluator), try call.node(1, &evaluator))
            let settings = try call.settings(evaluator.session.settings(of: loss), &evaluator)
            return try evaluator.compose([p, y], call.range) { (graph) throws(OperationError) in
                try loss.nodes(&graph, p, y, settings)
            }
        }
    }

    // MARK: The network and its gradient

    static let evaluation: [Builtin] = [
        Builtin(
            "predict", "predict([[5.1, 3.5, 1.4, 0.2]])", 1...1,
            meaning: "the net's outputs for rows as it sees them (after normalize), in evaluation mode"
        ) {
            (evaluator, call) throws(Diagnostic) in
            var x = try evaluator.value(call.positional[0])
            let network = evaluator.session.network
            let isRow = x.shape.rank == 1 || network?.isSample(x.shape) == true
            if isRow { x = x.reshaped([1, x.count]) }
            x = network?.rows(x) ?? x
            guard x.shape.rank == 2, x.shape[1] == network?.inputs ?? x.shape[1] else {
                throw Diagnostic(
                    "predict takes rows of \(network?.inputs ?? 0) features, not \(x.shape)",
                    at: call.range)
            }
            let out = try evaluator.session.predict(x)
            return evaluator.graph.constant(isRow ? out.row(0) : out)
        },
        Builtin(
            "accuracy", "accuracy() or accuracy(val)", 0...1, words: Session.Part.names,
            meaning: "the share of samples whose class the net gives, in the training part or in val"
        ) {
            (evaluator, call) throws(Diagnostic) in
            let samples = try evaluator.session.samples(try part(call))
            return evaluator.graph.constant(Tensor(scalar: try evaluator.session.accuracy(on: samples)))
        },
        Builtin(
            "loss_on", "loss_on(val) or loss_on(train)", 0...1, words: Session.Part.names,
            meaning: "the loss over a whole part of the data, in evaluation mode"
        ) {
            (evaluator, call) throws(Diagnostic) in
            let samples = try evaluator.session.samples(try part(call))
            return evaluator.graph.constant(Tensor(scalar: try evaluator.session.loss(on: samples)))
        },
        Builtin(
            "lr_at", "lr_at(10) or lr_at([0, 10])", 1...1,
            meaning: "the rate of the update after so many: lr_at(0) is the first's"
        ) {
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
        Builtin(
            "numgrad", "numgrad(J, w) or numgrad(J, w, h=1e-5)", 2...2, keys: ["h"],
            meaning: "the gradient of J for the parameter w by central differences: (J(w + h) − J(w − h))/2h"
        ) {
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
