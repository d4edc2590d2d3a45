// labels: trains on only some labelled samples, as when labels are dear.

import Learning
import Tensors

struct LabelsCommand: Command {
    let verb = "labels"
    let group = CommandGroup.data
    let summary =
        "trains on only so many of the training samples, as many of each class; normalize still measures all. labels all "
        + "takes all again"
    let examples = ["labels 20", "labels 30 seed=1", "labels all"]
    let settings: [Setting] = [Session.seedSetting]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        let count = session.data.map { "now \($0.trainingRows.count)" }
        return items.isEmpty ? [.word("all", note: count)] : keys(settings, of: nil, session)
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(1, example: examples[0])
        guard let item = call.items.first else {
            throw Diagnostic("labels needs a number or all", hint: examples[0], at: call.range)
        }
        guard var data = context.session.data else {
            throw Diagnostic("no data are loaded", hint: "data iris", at: call.range)
        }
        let settings = try call.settings(settings, &context)
        data.labelAll()
        if case .word("all") = item.kind {
            context.session.changeData(data)
            return context.say(data.trainingText)
        }
        guard let count = try call.count(0, &context, example: examples[0]) else { return }
        guard count <= data.trainingRows.count else {
            throw Diagnostic(
                "there are \(data.trainingRows.count) training samples, not \(count)", hint: "labels all",
                at: item.range)
        }
        context.session.withRandom(seed: settings) { _, random in data.label(count, &random) }
        context.session.changeData(data)
        context.say("\(data.trainingText), \(data.unlabelled.count) without a label")
    }
}
