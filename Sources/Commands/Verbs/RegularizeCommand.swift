// regularize: adds a penalty on large weights to what is minimised.

import Learning
import Tensors

struct RegularizeCommand: Command {
    let verb = "regularize"
    let group = CommandGroup.build
    let summary =
        "adds a penalty on the weights to the loss (data_loss + penalty); off removes it, alone it shows the parts"
    let examples = [
        "regularize l2 0.01", "regularize l1 0.001 biases=on", "regularize l2 0.01 half=on",
        "regularize elastic l1=0.01 l2=0.01", "regularize off",
    ]

    func members(_ session: Session) -> [any Member] { Catalog.regularizers }
    func example(of member: any Member) -> String {
        member.name == "elastic" ? examples[3] : "regularize \(member.name) 0.01"
    }

    func present(_ session: Session) -> (member: String?, settings: Settings)? {
        session.regularizer.map { ($0.member.name, $0.settings) }
    }

    func choices(after items: [String], _ session: Session) -> [Choice] {
        declaredChoices(after: items, session) + (items.isEmpty ? .words(["off"]) : [])
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if call.elements.isEmpty { return show(context) }
        if try call.isOff(example: examples[4]) { return try context.session.regularize(nil) }
        let member = try call.member(0, of: Catalog.regularizers, "a penalty", example: examples[0])
        let settings = try call.settings(of: member, firstIsNumber: member.name != "elastic", &context, examples[0])
        let chosen = Session.ChosenRegularizer(member: member, settings: settings)
        do throws(Diagnostic) { try context.session.regularize(chosen) } catch { throw error.at(call.range) }
        show(context)
    }

    private func show(_ context: Context) {
        let session = context.session
        guard let regularizer = session.regularizer else { return context.say("there is no penalty") }
        context.say(regularizer.text)
        let formula = regularizer.member.penalty(regularizer.settings).text(.ascii)
        guard let parts = session.parts else {
            return context.say("  each weight w will add \(formula) to what is minimised")
        }
        let data = parts.minimized == "loss" ? "data_loss" : parts.minimized
        context.say("  \(session.objective ?? "loss") = \(data) + penalty")
        let weights = parts.penalized.isEmpty ? "no parameter" : parts.penalized.joined(separator: ", ")
        context.say("  penalty = sum of \(formula) over the elements of \(weights)")
        guard !session.isStale("penalty"), (try? session.value(of: "penalty")) != nil else { return }
        context.showObjective()
    }
}

extension Call {
    /// Whether it only says `off`.
    func isOff(example: String) throws(Diagnostic) -> Bool {
        guard case .word("off") = items.first?.kind else { return false }
        try atMost(1, example: example)
        if let key = keys.first { throw Diagnostic("off takes no keys", hint: example, at: key.range) }
        return true
    }

    /// The settings of a member under the session's conventions; the first may be given as a number behind its name.
    func settings<Kind: Member>(
        of member: Kind, firstIsNumber: Bool, _ context: inout Context, _ example: String
    ) throws(Diagnostic) -> Settings {
        try atMost(firstIsNumber ? 2 : 1, example: example)
        let declared = context.session.settings(of: member)
        var settings = try settings(declared, &context)
        guard items.count == 2 else { return settings }
        let (item, first) = (items[1], declared[0])
        guard settings.given[first.name] == nil else {
            throw Diagnostic("\(first.name) is given twice", hint: example, at: item.range)
        }
        let value = try context.settingValue(item, first)
        try located(item.range) { () throws(OperationError) in try settings.set(first.name, value) }
        return settings
    }
}
