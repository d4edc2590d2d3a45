// ExplainTarget: what `explain` is asked about, and who explains it: a name, a gradient, a buffer, or any expression.

import Formulas
import Learning
import Tensors

/// A number that is to be explained: an element of something with a name, or of any expression.
struct ExplainTarget {
    private let session: Session
    private let owner: Expression
    private let whole: Expression
    private let indices: [Expression.Index]

    init(_ expression: Expression, _ session: Session) {
        self.session = session
        whole = expression
        if case .index(let inner, let indices) = expression.kind {
            (owner, self.indices) = (inner, indices)
        } else {
            (owner, indices) = (expression, [])
        }
    }

    func explain(deep: Bool) throws(Diagnostic) -> Explanation {
        switch owner.kind {
        case .member(let inner, let member):
            guard case .name(let name) = inner.kind else { break }
            return try member == "grad" ? explainGradient(name, deep) : explainSlot(name, member)
        case .name(let name): return try explainName(name, deep)
        default: break
        }
        return try explainExpression(deep)
    }

    /// The offset of the element in a value of this shape.
    private func offset(in shape: Shape, _ name: String) throws(Diagnostic) -> Int {
        if shape.count == 1, indices.isEmpty { return 0 }
        let zeros = shape.axes.map { _ in "0" }.joined(separator: ",")
        let example = "explain \(name)" + (zeros.isEmpty ? "" : "[\(zeros)]")
        guard indices.count == shape.rank else {
            throw Diagnostic("\(name) has shape \(shape): which element?", hint: example)
        }
        var evaluator = Evaluator(session)
        let slice = try evaluator.slice(indices)
        let part = try located(whole.range) { () throws(OperationError) in try slice.shape([shape]) }
        guard part == .scalar else { throw Diagnostic("one element at a time is explained", hint: example) }
        return slice.offset(in: shape)
    }

    /// What the element is called in a value of this shape, and its offset there.
    private func place(_ shape: Shape, _ name: String) throws(Diagnostic) -> (symbol: String, offset: Int) {
        let offset = try offset(in: shape, name)
        return (symbol(name, shape, offset), offset)
    }

    private func symbol(_ name: String, _ shape: Shape, _ offset: Int) -> String {
        shape.rank == 0 ? name : "\(name)[\(shape.position(of: offset).map(String.init).joined(separator: ","))]"
    }

    // MARK: Names

    private func explainName(_ name: String, _ deep: Bool) throws(Diagnostic) -> Explanation {
        if let entry = session.layout[name] { return try explainParameter(entry) }
        if name == Session.attackedName, let attacked = session.attacked, session.plain[name] == attacked.result {
            let (symbol, offset) = try place(attacked.result.shape, name)
            return session.explanation(of: attacked, symbol, offset)
        }
        if let step = session.gibbsStep(of: name) {
            let shape = step.tape.graph.nodes[step.nodes[name]!].shape
            let offset = try offset(in: shape, name)
            return step.explanation(of: name, symbol(name, shape, offset), offset, session, deep: deep)
        }
        if session.attacked != nil, ["x_clean", "x_noise", "y_adv"].contains(name) {
            throw Diagnostic(
                "attack left \(name): x_clean and y_adv are the samples, x_noise is x_clean with eps added or taken away",
                hint: "explain \(Session.attackedName)[0,0]")
        }
        if session.plain[name] != nil { throw Diagnostic("you set \(name) yourself; nothing computed it") }
        let augmented = try session.explanation(
            ofAugmented: name, { (shape) throws(Diagnostic) in try place(shape, name) }, deep: deep)
        if let augmented { return augmented }
        if session.isBatchName(name) || (name.hasSuffix("_data") && session.augmentationNames.contains(name)) {
            return try explainSample(name)
        }
        if let value = try session.layerState(name) {
            let offset = try offset(in: value.shape, name)
            return try session.explanation(ofState: name, symbol(name, value.shape, offset), offset)
        }
        switch name {
        case "lr": return try explainRate()
        case "t": throw Diagnostic("t counts the updates of this run: \(session.training.updates)")
        case "epoch": throw Diagnostic("epoch counts the epochs completed: \(session.training.epoch)")
        default: break
        }
        let live = session.live[name] ?? session.lossNode(name).flatMap { _ in session.live[session.objective ?? ""] }
        guard let live else { throw session.unknown(name) }
        guard let tape = session.step.tape, let node = tape.nodes[live.node], session.isComputed(node) else {
            throw Diagnostic("\(name) has no value of a step yet", hint: "run forward first")
        }
        return try explainNode(node, name, deep).explanation
    }

    private func explainNode(_ node: Int, _ name: String, _ deep: Bool) throws(Diagnostic) -> (
        explanation: Explanation, offset: Int, parameters: [Double]
    ) {
        let tape = session.step.tape!
        let shape = tape.graph.nodes[node].shape
        // A gradient that is only seen in another shape is explained where it is computed.
        let computed = tape.gradients.values.contains(node) ? tape.base(of: node) : node
        let offset = try offset(in: shape, name)
        let parameters = try session.stepParameters()
        let session = session
        var explainer = NodeExplainer(tape: tape, names: NodeNames(session, tape), digits: session.digits) {
            node, offset in
            session.element(node, offset, parameters)
        }
        explainer.explain(computed, offset, symbol: symbol(name, shape, offset), deep: deep)
        return (explainer.explanation, offset, parameters)
    }

    private func explainGradient(_ name: String, _ deep: Bool) throws(Diagnostic) -> Explanation {
        let value = try session.member("grad", of: name)
        if session.step.imposed.contains(name) {
            throw Diagnostic("you imposed \(name).grad yourself; nothing computed it")
        }
        if session.live[name] == nil, session.isBatchName(name) {
            return try session.explanation(
                ofGradient: name, { (s) throws(Diagnostic) in try place(s, "\(name).grad") }, deep)
        }
        let leaf = session.live[name]?.node ?? session.leaves[name]
        guard let tape = session.step.tape, let node = leaf.flatMap({ tape.nodes[$0] }),
            let gradient = tape.gradients[node], session.isComputed(gradient)
        else {
            throw Diagnostic("\(name).grad is of an earlier forward", hint: "run backward first")
        }
        var (explanation, offset, parameters) = try explainNode(gradient, "\(name).grad", deep)
        if explanation.lines.isEmpty {
            explanation.add(
                symbol("\(name).grad", value.shape, offset), .number(value.elements[offset]), [:],
                value.elements[offset])
        }
        if let entry = session.layout[name], !session.step.carried.isEmpty {
            explanation.separate(carried: session.step.carried[entry.offset + offset])
        }
        if node != tape.objective, let difference = session.centralDifference(node, offset, parameters: parameters) {
            let analytic = explanation.lines[explanation.lines[0].formula.symbols == ["before", "new"] ? 1 : 0].result
            let agrees = (difference - analytic).magnitude <= 1e-6 * max(1, analytic.magnitude)
            explanation.remark("numeric check \(Digits.significant(9).text(difference)) \(agrees ? "✓" : "differs")")
        }
        return explanation
    }

    private func explainParameter(_ entry: ParameterLayout.Entry) throws(Diagnostic) -> Explanation {
        let offset = try offset(in: entry.shape, entry.name)
        let symbol = symbol(entry.name, entry.shape, offset)
        if let origin = session.origins[entry.name], case .drawn(let drawn) = origin.kind,
            session.training.updates == origin.updates, session.step.cursor?.phase != .update
        {
            return session.explanation(of: drawn, symbol, session.training.parameters[entry.offset + offset])
        }
        let update = try session.lastUpdate(of: entry, offset, symbol)
        return session.explanation(of: update, "w", symbol)
    }

    private func explainSlot(_ name: String, _ member: String) throws(Diagnostic) -> Explanation {
        _ = try session.member(member, of: name)
        guard let entry = session.layout[name] else { throw session.unknown(name) }
        let offset = try offset(in: entry.shape, "\(name).\(member)")
        let symbol = symbol("\(name).\(member)", entry.shape, offset)
        guard session.training.optimizerUpdates > 0 else {
            throw Diagnostic(
                "\(symbol) is at its first value; no update has changed it", hint: "step makes a training step")
        }
        let isDirection = member == NewtonDirection.slot
        let update = try session.lastUpdate(of: entry, offset, symbol, ofDirection: isDirection)
        if isDirection, let (solution, row) = update.solution {
            var explanation = Explanation(digits: session.digits)
            explanation.explain(solution, row, symbol: symbol, indent: 0)
            return explanation
        }
        var explanation = session.explanation(of: update, member, symbol)
        if let last = explanation.lines.indices.last { explanation.lines[last].symbol = symbol }
        return explanation
    }

    private func explainRate() throws(Diagnostic) -> Explanation {
        let optimizer = try session.chosenOptimizer()
        guard session.schedule.isConstant else {
            return try session.explanation(ofRateBefore: session.training.updates, "lr")
        }
        var explanation = Explanation(digits: session.digits)
        let isGiven = optimizer.settings.given["lr"] != nil
        explanation.add("lr", .number(optimizer.rate), [:], optimizer.rate)
        explanation.remark(isGiven ? "you set it" : "\(optimizer.member.name)'s default")
        return explanation
    }

    private func explainSample(_ name: String) throws(Diagnostic) -> Explanation {
        let value = try session.value(of: name)
        let offset = try offset(in: value.shape, name)
        let symbol = symbol(name, value.shape, offset)
        guard let data = session.data, session.batchByHand.isEmpty else {
            throw Diagnostic("you set \(symbol) yourself; nothing computed it")
        }
        let isFeature = name.hasPrefix("x")
        let width = isFeature ? data.set.features.count : 1
        let sample = data.trainingRows[session.training.batch[offset / width]]
        var explanation = Explanation(digits: session.digits)
        let column = isFeature ? data.set.features[offset % width] : data.set.target
        guard isFeature, let scaling = data.scaling(offset % width) else {
            explanation.add(symbol, .number(value.elements[offset]), [:], value.elements[offset])
            explanation.remark("\(column) of sample \(sample) of \(data.set.name)")
            return explanation
        }
        explanation.add(
            symbol, (Formula.symbol(column) - "center") / "scale",
            [
                column: data.set.x.elements[sample * width + offset % width], "center": scaling.center,
                "scale": scaling.scale,
            ],
            value.elements[offset])
        explanation.remark("\(column) of sample \(sample) of \(data.set.name), normalized by the training samples")
        return explanation
    }

    // MARK: Any expression

    /// Builds the expression over its names as leaves, computes it, and explains the result.
    private func explainExpression(_ deep: Bool) throws(Diagnostic) -> Explanation {
        var evaluator = Evaluator(session)
        evaluator.keepsNames = true
        let root = try evaluator.node(owner)
        let leaves = evaluator.leafValues
        if case .call(let name, let arguments) = owner.kind {
            let shape = evaluator.graph.nodes[root].shape
            let isMeasured = (Builtin.evaluation + Builtin.matrices).contains { $0.name == name }
            let offset = isMeasured ? try offset(in: shape, owner.text) : 0
            let measured = try session.explanation(
                ofCall: name, arguments, symbol: symbol(owner.text, shape, offset), offset: offset, deep: deep)
            if let measured { return measured }
        }
        guard case .operation = evaluator.graph.nodes[root].source else {
            throw Diagnostic("nothing is computed here", hint: "explain W1.grad[0,0]")
        }
        do throws(OperationError) {
            let tape = try Tape(
                evaluator.graph, roots: [root], objective: nil, layout: ParameterLayout(),
                inputShapes: leaves.mapValues(\.shape))
            var values = tape.values(for: leaves)
            var noGradients: [Double] = []
            try tape.run(tape.forwardSteps, parameters: [], gradients: &noGradients, values: &values)
            let node = tape.nodes[root]!
            let shape = tape.graph.nodes[node].shape
            let names = NodeNames(Session(), tape)
            var explainer = NodeExplainer(tape: tape, names: names, digits: session.digits) { [values] node, offset in
                tape.element(node, offset, parameters: [], gradients: [], values: values)
            }
            let offset: Int
            do throws(Diagnostic) { offset = try self.offset(in: shape, names.label(node)) } catch {
                throw OperationError(error.message, hint: error.hint)
            }
            explainer.explain(node, offset, symbol: symbol(owner.text, shape, offset), deep: deep)
            return explainer.explanation
        } catch { throw Diagnostic(error, at: whole.range) }
    }
}

extension Session {
    /// One element of a node of the last step, computed from the given parameters.
    func element(_ node: Int, _ offset: Int, _ parameters: [Double]) -> Double {
        step.tape!.element(node, offset, parameters: parameters, gradients: step.gradients, values: step.values)
    }
}
