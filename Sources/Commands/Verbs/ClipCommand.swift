// clip: gradients that are too large are made smaller between backward and update.

import Learning
import Tensors

struct ClipCommand: Command {
    let verb = "clip"
    let group = CommandGroup.build
    let summary =
        "clips gradients before the update; W1.grad stays as backward left it. off removes it, alone it shows the scale"
    let examples = ["clip norm 1", "clip norm 1 per=variable", "clip norm 1 form=keras", "clip value 0.5", "clip off"]

    func members(_ session: Session) -> [any Member] { Catalog.clippings }
    func example(of member: any Member) -> String { "clip \(member.name) 1" }

    func present(_ session: Session) -> (member: String?, settings: Settings)? {
        session.clipping.map { ($0.member.name, $0.settings) }
    }

    func choices(after items: [String], _ session: Session) -> [Choice] {
        declaredChoices(after: items, session) + (items.isEmpty ? .words(["off"]) : [])
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if call.elements.isEmpty { return show(context) }
        if try call.isOff(example: examples[4]) {
            context.session.clipping = nil
            return
        }
        let member = try call.member(0, of: Catalog.clippings, "norm or value", example: examples[0])
        let settings = try call.settings(of: member, firstIsNumber: true, &context, examples[0])
        context.session.clipping = ChosenClipping(member, settings)
        show(context)
    }

    private func show(_ context: Context) {
        guard let clipping = context.session.clipping else { return context.say("gradients are not clipped") }
        context.say(clipping.text)
        for line in clipping.lines { context.say("  \(line.name) = \(line.formula.text(.ascii))") }
        context.showClipping(
            of: context.session.step.status.indices.filter { context.session.step.status[$0] != .none })
    }
}

extension Context {
    /// What the clipping does to the present gradients of the parameters at these places in the layout.
    func showClipping(of updated: [Int]) {
        guard let clipping = session.clipping, !updated.isEmpty, session.step.gradients.count == session.layout.count
        else { return }
        guard clipping.usesNorm else {
            let limit = clipping.settings.number("limit")
            let elements = updated.flatMap { session.step.gradients[session.layout.entries[$0].range] }
            let count = elements.count { $0.magnitude > limit }
            return say("clip: \(count) of \(elements.count) elements are beyond ±\(text(limit))")
        }
        for index in clipping.isGlobal ? [updated[0]] : updated {
            let name = clipping.isGlobal ? "all gradients" : "\(session.layout.entries[index].name).grad"
            let norm = session.clippingNorm(of: index, among: updated, clipping)
            let scale = clipping.lines[0].formula.value { clipping.value($0, norm: norm) }
            say("clip: norm of \(name) \(text(norm)), scale \(text(scale))")
        }
    }
}
