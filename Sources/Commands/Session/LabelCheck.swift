// LabelCheck: whether a change of samples keeps their labels, judged by the nearest sample of the data.

import Learning
import Tensors

/// What became of the samples of one class.
struct KeptLabels {
    let label: Int
    /// The share whose nearest other sample has the same label, before and after the change.
    let before: Double
    let after: Double
    /// The other class that most of the changed samples belong to now, as near as its own samples are to each other, and
    /// their share; nil where they are like no other class.
    let taken: Int?
    let share: Double

    /// Whether the label is not kept: there are more of the other class than of the own one.
    var isLost: Bool { before > 0.5 && share > 0.25 && share > after }
}

/// A judge of labels: what the nearest sample of the data says.
struct LabelCheck {
    /// At most this many training samples are looked at.
    private static let limit = 400

    let x: Tensor
    let y: [Int]
    private var before: [Neighbour] = []
    /// For each class the distance within which most of its samples have a neighbour of their class.
    private var reach: [Int: Double] = [:]

    private struct Neighbour {
        let row: Int
        let distance: Double
    }

    /// Fails without data that have classes.
    init(_ session: Session) throws(Diagnostic) {
        guard let data = session.data, session.batchByHand.isEmpty else {
            throw Diagnostic("no data are loaded whose labels could be checked", hint: "data glyphs")
        }
        guard !data.set.classes.isEmpty else {
            throw Diagnostic("\(data.set.name) has values as targets, not labels", hint: "data glyphs")
        }
        let rows = Array(data.trainingRows.prefix(Self.limit))
        x = data.features(rows)
        y = rows.map { Int(data.set.y[$0]) }
        before = try nearest(to: x)
        for label in Set(y) {
            let distances = y.indices.filter { y[$0] == label && y[before[$0].row] == label }.map {
                before[$0].distance
            }
            // Three of four neighbours are this near.
            if !distances.isEmpty { reach[label] = distances.sorted()[distances.count * 3 / 4] }
        }
    }

    /// For each row the nearest sample, not counting the one with its own number.
    private func nearest(to rows: Tensor) throws(Diagnostic) -> [Neighbour] {
        let products = try located(nil) { () throws(OperationError) in
            try MatMul(transposeB: true).evaluate([rows, x])
        }
        let count = x.shape[0]
        func squares(_ tensor: Tensor) -> [Double] {
            (0..<count).map { row in tensor.row(row).elements.reduce(0) { $0 + $1 * $1 } }
        }
        let (own, others) = (squares(rows), squares(x))
        return (0..<count).map { row in
            var (best, least) = (row, Double.infinity)
            for other in 0..<count where other != row {
                let distance = others[other] - 2 * products.elements[row * count + other]
                if distance < least { (best, least) = (other, distance) }
            }
            return Neighbour(row: best, distance: max(own[row] + least, 0).squareRoot())
        }
    }

    /// What becomes of the labels when all samples are changed to `changed`.
    func labels(of changed: Tensor) throws(Diagnostic) -> [KeptLabels] {
        let after = try nearest(to: changed)
        return Set(y).sorted().map { label in
            let rows = y.indices.filter { y[$0] == label }
            let count = Double(rows.count)
            var votes: [Int: Int] = [:]
            for row in rows {
                let other = y[after[row].row]
                // Rounding may tell two equal samples apart.
                if after[row].distance <= (reach[other] ?? 0) + 1e-6 { votes[other, default: 0] += 1 }
            }
            votes[label] = nil
            // Of equally many the lower number.
            let most = votes.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
            return KeptLabels(
                label: label, before: Double(rows.count { y[before[$0].row] == label }) / count,
                after: Double(rows.count { y[after[$0].row] == label }) / count, taken: most?.key,
                share: Double(most?.value ?? 0) / count)
        }
    }
}

extension Session {
    /// What an augmentation does to labels: for each of its extremes, or for a few draws of it, what becomes of each class.
    /// Nil for one that gives labels of its own. The session's stream is left alone.
    func keptLabels(
        _ chosen: ChosenAugmentation, _ check: LabelCheck
    ) throws(Diagnostic) -> [(change: String, labels: [KeptLabels])]? {
        guard !chosen.member.mixesLabels, chosen.member.attack == nil else { return nil }
        let sizes = try batchSizes(["x": check.x], [chosen])
        guard let prelude = try prelude(["x": check.x], [chosen]) else { return nil }
        var random = Random(seed: 0)
        var trials = chosen.member.extremes(chosen.settings).map { extreme in
            let values = Tensor(
                [sizes.rows, extreme.count], [[Double]](repeating: extreme, count: sizes.rows).flatMap { $0 })
            let name = chosen.draws[0].name
            let text = extreme.map { digits.text($0) }.joined(separator: ", ")
            return ("\(name) \(extreme.count > 1 ? "[\(text)]" : text)", [name: values])
        }
        if trials.isEmpty {
            trials = [("as it is drawn", chosen.member.draw(chosen.settings, sizes, &random))]
        }
        var result: [(change: String, labels: [KeptLabels])] = []
        for (text, draws) in trials {
            let changed = try located(nil) { () throws(OperationError) in
                try AugmentedBatch(prelude, ["x": check.x], draws)
            }
            result.append((text, try check.labels(of: changed.batch["x"] ?? check.x)))
        }
        return result
    }
}
