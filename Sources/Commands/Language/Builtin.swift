// Builtin: the functions that expressions can call, and how their arguments are read.

import Formulas
import Learning
import Tensors

/// A function of the language.
struct Builtin: Sendable {
    let name: String
    /// How it is called, for help and errors.
    let usage: String
    /// What it gives, for help.
    let meaning: String
    let count: ClosedRange<Int>
    let keys: [String]
    /// The words that it takes as an argument.
    let words: [String]
    /// Its keys that are settings of a member.
    let settings: [Setting]
    let build: @Sendable (inout Evaluator, BuiltinCall) throws(Diagnostic) -> Int

    init(
        _ name: String, _ usage: String, _ count: ClosedRange<Int>, keys: [String] = [], words: [String] = [],
        settings: [Setting] = [], meaning: String = "",
        build: @escaping @Sendable (inout Evaluator, BuiltinCall) throws(Diagnostic) -> Int
    ) {
        self.name = name
        self.usage = usage
        self.meaning = meaning
        self.count = count
        self.keys = keys + settings.map(\.name)
        self.words = words
        self.settings = settings
        self.build = build
    }

    /// The words that a key takes.
    func values(of key: String?) -> [String] {
        guard case .choice(let choices) = settings.first(where: { $0.name == key })?.kind else { return [] }
        return choices
    }

    static let all: [Builtin] =
        making + capturing + elementwise + activations + reductions + shaping + matrices + losses + evaluation
        + boltzmann
    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    static func named(_ name: String) -> Builtin? { byName[name] }
    static var names: [String] { all.map(\.name) + ["param"] }
}

/// One call of a function.
struct BuiltinCall {
    let name: String
    let usage: String
    let arguments: [Expression.Argument]
    let range: Range<Int>

    var positional: [Expression] { arguments.filter { $0.key == nil }.map(\.value) }

    func key(_ name: String) -> Expression? { arguments.first { $0.key == name }?.value }

    func check(count: ClosedRange<Int>, keys: [String]) throws(Diagnostic) {
        for argument in arguments {
            guard let key = argument.key, !keys.contains(key) else { continue }
            throw Diagnostic(
                "\(name) has no key \(key)", hint: Suggestion.hint(for: key, in: keys) ?? usage,
                at: argument.value.range)
        }
        guard count.contains(positional.count) else {
            throw Diagnostic("\(name) takes other arguments", hint: usage, at: range)
        }
    }

    /// The node of one argument.
    func node(_ index: Int, _ evaluator: inout Evaluator) throws(Diagnostic) -> Int {
        try evaluator.node(positional[index])
    }

    /// The argument `axis=`, nil when it is not given.
    func axis(_ evaluator: inout Evaluator) throws(Diagnostic) -> Int? {
        guard let axis = key("axis") else { return nil }
        return try evaluator.integer(axis, "axis")
    }

    /// Sizes given as separate numbers or as one list.
    func shape(_ evaluator: inout Evaluator) throws(Diagnostic) -> Shape {
        var axes: [Double] = []
        for argument in positional { axes += try evaluator.value(argument).elements }
        return try Self.shape(axes, range)
    }

    static func shape(_ axes: [Double], _ range: Range<Int>) throws(Diagnostic) -> Shape {
        var sizes: [Int] = []
        for size in axes {
            guard size == size.rounded(), size >= 0 else {
                throw Diagnostic(
                    "\(Digits.full.text(size)) is no size", hint: "sizes are whole numbers from 0 on", at: range)
            }
            guard size <= Double(Shape.limit) else {
                throw Diagnostic(
                    "a tensor has at most \(Shape.limit) elements, not \(axes.map { Digits.full.text($0) }.joined(separator: "×"))",
                    at: range)
            }
            sizes.append(Int(size))
        }
        return try located(range) { () throws(OperationError) in try Shape(sizes).checked() }
    }

    /// Settings of a member from the keys of the call; words stand without quotes.
    func settings(_ declared: [Setting], _ evaluator: inout Evaluator) throws(Diagnostic) -> Settings {
        var settings = Settings(declared)
        for argument in arguments {
            guard let key = argument.key, let setting = declared.first(where: { $0.name == key }) else { continue }
            var value: SettingValue
            if case .choice(let choices) = setting.kind, let word = argument.value.word(among: choices) {
                value = .word(word)
            } else {
                guard let number = try evaluator.value(argument.value).scalar else {
                    throw Diagnostic("\(key) must be one number", at: argument.value.range)
                }
                value = .number(number)
            }
            let range = argument.value.range
            try located(range) { () throws(OperationError) in try settings.set(key, value) }
        }
        return settings
    }
}

extension Expression {
    /// The word that stands for a choice: a name, or one of the choices such as `K-1` that reads as a difference.
    fileprivate func word(among choices: [String]) -> String? {
        switch kind {
        case .name(let word): word
        case .binary(.subtract, let a, let b): choices.first { $0 == "\(a.text)-\(b.text)" }
        default: nil
        }
    }
}
