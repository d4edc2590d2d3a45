// landscape: builds a function of one or two coordinates that is to be minimised, or shows the present one.

import Formulas
import Learning
import Tensors

struct LandscapeCommand: Command {
    let verb = "landscape"
    let group = CommandGroup.build
    let summary =
        "makes the parameter w and the objective J over it, and begins a new run; alone it shows the present one"
    let examples = ["landscape valley kappa=30", "landscape coupled c=2 start=[3, -1]", "landscape"]
    func members(_ session: Session) -> [any Member] { Catalog.landscapes }

    func present(_ session: Session) -> (member: String?, settings: Settings)? {
        session.presentLandscape.map { ($0.member.name, $0.settings) }
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if call.elements.isEmpty {
            guard let landscape = context.session.presentLandscape else {
                throw Diagnostic("no landscape is minimised", hint: examples[0], at: call.range)
            }
            return Self.show(landscape, context)
        }
        let member = try call.member(0, of: Catalog.landscapes, "a landscape", example: examples[0])
        try call.atMost(1, example: examples[0])
        let settings = try call.settings(member.settings, &context)
        if let conflict = member.conflict(settings) { throw Diagnostic(conflict, at: call.range) }
        let (landscape, notes) = try context.session.build(member, settings)
        for note in notes { context.say(note) }
        Self.show(landscape, context)
        context.emit(
            .tensor(try context.session.value(of: "J"), name: "J", remark: nil, digits: context.session.digits))
    }

    private static func show(_ landscape: Session.ChosenLandscape, _ context: Context) {
        let (member, settings) = (landscape.member, landscape.settings)
        let names = member.coordinates.indices.map { "w[\($0)]" }
        let texts = Dictionary(uniqueKeysWithValues: zip(member.coordinates, names))
        context.say("J = \(member.formula(settings).text(digits: context.session.digits) { texts[$0] ?? $0 })")
        let window = zip(names, member.window).map {
            "\($0) \(context.text($1.lowerBound)) to \(context.text($1.upperBound))"
        }
        context.say("  start \(settings["start"]?.text() ?? ""), seen from \(window.joined(separator: ", "))")
    }
}

extension Session {
    /// The landscape, while it is what is minimised.
    var presentLandscape: ChosenLandscape? {
        guard let landscape, let minimized = parts?.minimized ?? objective, live[minimized]?.node == landscape.node
        else { return nil }
        return landscape
    }

    /// Defines `w` and `J`, minimises `J` and begins a run. Returns notes on what was replaced.
    fileprivate mutating func build(
        _ member: Landscape, _ settings: Settings
    ) throws(Diagnostic) -> (ChosenLandscape, [String]) {
        var notes = [forget("J"), defineParameter("w", Tensor(vector: settings.numbers("start")))].compactMap { $0 }
        let (formula, coordinates) = (member.formula(settings), member.coordinates)
        var graph = graph
        let w = leaves["w"]!
        let node = try located(nil) { () throws(OperationError) in
            var inputs: [Int] = []
            for index in coordinates.indices { inputs.append(try graph.apply(Slice([.index(index)]), [w])) }
            return try graph.apply(Pointwise(member.name, coordinates, formula), inputs)
        }
        let initial = try run(node, [:], in: graph)
        notes += [try defineLive("J", node, in: graph, initial: initial)].compactMap { $0 }
        try minimize("J")
        startRun()
        let landscape = ChosenLandscape(member: member, settings: settings, node: node)
        self.landscape = landscape
        return (landscape, notes)
    }
}
