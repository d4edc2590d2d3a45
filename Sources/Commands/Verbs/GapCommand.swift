// gap: the loss and the accuracy on training and on validation samples, and by how much they differ.

import Formulas
import Learning
import Tensors

struct GapCommand: Command {
    let verb = "gap"
    let group = CommandGroup.inspect
    let summary =
        "the generalisation gap: loss and accuracy on training and validation samples, and validation − training"
    let examples = ["gap"]
    let effect = Effect.none

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        try call.atMost(0, example: examples[0])
        _ = try call.settings([], &context)
        let session = context.session
        guard session.data != nil, session.batchByHand.isEmpty else {
            throw Diagnostic(
                "without data there are no validation samples", hint: "data iris; split train=0.8 seed=1",
                at: call.range)
        }
        // The validation samples first: they are what may be missing.
        let validation = try session.score(on: .val)
        let training = try session.score(on: .train)
        var table = Table(["", "training", "validation", "gap"], numeric: [1, 2, 3])
        table.rows.append(
            [session.evaluatedLossName]
                + [training.loss, validation.loss, validation.loss - training.loss].map { context.text($0) })
        if let first = training.accuracy, let second = validation.accuracy {
            table.rows.append(["accuracy"] + [first, second, second - first].map { context.text($0) })
        }
        context.emit(.table(table))
    }
}

/// The loss on a part of the data and, with classes, the accuracy.
struct Score {
    let loss: Double
    let accuracy: Double?

    /// As a line of a report.
    func text(_ name: String, _ context: Context) -> String {
        let accuracy = accuracy.map { "  accuracy \(Digits.significant(4).text($0))" } ?? ""
        return "\(name) \(context.text(loss))\(accuracy)"
    }

    /// By how much another score is larger.
    func gap(to other: Score) -> Score {
        Score(
            loss: other.loss - loss,
            accuracy: accuracy.flatMap { accuracy in other.accuracy.map { $0 - accuracy } })
    }
}

extension Session {
    /// Fails without a net, a loss or samples.
    func score(on part: Part) throws(Diagnostic) -> Score {
        let samples = try samples(part)
        let loss = try loss(on: samples)
        return Score(loss: loss, accuracy: data?.set.classes.isEmpty == false ? try? accuracy(on: samples) : nil)
    }

    /// What the loss that reports compute is called.
    var evaluatedLossName: String { evaluatesPenalty ? "loss" : "data_loss" }
}
