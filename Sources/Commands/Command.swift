// Command: one verb: how it is read, what it does, and its help.

import Learning
import Tensors

/// A verb of the language. One declaration gives parsing, help and completion.
protocol Command: Sendable {
    var verb: String { get }
    var group: CommandGroup { get }
    /// One sentence.
    var summary: String { get }
    /// Lines that work, for help.
    var examples: [String] { get }
    var grammar: Grammar { get }
    /// The keys that it takes.
    var settings: [Setting] { get }
    /// Whether keys belong to the item before them, so that each of several items may have the same.
    var keysFollowItems: Bool { get }
    /// What it does to the session.
    var effect: Effect { get }
    /// The members, of the catalogue and of the session's own, of which the first word after the verb names one.
    func members(_ session: Session) -> [any Member]
    /// The settings that hold now, and the member whose they are.
    func present(_ session: Session) -> (member: String?, settings: Settings)?
    /// What its members are called in help.
    var memberKind: String { get }
    /// The plainest line that chooses a member.
    func example(of member: any Member) -> String
    /// What may stand after the verb and these items.
    func choices(after items: [String], _ session: Session) -> [Choice]
    /// Whether the call changes what a phase under way computes.
    func changesPlan(_ call: Call) -> Bool

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic)
}

/// What one wants to do with a verb; help shows the groups in this order.
enum CommandGroup: String, CaseIterable, Sendable {
    case build = "Build a model"
    case data = "Give it data"
    case step = "Make steps"
    case inspect = "See and understand"
    case pictures = "Draw"
    case debug = "Stop by itself"
    case time = "Go back, branch off"
    case files = "Check and keep"
    case lessons = "Follow lessons"
    case program = "The program"
}

/// What a command does to the session, for its history.
enum Effect: Sendable {
    /// Nothing: the line is no step of `undo`.
    case none
    /// It changes something.
    case change
    /// It trains by whole steps, which can be computed again.
    case steps
    /// It works on the history itself.
    case time
}

extension Command {
    var grammar: Grammar { .items }
    var settings: [Setting] { [] }
    var keysFollowItems: Bool { false }
    var effect: Effect { .change }

    /// Verbs that build change it, unless they only show something.
    func changesPlan(_ call: Call) -> Bool {
        guard group == .build || group == .data else { return false }
        if case .word(let word) = call.items.first?.kind, word == "show" || word == "diff" { return false }
        return !call.elements.isEmpty || verb == "new"
    }
}

/// What a command works on.
struct Context {
    /// The copy that becomes the session when the line succeeds.
    var session: Session
    let workbench: Workbench
    /// The folder to which file names are relative.
    let folder: String
    /// What the command is remembered as, when it is not to be repeated as typed.
    var replacement: String?
    /// Whether something outside the session, such as a file, was read.
    var readsWorld = false

    func say(_ text: String) { workbench.emit(.text(text)) }

    func emit(_ output: Output) { workbench.emit(output) }

    /// A number as the session prints it.
    func text(_ value: Double) -> String { session.digits.text(value) }

    func text(_ value: Tensor) -> String { TensorText.brief(value, digits: session.digits) }

    /// A file's path as the program opens it.
    func path(_ name: String) -> String {
        name.hasPrefix("/") || folder.isEmpty ? name : folder + "/" + name
    }

    /// The value of an expression; random numbers that it draws are drawn from the session.
    mutating func value(_ expression: Expression) throws(Diagnostic) -> Tensor {
        var evaluator = Evaluator(session)
        let value = try evaluator.value(expression)
        session.training.random = evaluator.random
        return value
    }

    /// Whether all elements of a condition are true. `loss` is what the name stands for in it, when not the last loss.
    mutating func holds(_ expression: Expression, loss: Double? = nil) throws(Diagnostic) -> Bool {
        var evaluator = Evaluator(session)
        if let loss { evaluator.overrides["loss"] = Tensor(scalar: loss) }
        let value = try evaluator.value(expression)
        session.training.random = evaluator.random
        return value.elements.allSatisfy { $0 != 0 && !$0.isNaN }
    }
}

// MARK: Reading what follows a verb

extension Call {
    var items: [Item] { elements.filter { $0.key == nil }.map(\.item) }
    var keys: [Element] { elements.filter { $0.key != nil } }

    /// Fails when there is more than `count` items.
    func atMost(_ count: Int, example: String) throws(Diagnostic) {
        guard items.count > count else { return }
        throw Diagnostic(
            "\(verb) takes no more than this", hint: "\(example); keys are written key=value", at: items[count].range)
    }

    /// The word at `index`, nil when nothing stands there.
    func word(_ index: Int, _ purpose: String, example: String) throws(Diagnostic) -> String? {
        guard items.indices.contains(index) else { return nil }
        guard case .word(let word) = items[index].kind else {
            throw Diagnostic("\(purpose) should stand here", hint: example, at: items[index].range)
        }
        return word
    }

    /// The member of `members` that the word at `index` names.
    func member<M: Member>(_ index: Int, of members: [M], _ purpose: String, example: String) throws(Diagnostic) -> M {
        guard let word = try word(index, purpose, example: example) else {
            throw Diagnostic(
                "\(verb) needs \(purpose)", hint: "known are \(members.map(\.name).joined(separator: ", "))",
                at: verbRange)
        }
        guard let member = members.first(where: { $0.name == word }) else {
            throw Diagnostic(
                "there is no \(word) for \(verb)", hint: Suggestion.hint(for: word, in: members.map(\.name)),
                at: items[index].range)
        }
        return member
    }

    /// The whole number at `index`, at least `lowest`.
    func count(_ index: Int, lowest: Int = 1, _ context: inout Context, example: String) throws(Diagnostic) -> Int? {
        guard items.indices.contains(index) else { return nil }
        let value = try context.number(items[index])
        guard let value, value == value.rounded(), value >= Double(lowest) else {
            throw Diagnostic(
                "a whole number from \(lowest) on should stand here", hint: example, at: items[index].range)
        }
        guard value < 1e15 else {
            throw Diagnostic("\(context.text(value)) is too many", hint: example, at: items[index].range)
        }
        return Int(value)
    }

    /// The string at `index`.
    func string(_ index: Int, example: String) throws(Diagnostic) -> String {
        guard items.indices.contains(index), case .string(let text) = items[index].kind else {
            throw Diagnostic(
                "a file name in quotes should stand here", hint: example,
                at: items.indices.contains(index) ? items[index].range : verbRange)
        }
        guard !text.isEmpty else { throw Diagnostic("the file name is empty", hint: example, at: items[index].range) }
        return text
    }

    /// The keys as settings; `also` names keys that the command reads itself.
    func settings(
        _ declared: [Setting], also: [String] = [], _ context: inout Context
    ) throws(Diagnostic) -> Settings {
        var settings = Settings(declared)
        for (index, element) in keys.enumerated() {
            if keys[..<index].contains(where: { $0.key == element.key }) {
                throw Diagnostic("\(element.key ?? "") is given twice", at: element.range)
            }
            guard let key = element.key, !also.contains(key) else { continue }
            guard let setting = declared.first(where: { $0.name == key }) else {
                let known = declared.map(\.name) + also
                throw Diagnostic(
                    known.isEmpty
                        ? "\(items.first.map(Self.label) ?? verb) takes no keys"
                        : "\(items.first.map(Self.label) ?? verb) has no key \(key)",
                    hint: Suggestion.hint(for: key, in: known), at: element.range)
            }
            let value = try context.settingValue(element.item, setting)
            if case .choice(let choices) = setting.kind, case .word(let word) = value, !choices.contains(word) {
                throw Diagnostic(
                    "\(key)=\(word) is not allowed: \(setting.range)", hint: Suggestion.hint(for: word, in: choices),
                    at: element.range)
            }
            try located(element.range) { () throws(OperationError) in try settings.set(key, value) }
        }
        return settings
    }

    private static func label(_ item: Item) -> String {
        if case .word(let word) = item.kind { return word }
        return "this"
    }
}

extension Context {
    /// The number that an item is, or that its expression gives.
    mutating func number(_ item: Item) throws(Diagnostic) -> Double? {
        switch item.kind {
        case .number(let value): return value
        case .expression(let expression): return try value(expression).scalar
        case .word(let name): return (try? session.value(of: name))?.scalar
        default: return nil
        }
    }

    mutating func settingValue(_ item: Item, _ setting: Setting) throws(Diagnostic) -> SettingValue {
        if case .choice(let choices) = setting.kind {
            if case .word(let word) = item.kind { return .word(word) }
            if case .number(let value) = item.kind { return .number(value) }
            throw Diagnostic("\(setting.name) is one of \(choices.joined(separator: ", "))", at: item.range)
        }
        if case .numbers = setting.kind { return .numbers(try numbers(item, setting)) }
        if case .size = setting.kind, let size = try size(item, setting) { return size }
        guard let value = try number(item) else {
            throw Diagnostic(
                "\(setting.name) must be a number", hint: setting.initial.map { "try \(setting.name)=\($0.text())" },
                at: item.range)
        }
        return .number(value)
    }

    /// Rows and columns, or a word that stands for them; nil where the item is a number.
    private func size(_ item: Item, _ setting: Setting) throws(Diagnostic) -> SettingValue? {
        switch item.kind {
        case .word(let word) where (try? session.value(of: word)) == nil: return .word(word)
        case .size(let sizes):
            guard sizes.count == 2, let rows = Int(exactly: sizes[0]), let columns = Int(exactly: sizes[1]) else {
                throw Diagnostic(
                    "\(setting.name) is one number or two: \(setting.range)", hint: "try \(setting.name)=3x5",
                    at: item.range)
            }
            return .size(rows, columns)
        default: return nil
        }
    }

    /// The numbers of a list, or of an expression that gives a vector.
    private mutating func numbers(_ item: Item, _ setting: Setting) throws(Diagnostic) -> [Double] {
        let example = "\(setting.name)=\(setting.initial?.text() ?? "[1, 2]")"
        switch item.kind {
        case .list(let items):
            var numbers: [Double] = []
            for item in items {
                guard let number = try number(item) else {
                    throw Diagnostic("\(setting.name) takes numbers", hint: example, at: item.range)
                }
                numbers.append(number)
            }
            return numbers
        case .expression(let expression):
            let value = try value(expression)
            if value.shape.rank == 1 { return value.elements }
        case .word(let name):
            if let value = try? session.value(of: name), value.shape.rank == 1 { return value.elements }
        default: break
        }
        throw Diagnostic("\(setting.name) must be a list of numbers", hint: example, at: item.range)
    }
}
