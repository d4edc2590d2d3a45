// maxnorm: after every update the weights into a neuron are kept from growing longer than a limit.

import Learning
import Tensors

struct MaxNormCommand: Command {
    let verb = "maxnorm"
    let group = CommandGroup.build
    let summary =
        "after each update shortens the weights into a neuron (columns of matrices, filters) to a limit; off removes it"
    let examples = ["maxnorm 3", "maxnorm 2 form=keras", "maxnorm off"]
    let settings = MaxNorm.settings

    func present(_ session: Session) -> (member: String?, settings: Settings)? { session.maxNorm.map { (nil, $0) } }

    func choices(after items: [String], _ session: Session) -> [Choice] {
        if items.first == "off" { return [] }
        return (items.isEmpty ? [.word("off")] : []) + declaredChoices(after: items, session)
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if try call.isOff(example: examples[2]) {
            context.session.maxNorm = nil
            return
        }
        try call.atMost(1, example: examples[0])
        if !call.elements.isEmpty {
            var settings = try call.settings(settings, &context)
            if let item = call.items.first {
                guard settings.given["limit"] == nil else {
                    throw Diagnostic("limit is given twice", hint: examples[0], at: item.range)
                }
                let value = try context.settingValue(item, self.settings[0])
                try located(item.range) { () throws(OperationError) in try settings.set("limit", value) }
            }
            context.session.maxNorm = settings
        }
        show(context)
    }

    private func show(_ context: Context) {
        let session = context.session
        guard let settings = session.maxNorm else { return context.say("weights may grow as they like") }
        context.say(settings.text)
        for line in MaxNorm.lines(settings) { context.say("  \(line.name) = \(line.formula.text(.ascii))") }
        for entry in session.layout.entries where entry.neurons != nil {
            let norms = entry.lengths(in: session.training.parameters)
            let count = norms.count { $0 > settings.number("limit") }
            context.say(
                "  \(entry.name): longest \(entry.neuronName) \(context.text(norms.max() ?? 0)), \(count) of \(norms.count) above the limit"
            )
        }
    }
}

extension Context {
    /// What the constraint does to a parameter to which the rule gave `value`.
    func showMaxNorm(_ entry: ParameterLayout.Entry, _ value: Tensor) {
        guard let settings = session.maxNorm, entry.neurons != nil else { return }
        var alone = ParameterLayout()
        alone.append(entry.name, entry.shape)
        let norms = alone.entries[0].lengths(in: value.elements)
        let scales = norms.map { Session.scale($0, settings) }
        say("  length = \(text(Tensor(vector: norms))), of each \(entry.neuronName)")
        say("  factor = \(MaxNorm.lines(settings)[0].formula.text(.ascii)) = \(text(Tensor(vector: scales)))")
        let kept = Array(session.training.parameters[entry.range])
        say("  \(entry.name) = \(entry.name) * factor = \(text(Tensor(entry.shape, kept)))")
    }
}
