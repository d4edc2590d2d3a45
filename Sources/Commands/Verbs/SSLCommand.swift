// ssl: makes a pretext task of the samples, so that the net learns without labels.

import Formulas
import Learning
import Tensors

struct SSLCommand: Command {
    let verb = "ssl"
    let group = CommandGroup.data
    let summary =
        "self-supervised learning: a pretext task gives the net its samples and targets, labels are not read; off ends it"
    let examples = ["ssl mask rate=0.5 patch=2", "ssl", "ssl preview 4", "ssl off"]

    func members(_ session: Session) -> [any Member] { Catalog.pretextTasks }

    func present(_ session: Session) -> (member: String?, settings: Settings)? {
        session.pretext.map { ($0.member.name, $0.settings) }
    }

    func choices(after items: [String], _ session: Session) -> [Choice] {
        declaredChoices(after: items, session)
            + (items.isEmpty
                ? [
                    .word("preview", note: "the next batch as the network reads it"),
                    .word("off", note: "the labels again"),
                ]
                : [])
    }

    func changesPlan(_ call: Call) -> Bool { !call.elements.isEmpty }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if call.elements.isEmpty {
            guard let task = context.session.pretext else {
                return context.say("no pretext task: the net learns from labels")
            }
            return context.show(task)
        }
        if try call.isOff(example: examples[3]) { return try context.session.choose(nil) }
        if case .word("preview") = call.items.first?.kind {
            guard context.session.pretext != nil else {
                throw Diagnostic(
                    "no pretext task is on whose batch could be shown", hint: examples[0], at: call.range)
            }
            return try context.preview(call, example: examples[2])
        }
        let member = try call.member(0, of: Catalog.pretextTasks, "a pretext task", example: examples[0])
        try call.atMost(1, example: examples[0])
        let task = ChosenPretext(
            member: member, settings: try call.settings(context.session.settings(of: member), &context))
        let lost = context.session.forgetNames(drawnBy: task)
        do throws(Diagnostic) { try context.session.choose(task) } catch { throw error.at(call.range) }
        for note in lost { context.say(note) }
        context.show(task)
        if member.views > 1, context.session.augmentations.isEmpty {
            context.say("the views of a sample are alike until augment changes them: augment shift max=1")
        }
    }
}
