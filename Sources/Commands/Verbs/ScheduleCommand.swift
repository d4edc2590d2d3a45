// schedule: chooses how the learning rate changes, or shows it.

import Formulas
import Learning
import Tensors

struct ScheduleCommand: Command {
    let verb = "schedule"
    let group = CommandGroup.build
    let summary = "how the rate changes from update to update; alone it shows the present one, off removes it"
    let examples = ["schedule cosine steps=1000 warmup=100", "schedule off", "schedule"]
    func members(_ session: Session) -> [any Member] { Catalog.schedules }
    func example(of member: any Member) -> String { (member as? Schedule)?.example ?? "schedule \(member.name)" }

    func present(_ session: Session) -> (member: String?, settings: Settings)? {
        (session.schedule.member.name, session.schedule.settings)
    }

    func choices(after items: [String], _ session: Session) -> [Choice] {
        declaredChoices(after: items, session) + (items.isEmpty ? .words(["off"]) : [])
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if call.elements.isEmpty { return show(context) }
        if case .word("off") = call.items.first?.kind {
            try call.atMost(1, example: examples[1])
            _ = try call.settings([], &context)
            context.session.schedule = .constant
            return
        }
        let member = try call.member(0, of: Catalog.schedules, "a schedule", example: examples[0])
        try call.atMost(1, example: examples[0])
        let settings = try call.settings(context.session.settings(of: member), &context)
        context.session.schedule = try located(call.range) { () throws(OperationError) in
            try ChosenSchedule(member, settings)
        }
        show(context)
    }

    private func show(_ context: Context) {
        let schedule = context.session.schedule
        context.say(schedule.label)
        context.say("  lr = \(schedule.isConstant ? "the optimizer's rate" : schedule.formula.text())")
        if let rate = try? context.session.value(of: "lr") { context.say("  next update: \(context.text(rate))") }
    }
}
