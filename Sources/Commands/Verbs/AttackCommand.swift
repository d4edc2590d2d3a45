// attack: changes samples a little so that the network errs, beside random noise of the same size.

import Formulas
import Learning
import Tensors

struct AttackCommand: Command {
    let verb = "attack"
    let group = CommandGroup.inspect
    let summary =
        "moves samples within eps so that the loss grows, beside noise of that size; gives x_clean, x_noise, x_adv, y_adv"
    let examples = [
        "attack fgsm eps=0.1", "attack fgsm eps=0.1 on=val", "attack pgd eps=0.1 steps=10 size=0.02 range=[0, 8]",
    ]
    let settings: [Setting] = [
        .choice("on", ["train", "val", "batch"], "the training samples, the validation samples or the present batch"),
        .integer(
            "seed", 0, .within(0, 9_007_199_254_740_992),
            "the stream of the noise and of a random start; the session's own stream is left alone"),
    ]

    func members(_ session: Session) -> [any Member] { Catalog.attacks }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let member = try call.member(0, of: Catalog.attacks, "an attack", example: examples[0])
        try call.atMost(1, example: examples[0])
        let settings = try call.settings(member.settings + self.settings, &context)
        if let conflict = member.conflict(settings) { throw Diagnostic(conflict, at: call.range) }
        let attack = ChosenAttack(member: member, settings: settings)
        let session = context.session
        let samples = try session.samplesToAttack(settings.word("on"))
        var random = Random(seed: UInt64(settings.integer("seed") ?? 0))
        let noisy = try located(call.range) { () throws(OperationError) in try attack.noise(samples.x, &random) }
        let shares = Tensor(samples.x.shape, samples.x.elements.map { _ in random.uniform(-1, 1) })
        let start = try located(call.range) { () throws(OperationError) in try attack.start(samples.x, shares: shares) }
        let attacked = try session.attacked(samples, by: attack, from: start)
        context.say("\(member.name): x = \(attack.formula.text())")
        if let size = member.value("size", settings), attack.formula.symbols.contains("size") {
            context.say("  size = \(context.text(size))")
        }
        context.say("  samples: \(samples.x.shape[0]) \(Self.names[settings.word("on")] ?? "")")
        let range = settings.numbers("range")
        if !range.isEmpty, let far = samples.x.elements.first(where: { $0 < range[0] || $0 > range[1] }) {
            context.say(
                "  a sample holds \(context.text(far)), outside of range: what lies there moves by more than eps")
        }
        var table = Table(["", "loss", "accuracy", "largest change", "mean length of change"], numeric: [1, 2, 3, 4])
        for (name, x) in [("clean", samples.x), ("random noise", noisy), (member.name, attacked.result)] {
            table.rows.append(try context.row(name, x, samples))
        }
        context.emit(.table(table))
        let values = [("x_clean", samples.x), ("x_noise", noisy), (Session.attackedName, attacked.result)]
        for (name, value) in values + [("y_adv", samples.y)] {
            if let note = context.session.definePlain(name, value) { context.say(note) }
        }
        context.session.attacked = attacked
    }

    private static let names = ["train": "for training", "val": "for validation", "batch": "of the present batch"]
}

extension Context {
    /// Loss, accuracy and size of the change of samples that were moved to `x`.
    fileprivate func row(
        _ name: String, _ x: Tensor, _ samples: (x: Tensor, y: Tensor)
    ) throws(Diagnostic) -> [String] {
        let loss = try session.run(try session.attackedLoss(), ["x": x, "y": samples.y]).elements[0]
        let isForClasses = session.data?.set.classes.isEmpty == false || session.takesClasses
        let accuracy = isForClasses ? try? session.accuracy(on: (x, samples.y)) : nil
        let changes = zip(x.elements, samples.x.elements).map { $0 - $1 }
        let width = max(x.count / max(x.shape[0], 1), 1)
        let lengths = stride(from: 0, to: changes.count, by: width).map { row in
            Tensor(vector: Array(changes[row..<row + width])).norm
        }
        let mean = lengths.reduce(0, +) / Double(max(lengths.count, 1))
        let largest = changes.map(\.magnitude).max() ?? 0
        return [name, text(loss), accuracy.map { text($0) } ?? "", text(largest), text(mean)]
    }
}

extension Session {
    /// Whether the loss compares with classes.
    var takesClasses: Bool {
        guard let loss else { return false }
        if case .values = loss.member.targets { return false }
        return true
    }

    fileprivate func samplesToAttack(_ word: String) throws(Diagnostic) -> (x: Tensor, y: Tensor) {
        _ = try attackedLoss()
        guard word == "batch" else { return try samples(word == "val" ? .val : .train) }
        let batch = try batch()
        guard let x = batch["x"], let y = batch["y"] else {
            throw Diagnostic("there is no batch yet", hint: "run forward, which draws it")
        }
        return (x, y)
    }
}
