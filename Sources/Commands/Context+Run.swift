// Running one statement: an expression is printed, an assignment defines, a command runs.

import Formulas
import Tensors

extension Context {
    /// Runs one statement; returns what it did to the session.
    mutating func run(_ statement: Statement) throws(Diagnostic) -> Effect {
        let effect = try effect(of: statement)
        if effect == .change { session.track.isContinuous = false }
        return effect
    }

    private mutating func effect(of statement: Statement) throws(Diagnostic) -> Effect {
        switch statement.kind {
        case .expression(let expression):
            let before = session.training.random
            do throws(Diagnostic) { try show(expression) } catch { throw error.at(expression.range) }
            return session.training.random == before ? .none : .change
        case .assignment(let target, let expression):
            do throws(Diagnostic) { try assign(target, expression) } catch { throw error.at(statement.range) }
            return .change
        case .command(let call):
            guard let command = CommandCatalog.command(call.verb) else {
                throw Diagnostic("there is no command \(call.verb)", at: call.verbRange)
            }
            if command.changesPlan(call) { dropPhase() }
            do throws(Diagnostic) { try command.run(call, &self) } catch {
                var error = error
                error.range = error.range ?? (error.place == nil ? call.range : nil)
                throw error
            }
            return command.effect
        }
    }

    /// Prints the value of an expression.
    mutating func show(_ expression: Expression) throws(Diagnostic) {
        let value = try value(expression)
        var remark = staleRemark([expression])
        if let name = expression.gradientOwner { remark = remark ?? session.gradientRemark(name) }
        emit(.tensor(value, name: nil, remark: remark, digits: session.digits))
    }

    /// Which names in the expressions have the values of earlier parameters, in words.
    func staleRemark(_ expressions: [Expression]) -> String? {
        var stale: [String] = []
        for name in expressions.flatMap(\.names) where session.isStale(name) && !stale.contains(name) {
            stale.append(name)
        }
        return stale.isEmpty ? nil : "stale: \(stale.joined(separator: ", ")) of the parameters before the last change"
    }

    private mutating func assign(_ target: Statement.Target, _ expression: Expression) throws(Diagnostic) {
        if let member = target.member {
            guard member == "grad" else {
                throw Diagnostic(
                    "\(target.name).\(member) cannot be assigned", hint: "only gradients can be imposed",
                    at: target.range)
            }
            return try imposeGradient(target, expression)
        }
        if session.regularizer != nil, Session.partNames.contains(target.name) {
            throw Diagnostic(
                "\(target.name) is a part of the objective while it is regularized", hint: "choose another name",
                at: target.range)
        }
        if !target.indices.isEmpty { return try assignPart(target, expression) }
        if case .call("param", let arguments) = expression.kind {
            return try defineParameter(target, arguments, expression)
        }
        switch target.name {
        case "lr" where session.optimizer != nil: return try setRate(expression)
        case "lr":
            throw Diagnostic(
                "no optimizer is chosen whose rate could change", hint: "optimizer sgd lr=0.1", at: target.range)
        case let name where Session.reserved.contains(name):
            throw Diagnostic("\(target.name) belongs to the language", hint: "choose another name", at: target.range)
        case "x" where session.inputWidth != nil, "y" where session.network != nil:
            return try session.setBatch(target.name, try value(expression))
        case let name where session.stack?.step?.sampled[name] != nil:
            dropPhase()
            try session.drawBatch()
            let shape = try session.value(of: session.stack?.step?.sampled[name] ?? name).shape
            let value = try fitted(try value(expression), to: shape, name, expression.range)
            return try session.imposeSamples(name, value)
        case let name where session.stateNames.contains(name) || session.drawNames.contains(name):
            dropPhase()
            try session.drawBatch()
            let shape = try session.value(of: name).shape
            let value = try fitted(try value(expression), to: shape, name, expression.range)
            do throws(Diagnostic) { return try session.setLayerState(name, value) } catch {
                throw error.at(target.range)
            }
        default: break
        }
        if let entry = session.layout[target.name] {
            dropPhase()
            let value = try fitted(try value(expression), to: entry.shape, target.name, expression.range)
            return try session.setParameter(target.name, value)
        }
        try define(target, expression)
    }

    /// Gives up a phase under way, because what it computes is about to change.
    mutating func dropPhase() {
        guard let phase = session.step.cursor?.phase else { return }
        session.dropPhase()
        say("the \(phase.rawValue) under way is dropped")
    }

    /// A value repeated to the shape that it is put into.
    private func fitted(
        _ value: Tensor, to shape: Shape, _ name: String, _ range: Range<Int>
    ) throws(Diagnostic) -> Tensor {
        if let result = value.broadcast(to: shape) { return result }
        if value.count == 1, shape.count == 1 { return value.reshaped(shape) }
        throw Diagnostic("\(name) has shape \(shape), the value has shape \(value.shape)", at: range)
    }

    private mutating func defineParameter(
        _ target: Statement.Target, _ arguments: [Expression.Argument], _ expression: Expression
    ) throws(Diagnostic) {
        guard arguments.count == 1, arguments[0].key == nil else {
            throw Diagnostic("param takes one value", hint: "w = param([0, 0])", at: expression.range)
        }
        dropPhase()
        if let note = session.defineParameter(target.name, try value(arguments[0].value)) { say(note) }
    }

    private mutating func setRate(_ expression: Expression) throws(Diagnostic) {
        guard let rate = try value(expression).scalar else {
            throw Diagnostic("lr must be one number", at: expression.range)
        }
        let optimizer = try session.chosenOptimizer()
        session.optimizer = try located(expression.range) { () throws(OperationError) in try optimizer.withRate(rate) }
        guard !session.schedule.isConstant else { return }
        let next = try session.rate(before: session.training.updates)
        let base = session.schedule.formula.symbols.contains("base") ? "the base of" : "not used by"
        say(
            "\(text(rate)) is \(base) the schedule \(session.schedule.member.name); the next update's rate is \(text(next))"
        )
    }

    private mutating func imposeGradient(_ target: Statement.Target, _ expression: Expression) throws(Diagnostic) {
        guard let entry = session.layout[target.name] else {
            throw session.names.contains(target.name)
                ? Diagnostic("\(target.name) is no parameter, so no gradient can be imposed", at: target.range)
                : session.unknown(target.name).at(target.range)
        }
        let value = try value(expression)
        // The gradients of an update under way are clipped already.
        if session.clipping != nil, session.step.cursor?.phase == .update { dropPhase() }
        guard !target.indices.isEmpty else {
            return try session.setGradient(
                target.name, try fitted(value, to: entry.shape, "\(target.name).grad", expression.range))
        }
        let whole = (try? session.member("grad", of: target.name)) ?? Tensor(repeating: 0, entry.shape)
        try session.setGradient(target.name, try replacing(target, in: whole, by: value, expression.range))
    }

    /// `W1[0,0] = 3`: the whole with a part replaced.
    private mutating func assignPart(_ target: Statement.Target, _ expression: Expression) throws(Diagnostic) {
        let isParameter = session.isParameter(target.name)
        guard isParameter || session.plain[target.name] != nil else {
            throw session.names.contains(target.name)
                ? Diagnostic("\(target.name) is computed; its parts cannot be assigned", at: target.range)
                : session.unknown(target.name).at(target.range)
        }
        let value = try value(expression)
        if isParameter { dropPhase() }
        let whole = try replacing(target, in: try session.value(of: target.name), by: value, expression.range)
        if isParameter { try session.setParameter(target.name, whole) } else { session.plain[target.name] = whole }
    }

    private func replacing(
        _ target: Statement.Target, in whole: Tensor, by value: Tensor, _ range: Range<Int>
    ) throws(Diagnostic) -> Tensor {
        var evaluator = Evaluator(session)
        let slice = try evaluator.slice(target.indices)
        let shape = try located(target.range) { () throws(OperationError) in try slice.shape([whole.shape]) }
        let part = try fitted(value, to: shape, target.name, range)
        return try located(range) { () throws(OperationError) in
            let place = Place(slice: slice, shape: whole.shape)
            let mask = try place.evaluate([Tensor(repeating: 1, shape)])
            return try Pointwise(.choose).evaluate([mask, try place.evaluate([part]), whole])
        }
    }

    /// Defines a live name when the expression depends on parameters or the batch, else a plain one.
    private mutating func define(_ target: Statement.Target, _ expression: Expression) throws(Diagnostic) {
        let dependsOnNames = expression.names.contains { name in
            name != "loss" && (session.isParameter(name) || session.live[name] != nil || session.isBatchName(name))
        }
        guard dependsOnNames else {
            // `before = loss` keeps the number; together with parameters `loss` is the function.
            let value = try value(expression)
            if let note = session.definePlain(target.name, value) { say(note) }
            return
        }
        let start = session.graph.nodes.count
        var evaluator = Evaluator(session, isDefinition: true)
        var node = try evaluator.node(expression)
        session.training.random = evaluator.random
        if let value = evaluator.constant(node) {
            if let note = session.definePlain(target.name, value) { say(note) }
            return
        }
        var graph = evaluator.graph
        node = graph.prune(from: start, keeping: node)
        let initial = try initialValue(of: node, in: graph)
        if let note = try session.defineLive(target.name, node, in: graph, initial: initial) { say(note) }
        if let initial { emit(.tensor(initial, name: nil, remark: nil, digits: session.digits)) }
    }

    /// The value from the present parameters and batch; nil while there is no batch to compute it with.
    private func initialValue(of node: Int, in graph: Graph) throws(Diagnostic) -> Tensor? {
        let batch = try session.batch()
        let needsBatch = graph.ancestors(of: [node]).contains {
            if case .input(let name) = graph.nodes[$0].source { return batch[name] == nil }
            return false
        }
        return needsBatch ? nil : try session.run(node, batch, in: graph)
    }
}

extension Diagnostic {
    /// The diagnostic at `range`, unless it has a place of its own.
    func at(_ range: Range<Int>) -> Diagnostic {
        var result = self
        result.range = self.range ?? range
        return result
    }
}

extension Expression {
    /// The name whose gradient the expression is, or is a part of.
    var gradientOwner: String? {
        switch kind {
        case .member(let owner, "grad"):
            if case .name(let name) = owner.kind { return name }
            return nil
        case .index(let whole, _): return whole.gradientOwner
        default: return nil
        }
    }

    /// The names that the expression reads by themselves (not as owners of members).
    var names: [String] {
        switch kind {
        case .number: []
        case .name(let name): [name]
        case .list(let elements): elements.flatMap(\.names)
        case .negate(let operand), .not(let operand): operand.names
        case .binary(_, let a, let b): a.names + b.names
        case .call("numgrad", _), .call("hessian", _), .call("accuracy", _), .call("loss_on", _), .call("value", _): []
        case .call(_, let arguments): arguments.flatMap(\.value.names)
        case .index(let whole, _): whole.names
        case .member: []
        }
    }
}
