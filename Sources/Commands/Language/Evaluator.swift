// Evaluator: expressions to values, or to nodes of the graph where a name is being defined.

import Formulas
import Learning
import Tensors

/// Turns an expression into a node of a graph. What depends on no parameter is computed at once and becomes a constant,
/// so there is one way for values and for definitions.
struct Evaluator {
    let session: Session
    /// Whether parameters and live names stand for their nodes (in a definition) or for their present values.
    let isDefinition: Bool
    var graph: Graph
    var random: Random
    /// Names that stand for something else in this expression.
    var overrides: [String: Tensor] = [:]
    /// Whether names stay as leaves of the graph, for explaining; their values are then in `leafValues`.
    var keepsNames = false
    private(set) var leafValues: [String: Tensor] = [:]

    init(_ session: Session, isDefinition: Bool = false) {
        self.session = session
        self.isDefinition = isDefinition
        graph = isDefinition ? session.graph : Graph()
        random = session.training.random
    }

    /// The value of an expression; in a definition only where it depends on no parameter.
    mutating func value(_ expression: Expression) throws(Diagnostic) -> Tensor {
        if keepsNames {
            // Arguments that only have a value, such as a shape, are not explained.
            var plain = Evaluator(session)
            return try plain.value(expression)
        }
        let node = try node(expression)
        guard let value = constant(node) else {
            throw Diagnostic("this must be a value that does not depend on parameters", at: expression.range)
        }
        return value
    }

    func constant(_ node: Int) -> Tensor? {
        if case .constant(let value) = graph.nodes[node].source { return value }
        return nil
    }

    // MARK: Nodes

    mutating func node(_ expression: Expression) throws(Diagnostic) -> Int {
        switch expression.kind {
        case .number(let value): return graph.constant(Tensor(scalar: value))
        case .name(let name): return try named(name, expression.range)
        case .list(let elements): return try list(elements, expression.range)
        case .negate(let operand): return try arithmetic(.negate, [operand], expression.range)
        case .not(let operand): return try arithmetic(.not, [operand], expression.range)
        case .binary(.product, let a, let b):
            return try apply(MatMul(), [try node(a), try node(b)], expression.range)
        case .binary(let operation, let a, let b):
            guard let function = Function(rawValue: operation.rawValue) else { preconditionFailure() }
            return try arithmetic(function, [a, b], expression.range)
        case .call(let name, let arguments): return try call(name, arguments, expression.range)
        case .index(let whole, let indices):
            let part = try slice(indices)
            return try apply(part, [try node(whole)], expression.range)
        case .member(let owner, let member): return try self.member(member, of: owner, expression.range)
        }
    }

    private mutating func named(_ name: String, _ range: Range<Int>) throws(Diagnostic) -> Int {
        if let value = overrides[name] { return graph.constant(value) }
        if isDefinition {
            if session.isParameter(name) || session.isBatchName(name), let leaf = session.leaves[name] { return leaf }
            if let live = session.live[name] { return live.node }
            if session.isBatchName(name) {
                throw Diagnostic("\(name) has no shape yet", hint: "load data or give \(name) = … first", at: range)
            }
            if name == "loss", let objective = session.objective, let live = session.live[objective] {
                return live.node
            }
        }
        return leaf(name, try located(range) { () throws(Diagnostic) in try session.value(of: name) })
    }

    private mutating func leaf(_ name: String, _ value: Tensor) -> Int {
        guard keepsNames else { return graph.constant(value) }
        leafValues[name] = value
        return graph.input(name, value.shape)
    }

    private func located<Result>(
        _ range: Range<Int>, _ body: () throws(Diagnostic) -> Result
    ) throws(Diagnostic) -> Result {
        do { return try body() } catch {
            var error = error
            error.range = error.range ?? range
            throw error
        }
    }

    /// Applies an operation; at once when all operands are constants.
    mutating func apply(_ operation: any Operation, _ inputs: [Int], _ range: Range<Int>) throws(Diagnostic) -> Int {
        do throws(OperationError) {
            let values = inputs.compactMap { constant($0) }
            if values.count == inputs.count, !keepsNames { return graph.constant(try operation.evaluate(values)) }
            return try graph.apply(operation, inputs)
        } catch { throw Diagnostic(error, at: range) }
    }

    /// Builds several nodes; when nothing in them depends on a parameter, they become one constant.
    mutating func compose(
        _ inputs: [Int], _ range: Range<Int>, _ build: (inout Graph) throws(OperationError) -> Int
    ) throws(Diagnostic) -> Int {
        do throws(OperationError) {
            guard !keepsNames, inputs.allSatisfy({ constant($0) != nil }) else { return try build(&graph) }
            var scratch = Graph()
            var values: [Int: Tensor] = [:]
            // Constants keep their numbers, so that `build` can refer to them.
            for node in graph.nodes.indices {
                if let value = constant(node) {
                    values[scratch.constant(value)] = value
                } else {
                    _ = scratch.constant(Tensor(scalar: 0))
                }
            }
            let root = try build(&scratch)
            for node in scratch.ancestors(of: [root]) where values[node] == nil {
                switch scratch.nodes[node].source {
                case .constant(let value): values[node] = value
                case .operation(let operation, let operands):
                    values[node] = try operation.evaluate(operands.map { values[$0]! })
                default: continue
                }
            }
            return graph.constant(values[root]!)
        } catch { throw Diagnostic(error, at: range) }
    }

    /// Arithmetic with one formula; numbers in the text are written into it instead of becoming operands.
    private mutating func arithmetic(
        _ function: Function, _ operands: [Expression], _ range: Range<Int>
    ) throws(Diagnostic) -> Int {
        var nodes: [Int] = []
        for operand in operands { nodes.append(try node(operand)) }
        return try pointwise(function, nodes, range)
    }

    /// One function of formulas over operands.
    mutating func pointwise(_ function: Function, _ nodes: [Int], _ range: Range<Int>) throws(Diagnostic) -> Int {
        var inputs: [Int] = []
        var symbols: [String] = []
        let hasVariable = nodes.contains { constant($0) == nil }
        let terms: [Formula] = zip(nodes, ["a", "b", "c"]).map { node, symbol in
            if hasVariable, let value = constant(node), value.shape == .scalar { return .number(value.elements[0]) }
            inputs.append(node)
            symbols.append(symbol)
            return .symbol(symbol)
        }
        return try apply(Pointwise(function.rawValue, symbols, .apply(function, terms)), inputs, range)
    }

    // MARK: Lists, indices, members

    private mutating func list(_ elements: [Expression], _ range: Range<Int>) throws(Diagnostic) -> Int {
        var numbers: [Double] = []
        numbers.reserveCapacity(elements.count)
        for element in elements {
            guard case .number(let value) = element.kind else { return try stack(elements, range) }
            numbers.append(value)
        }
        return graph.constant(
            try Commands.located(range) { () throws(OperationError) in
                _ = try Shape([numbers.count]).checked()
                return Tensor(vector: numbers)
            })
    }

    /// Rows of a list, each an expression, joined along a new first axis.
    private mutating func stack(_ elements: [Expression], _ range: Range<Int>) throws(Diagnostic) -> Int {
        var rows: [Int] = []
        for element in elements {
            let node = try node(element)
            let shape = graph.nodes[node].shape
            if let first = rows.first, graph.nodes[first].shape.axes.dropFirst() != shape.axes[...] {
                let wanted = Shape(Array(graph.nodes[first].shape.axes.dropFirst()))
                throw Diagnostic(
                    "the rows of a list must have equal shapes: \(wanted) and \(shape)", at: element.range)
            }
            rows.append(try apply(Reshape(Shape([1] + shape.axes)), [node], element.range))
        }
        return try apply(Concat(), rows, range)
    }

    mutating func slice(_ indices: [Expression.Index]) throws(Diagnostic) -> Slice {
        var parts: [Slice.Part] = []
        for index in indices {
            switch index {
            case .at(let expression): parts.append(.index(try integer(expression, "an index")))
            case .range(let from, let to):
                let start = try from.map { (e) throws(Diagnostic) in try integer(e, "an index") }
                let end = try to.map { (e) throws(Diagnostic) in try integer(e, "an index") }
                parts.append(.range(start, end))
            }
        }
        return Slice(parts)
    }

    /// A whole number; parameters count with their present value.
    mutating func integer(_ expression: Expression, _ purpose: String) throws(Diagnostic) -> Int {
        var evaluator = Evaluator(session)
        let value = try evaluator.value(expression)
        guard let number = value.scalar, number == number.rounded(), number.magnitude < 1e15 else {
            throw Diagnostic("\(purpose) must be a whole number", at: expression.range)
        }
        return Int(number)
    }

    private mutating func member(
        _ member: String, of owner: Expression, _ range: Range<Int>
    ) throws(Diagnostic) -> Int {
        guard case .name(let name) = owner.kind else {
            throw Diagnostic("only a name has members", hint: "such as W1.grad", at: owner.range)
        }
        let value = try located(range) { () throws(Diagnostic) in try session.member(member, of: name) }
        return leaf("\(name).\(member)", value)
    }

    private mutating func call(
        _ name: String, _ arguments: [Expression.Argument], _ range: Range<Int>
    ) throws(Diagnostic) -> Int {
        if name == "param" {
            throw Diagnostic(
                "param makes a parameter and stands alone behind a name", hint: "w = param([0, 0])", at: range)
        }
        guard let builtin = session.function(name) else {
            let hint =
                session.names.contains(name)
                ? "\(name) is a value; multiply with *, index with \(name)[0]"
                : Suggestion.nearest(to: name, in: session.functionNames).map { "did you mean \($0)(…)?" }
                    ?? "help lists the functions"
            throw Diagnostic("there is no function \(name)", hint: hint, at: range)
        }
        let call = BuiltinCall(name: name, usage: builtin.usage, arguments: arguments, range: range)
        try call.check(count: builtin.count, keys: builtin.keys)
        return try builtin.build(&self, call)
    }
}
