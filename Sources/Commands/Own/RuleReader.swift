// RuleReader: the block of a rule as an optimizer: which names are buffers, which are steps on the way, and the formulas.

import Formulas
import Learning
import Tensors

/// Reads the assignments of a rule.
///
/// A name that is read before the block has set it is a buffer: it keeps its value from one update to the next and begins
/// at 0, or at the key of its name. Other names live for one update. `w` is the parameter, `grad` (or `g`, as long as the
/// block sets no `g`) its gradient, `t` the number of the update, from 1.
struct RuleReader {
    let session: Session
    let name: String
    let settings: [Setting]
    let block: [Statement]
    /// Where the rule itself is named.
    let range: Range<Int>

    /// Names that a rule reads and cannot set or have as keys.
    static let given = ["grad", "t"]
    /// The most buffers; each is as large as all parameters together.
    private static let bufferLimit = 32

    private struct Line {
        let name: String
        let formula: Formula
    }

    func optimizer() throws(Diagnostic) -> Optimizer {
        for statement in block { try check(statement) }
        let lines = try lines()
        guard let last = lines.last else {
            throw Diagnostic("the rule \(name) is empty", hint: RuleCommand.example, at: range)
        }
        guard lines.contains(where: { $0.name == "w" }) else {
            throw Diagnostic(
                "the rule \(name) does not set w", hint: "end it with w = w - lr*\(last.name)", at: range)
        }
        let buffers = try buffers(lines)
        let starts = Set(settings.map(\.name)).intersection(buffers)
        let settings = settings.map { setting in
            guard starts.contains(setting.name), case .number(let value) = setting.initial else { return setting }
            return Setting.number(setting.name, value, .any, "what the buffer \(setting.name) begins at")
        }
        return Optimizer(name, "a rule of your own", source: "this session", settings: settings) { settings in
            let slots = buffers.map { Rule.Slot($0, initial: starts.contains($0) ? settings.number($0) : 0) }
            return Rule(slots: slots, lines: lines.map { ($0.name, $0.formula) })
        }
    }

    private func check(_ statement: Statement) throws(Diagnostic) {
        guard case .assignment(let target, _) = statement.kind else { return }
        if Self.given.contains(target.name) {
            throw Diagnostic(
                "\(target.name) is given to a rule, which cannot set it",
                hint: target.name == "grad" ? "g = … may stand for a changed gradient" : nil, at: target.range)
        }
        if target.name == "lr" {
            throw Diagnostic("lr is a setting, which the rule cannot set", hint: "rate = lr", at: target.range)
        }
    }

    private func lines() throws(Diagnostic) -> [Line] {
        var names: [String: Formula] = ["g": "grad"]
        for name in Self.given + ["w"] + settings.map(\.name) { names[name] = .symbol(name) }
        for case .assignment(let target, _) in block.map(\.kind) where target.name != "g" {
            names[target.name] = .symbol(target.name)
        }
        var lines: [Line] = []
        for case .assignment(let target, let expression) in block.map(\.kind) {
            let reader = FormulaReader(session: session, purpose: "a rule", names: names) { unknown, key in
                ("\(unknown) is read but never set", "rule \(name) \(key) { … } makes it a key")
            }
            lines.append(Line(name: target.name, formula: try reader.read(expression).formula))
            names[target.name] = .symbol(target.name)
            if Formula.sum(lines.map(\.formula)).exceeds(ElementFormula.sizeLimit) {
                throw Diagnostic(
                    "the rule has more than \(ElementFormula.sizeLimit) operations", at: expression.range)
            }
        }
        return lines
    }

    /// The names that are read before they are set, in the order of reading.
    private func buffers(_ lines: [Line]) throws(Diagnostic) -> [String] {
        let set = Set(lines.map(\.name))
        var buffers: [String] = []
        var known: Set<String> = ["w"]
        for line in lines {
            for symbol in line.formula.symbols where set.contains(symbol) && !known.contains(symbol) {
                buffers.append(symbol)
                known.insert(symbol)
            }
            known.insert(line.name)
        }
        guard buffers.count <= Self.bufferLimit else {
            throw Diagnostic("a rule keeps at most \(Self.bufferLimit) buffers", at: range)
        }
        for case .assignment(let target, _) in block.map(\.kind)
        where settings.contains(where: { $0.name == target.name }) && !buffers.contains(target.name) {
            throw Diagnostic(
                "the key \(target.name) is never used: the rule sets \(target.name) before it reads it",
                hint: "a key named like a buffer says what it begins at", at: target.range)
        }
        return buffers
    }

    /// The keys that no formula reads.
    func unusedKeys(_ optimizer: Optimizer) -> [String] {
        let rule = optimizer.rule(Settings(settings))
        let read = Set(rule.lines.flatMap(\.formula.symbols) + rule.slots.map(\.name))
        return settings.map(\.name).filter { !read.contains($0) }
    }
}
