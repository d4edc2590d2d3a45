// ChosenSchedule: a schedule with its settings; and the rate of any update.

import Formulas
import Learning
import Tensors

struct ChosenSchedule: Sendable {
    let member: Schedule
    let settings: Settings
    /// The rate over `base`, `t` or `epoch`, and the settings.
    let formula: Formula
    /// Whether the rate is always the base.
    let isConstant: Bool

    init(_ member: Schedule, _ settings: Settings) throws(OperationError) {
        if let conflict = member.conflict(settings) { throw conflict }
        self.init(checked: member, settings)
    }

    private init(checked member: Schedule, _ settings: Settings) {
        self.member = member
        self.settings = settings
        formula = member.formula(settings)
        isConstant = formula == Schedule.base
    }

    /// The rate stays as the optimizer has it.
    static let constant = {
        let member = Catalog.schedules[0]
        return ChosenSchedule(checked: member, Settings(member.settings))
    }()

    var countsEpochs: Bool { settings.word("per") == "epoch" }

    /// What the formula's symbols stand for at `time`, counted in updates or epochs.
    func values(base: Double, time: Int) -> [String: Double] {
        var values = ["base": base, (countsEpochs ? "epoch" : "t"): Double(time), "pi": Double.pi]
        for symbol in formula.symbols where values[symbol] == nil { values[symbol] = settings.number(symbol) }
        return values
    }

    func rate(base: Double, time: @autoclosure () -> Int) -> Double {
        if isConstant { return base }
        let values = values(base: base, time: time())
        return formula.value { values[$0] }
    }

    /// The name with the settings that were given.
    var label: String {
        let given = settings.declared.compactMap { setting in
            settings.given[setting.name].map { " \(setting.name)=\($0.text())" }
        }
        return member.name + given.joined()
    }
}

extension Session {
    /// The learning rate of the update behind `updates` updates of this run.
    func rate(before updates: Int) throws(Diagnostic) -> Double {
        schedule.rate(base: try chosenOptimizer().rate, time: scheduleTime(before: updates))
    }

    /// The schedule's formula with the values that give the rate of the update behind `updates` updates.
    func rateLine(before updates: Int) throws(Diagnostic) -> ElementUpdate.Line {
        let (base, time) = (try chosenOptimizer().rate, scheduleTime(before: updates))
        return ElementUpdate.Line(
            name: "lr", formula: schedule.formula, values: schedule.values(base: base, time: time),
            result: schedule.rate(base: base, time: time))
    }

    /// The time of the schedule: updates done, or epochs completed if batches are drawn all the run as they are now.
    private func scheduleTime(before updates: Int) -> Int {
        guard schedule.countsEpochs else { return updates }
        guard let data, batchByHand.isEmpty else { return max(0, training.epoch + updates - training.updates) }
        let size = data.effectiveBatchSize
        let isComplete = training.batchIsUsed && training.drawn >= training.order.count
        let begun = isComplete ? 0 : (training.drawn + size - 1) / size - (training.batchIsUsed ? 0 : 1)
        let ahead = Double(begun + updates - training.updates) / Double(data.updatesPerEpoch)
        return max(0, training.epoch + Int(ahead.rounded(.down)))
    }
}
