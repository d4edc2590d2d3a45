// init: draws all weights of the network anew.

import Learning
import Tensors

struct InitCommand: Command {
    let verb = "init"
    let group = CommandGroup.build
    let summary =
        "draws all weights of the net anew and begins a new run; biases are 0 unless bias= says otherwise; "
        + "init dbn takes those of stacked Boltzmann machines"
    let examples = [
        "init he_normal seed=7", "init glorot_normal truncated=on", "init constant value=0.5 bias=0.1",
        "init dbn head=he_normal",
    ]

    let settings = [Session.seedSetting]
    func members(_ session: Session) -> [any Member] { Catalog.initializers }

    func choices(after items: [String], _ session: Session) -> [Choice] {
        if items == [Self.machines] { return keys([Self.head(session)] + settings, of: nil, session) }
        return (items.isEmpty ? [.word(Self.machines, note: "the weights of the machines of rbm")] : [])
            + declaredChoices(after: items, session)
    }

    func present(_ session: Session) -> (member: String?, settings: Settings)? {
        for weights in session.drawnWeights {
            if case .drawn(let drawn) = session.origins[weights.name]?.kind {
                return (drawn.initializer, drawn.settings)
            }
        }
        return nil
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if try call.word(0, "an initialiser", example: examples[0]) == Self.machines {
            return try takeMachines(call, &context)
        }
        let member = try call.member(0, of: Catalog.initializers, "an initialiser", example: examples[0])
        try call.atMost(1, example: examples[0])
        let settings = try call.settings(context.session.settings(of: member) + [Session.seedSetting], &context)
        let drawn = context.session.drawnWeights
        guard !drawn.isEmpty else {
            throw Diagnostic("there is no net to initialise", hint: "net 4 16 relu 3", at: call.range)
        }
        context.session.withRandom(seed: settings) { session, random in
            for weights in drawn {
                let value = Session.draw(weights, member, settings, &random)
                session.training.parameters.replaceSubrange(session.layout[weights.name]!.range, with: value.elements)
            }
        }
        context.session.startRun()
        for weights in drawn { context.session.origins[weights.name] = .drawn(member, settings, weights) }
        let hidden = drawn.filter { !$0.isBias }.dropLast().first {
            ($0.shape.rank == 4 ? $0.shape[0] : $0.fanOut) > 1
        }
        if case .constant = member.weights, let hidden {
            context.say(
                "the neurons of a hidden layer are equal now, get equal gradients and stay equal: see the \(hidden.shape.rank == 4 ? "filters" : "columns") of \(hidden.name)"
            )
        }
    }
}

extension Session {
    static let seedSetting = Setting.integer(
        "seed", nil, .within(0, 9_007_199_254_740_992), "a stream of its own instead of the session's")

    /// Runs `body` with the stream of the key `seed=`, or else with the session's.
    mutating func withRandom(seed settings: Settings, _ body: (inout Session, inout Random) -> Void) {
        if let seed = settings.integer("seed") {
            var random = Random(seed: UInt64(seed))
            body(&self, &random)
        } else {
            var random = training.random
            body(&self, &random)
            training.random = random
        }
    }
}
