// FormulaReader: an expression as a formula for one element: what activations and rules of one's own are made of.

import Formulas
import Learning
import Tensors

/// Turns expressions into formulas. Arithmetic is taken over as it is written, operation by operation, so that it gives the
/// same bits as the same formula built in.
struct FormulaReader {
    let session: Session
    /// What is read, for messages: `a rule`, `an activation`.
    let purpose: String
    /// What may be read.
    let names: [String: Formula]
    /// What is said of a name that may not: the message, and the hint when no known name is near; with a key that would
    /// make it known.
    let unknown: (_ name: String, _ key: String) -> (message: String, hint: String)

    private static let constants: [String: Formula] = [
        "pi": .number(.pi), "inf": .number(.infinity), "nan": .number(.nan),
    ]

    /// The formula of an expression; fails at the place of what has no meaning for one element.
    func read(_ expression: Expression) throws(Diagnostic) -> ElementFormula {
        var calls: [ElementFormula.Call] = []
        let outer = try formula(expression, &calls)
        let result = ElementFormula(outer: outer, calls: calls)
        try checkSize(result.formula, at: expression.range)
        return result
    }

    private func checkSize(_ formula: Formula, at range: Range<Int>) throws(Diagnostic) {
        guard formula.exceeds(ElementFormula.sizeLimit) else { return }
        throw Diagnostic("this formula has more than \(ElementFormula.sizeLimit) operations", at: range)
    }

    private func formula(
        _ expression: Expression, _ calls: inout [ElementFormula.Call]
    ) throws(Diagnostic) -> Formula {
        switch expression.kind {
        case .number(let value): return .number(value)
        case .name(let name): return try named(name, expression.range)
        case .negate(let operand): return .apply(.negate, [try formula(operand, &calls)])
        case .not(let operand): return .apply(.not, [try formula(operand, &calls)])
        case .binary(let operation, let a, let b):
            guard let function = Function(rawValue: operation.rawValue) else {
                throw Diagnostic(
                    "@ multiplies matrices; \(purpose) \(Self.reason)", hint: "try *", at: expression.range)
            }
            return .apply(function, [try formula(a, &calls), try formula(b, &calls)])
        case .call(let name, let arguments): return try call(name, arguments, expression.range, &calls)
        case .list: throw Diagnostic("a list is a tensor; \(purpose) \(Self.reason)", at: expression.range)
        case .index: throw Diagnostic("[…] picks from a tensor; \(purpose) \(Self.reason)", at: expression.range)
        case .member(_, let member):
            throw Diagnostic(
                "\(expression.text) belongs to one parameter; \(purpose) \(Self.reason)",
                hint: names[member].map { _ in "\(member) alone is the element's own" }, at: expression.range)
        }
    }

    private static let reason = "works on one number at a time"

    private func named(_ name: String, _ range: Range<Int>) throws(Diagnostic) -> Formula {
        if let known = names[name] ?? Self.constants[name] { return known }
        let nearest = Suggestion.nearest(to: name, in: names.keys.sorted())
        let present = (try? session.value(of: name))?.scalar.map { Digits.full.text($0) }
        let (message, hint) = unknown(name, "\(name)=\(present ?? "0.1")")
        throw Diagnostic(message, hint: nearest.map { "did you mean \($0)?" } ?? hint, at: range)
    }

    // MARK: Calls

    private func call(
        _ name: String, _ arguments: [Expression.Argument], _ range: Range<Int>, _ calls: inout [ElementFormula.Call]
    ) throws(Diagnostic) -> Formula {
        guard let builtin = session.function(name) else {
            let hint =
                names[name] != nil
                ? "\(name) is a number here; multiply with *"
                : Suggestion.nearest(to: name, in: Self.functions(session)).map { "did you mean \($0)(…)?" }
            throw Diagnostic(
                "there is no function \(name)",
                hint: hint ?? "there are \(Self.functions(session).joined(separator: ", "))", at: range)
        }
        let call = BuiltinCall(name: name, usage: builtin.usage, arguments: arguments, range: range)
        let function = Function(rawValue: name)
        guard Self.functions(session).contains(name),
            function.map({ call.key("axis") == nil && ($0.arity == 1 || call.positional.count > 1) }) ?? true
        else {
            throw Diagnostic(
                "\(call.text) takes a whole tensor; \(purpose) \(Self.reason)",
                hint: name == "max" || name == "min" ? "\(name)(a, b) compares two numbers" : nil, at: range)
        }
        try call.check(count: builtin.count, keys: builtin.keys)
        let settings = try settings(call)
        var operands: [Formula] = []
        for argument in call.positional { operands.append(try formula(argument, &calls)) }
        guard let operation = Self.pointwise(name, settings, session) else {
            return function.map { .apply($0, operands) } ?? 0
        }
        let element = ElementFormula(outer: 0, calls: calls)
        let wholes = Dictionary(uniqueKeysWithValues: zip(operation.symbols, operands.map(element.whole)))
        let result = operation.formula.substituting { wholes[$0] }
        try checkSize(result, at: range)
        guard !operation.derivatives.isEmpty else {
            let inputs = Dictionary(uniqueKeysWithValues: zip(operation.symbols, operands))
            return operation.formula.substituting { inputs[$0] }
        }
        let slopes = zip(operation.symbols, operands).map { symbol, operand in
            let slope = operation.derivatives[symbol] ?? operation.formula.derivative(by: symbol)
            return (operand, slope.substituting { wholes[$0] })
        }
        // A name that nobody can type.
        let symbol = "\(name) \(calls.count + 1)"
        calls.append(.init(symbol: symbol, formula: result, slopes: slopes))
        return .symbol(symbol)
    }

    /// The functions that give one number for one number.
    static func functions(_ session: Session) -> [String] {
        let activations = session.activations.filter { !$0.isAlongAxis }.map(\.name)
        return Builtin.elementwise.map(\.name) + ["max", "min"] + activations
    }

    /// The operation of an activation or of `clip`; nil for what is a function of formulas itself.
    private static func pointwise(_ name: String, _ settings: Settings?, _ session: Session) -> Pointwise? {
        if name == Builtin.clip.name { return Builtin.clip }
        guard let activation = session.activations.first(where: { $0.name == name }) else { return nil }
        return activation.operation(settings ?? Settings(activation.settings)) as? Pointwise
    }

    /// The keys of a call; they are numbers or words, the same for all calls.
    private func settings(_ call: BuiltinCall) throws(Diagnostic) -> Settings? {
        guard let activation = session.activations.first(where: { $0.name == call.name }) else { return nil }
        for argument in call.arguments {
            guard let key = argument.key, let setting = activation.settings.first(where: { $0.name == key }) else {
                continue
            }
            if case .choice = setting.kind { continue }
            guard let name = argument.value.names.first(where: { names[$0] != nil }) else { continue }
            throw Diagnostic(
                "\(key) must be a number here, and \(name) is none yet",
                hint: "\(key)=\(setting.initial?.text() ?? "1")",
                at: argument.value.range)
        }
        var evaluator = Evaluator(session)
        return try call.settings(activation.settings, &evaluator)
    }
}

extension BuiltinCall {
    /// The call as it could be typed.
    fileprivate var text: String { Expression(kind: .call(name, arguments), range: range).text }
}

extension Activation {
    private static let alongAxis = Set(
        Catalog.activations.filter { $0.operation(Settings($0.settings)) is Softmax }.map(\.name))

    /// Whether it works along an axis, not element by element. One's own never do, and have other names.
    var isAlongAxis: Bool { Self.alongAxis.contains(name) }
}
