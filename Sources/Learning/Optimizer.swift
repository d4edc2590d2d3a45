// Optimizer and Rule: how a gradient becomes a change of a parameter, as formulas.

import Formulas
import Tensors

/// An optimizer of the catalogue: settings, and the rule that they give.
public struct Optimizer: Member {
    public let name: String
    public let summary: String
    public let source: String
    public let settings: [Setting]
    public let notes: [String]
    public let examples: [String]
    /// Why settings do not go together, if they do not.
    public let conflict: @Sendable (Settings) -> OperationError?
    public let rule: @Sendable (Settings) -> Rule

    public init(
        _ name: String, _ summary: String, source: String, settings: [Setting], notes: [String] = [],
        examples: [String] = [], conflict: @escaping @Sendable (Settings) -> OperationError? = { _ in nil },
        rule: @escaping @Sendable (Settings) -> Rule
    ) {
        self.name = name
        self.summary = summary
        self.source = source
        self.notes = notes
        self.examples = examples
        self.settings = settings
        self.conflict = conflict
        self.rule = rule
    }

    /// The lines of the rule, and what it keeps for each weight.
    public func formulas(_ settings: Settings) -> [String] {
        let rule = rule(settings)
        let ahead = rule.lookahead.map { ["gradient at \($0.text())"] } ?? []
        let buffers = rule.slots.map { $0.initial == 0 ? $0.name : "\($0.name) (from \(Digits.full.text($0.initial)))" }
        return ahead + rule.text
            + (buffers.isEmpty
                ? [] : ["buffers of each weight, W1.\(rule.slots[0].name) …: \(buffers.joined(separator: ", "))"])
    }

    /// The same optimizer under another name, with other defaults.
    func named(
        _ name: String, _ summary: String, _ defaults: [String: SettingValue], notes: [String] = []
    ) -> Optimizer {
        Optimizer(
            name, summary, source: source, settings: settings.defaulting(to: defaults),
            notes: notes.isEmpty ? self.notes : notes, conflict: conflict, rule: rule)
    }
}

/// One update of one parameter element, as formulas that are executed in order.
///
/// Symbols: `w` the parameter, `grad` its gradient, the slots, the settings (`lr`, `beta1`, …), and `t`, the number of
/// this update, counted from 1 since the optimizer was chosen.
public struct Rule: Sendable {
    /// A number that the rule keeps for each parameter element, e.g. `velocity`.
    public struct Slot: Hashable, Sendable {
        public let name: String
        public let initial: Double

        public init(_ name: String, initial: Double = 0) {
            self.name = name
            self.initial = initial
        }
    }

    public struct Line: Hashable, Sendable {
        public let name: String
        public let formula: Formula

        public init(name: String, formula: Formula) {
            self.name = name
            self.formula = formula
        }
    }

    public let slots: [Slot]
    public let lines: [Line]
    /// Where the gradient is taken, when not at `w` itself.
    public let lookahead: Formula?
    /// What is computed for all parameters together before the lines are run, when there is such a thing; the lines read
    /// it from a slot.
    public let direction: NewtonDirection?

    public init(slots: [Slot], lookahead: Formula? = nil, _ lines: KeyValuePairs<String, Formula>) {
        self.init(slots: slots, lookahead: lookahead, lines: lines.map { ($0.key, $0.value) })
    }

    /// Its lines as text, with the signs = below each other.
    public var text: [String] {
        let solved = direction.map { [(NewtonDirection.slot, $0.text)] } ?? []
        let lines = solved + self.lines.map { ($0.name, $0.formula.text(.ascii)) }
        let width = lines.map(\.0.count).max() ?? 0
        return lines.map { name, text in "\(name)\(String(repeating: " ", count: width - name.count)) = \(text)" }
    }

    /// A rule whose direction is solved for before its lines.
    public init(_ direction: NewtonDirection, _ lines: KeyValuePairs<String, Formula>) {
        self.init(
            slots: [.init(NewtonDirection.slot)], direction: direction, lines: lines.map { ($0.key, $0.value) })
    }

    /// A line that only renames (`g = grad`) is left out, and what it names is put in where it is used; unless one of both
    /// names is set again later, and so would no longer be the same.
    public init(
        slots: [Slot], lookahead: Formula? = nil, direction: NewtonDirection? = nil, lines: [(String, Formula)]
    ) {
        self.slots = slots
        self.lookahead = lookahead
        self.direction = direction
        var alias: [String: Formula] = [:]
        var kept: [Line] = []
        for (index, (name, formula)) in lines.enumerated() {
            let formula = formula.substituting { alias[$0] }
            alias[name] = nil
            if case .symbol(let old) = formula, name != "w", !slots.contains(where: { $0.name == name }),
                !lines[(index + 1)...].contains(where: { $0.0 == name || $0.0 == old })
            {
                alias[name] = formula
            } else {
                kept.append(Line(name: name, formula: formula))
            }
        }
        self.lines = kept
    }
}

/// The parts that several optimizers share.
enum Decay {
    static let weightDecay = Setting.number("weight_decay", 0, .notNegative, "how much weights are pulled to 0")
    static let kind = Setting.choice(
        "decay", ["l2", "decoupled"], "l2: added to the gradient; decoupled: w shrinks by lr·weight_decay first")

    /// The first lines of a rule: the decay of `w`, and the gradient `g` that the rest uses.
    static func lines(_ settings: Settings) -> [(String, Formula)] {
        if settings.number("weight_decay") == 0 { return [("g", "grad")] }
        if settings.word("decay") == "decoupled" { return [("w", "w" - "lr" * "weight_decay" * "w"), ("g", "grad")] }
        return [("g", "grad" + "weight_decay" * "w")]
    }
}

/// The root in the denominator with ε outside or inside of it.
func root(_ square: Formula, _ settings: Settings) -> Formula {
    settings.word("eps_at") == "inside" ? .sqrt(square + "eps") : .sqrt(square) + "eps"
}
