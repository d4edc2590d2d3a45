// loss: chooses how a network's outputs are compared with the targets, or shows the loss.

import Learning

struct LossCommand: Command {
    let verb = "loss"
    let group = CommandGroup.build
    let summary = "chooses the loss of the net; alone it shows the loss of the last forward"
    let examples = ["loss cross_entropy", "loss huber delta=0.5", "loss"]
    func members(_ session: Session) -> [any Member] { Catalog.losses }

    func present(_ session: Session) -> (member: String?, settings: Settings)? {
        session.loss.map { ($0.member.name, $0.settings) }
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if call.elements.isEmpty {
            let stale = context.session.objective.map { context.session.isStale($0) } ?? false
            let value = try context.session.value(of: "loss")
            let remark = stale ? "of the parameters before the last change" : nil
            return context.emit(.tensor(value, name: "loss", remark: remark, digits: context.session.digits))
        }
        let member = try call.member(0, of: Catalog.losses, "a loss", example: examples[0])
        try call.atMost(1, example: examples[0])
        let settings = try call.settings(context.session.settings(of: member), &context)
        context.session.loss = Session.ChosenLoss(member: member, settings: settings)
        if context.session.network != nil {
            try context.session.buildLoss()
        } else {
            context.say("it will compare the outputs of the next net")
        }
    }
}
