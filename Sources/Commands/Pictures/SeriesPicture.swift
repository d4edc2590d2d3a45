// A number over the steps of the run: the loss of every batch, the validation loss, or any expression.

import Formulas
import Learning
import Plots
import Tensors

/// `plot loss`, `plot lr`, `plot EXPR`; not in the catalogue, since it is what `plot` does with any expression.
struct SeriesPicture: Picture {
    let name = "series"
    let summary =
        "an expression over the steps of the run; with data the loss of training and validation, forks beside it"
    let examples = ["plot loss", "plot norm(W1) log=y"]
    let settings: [Setting] = [.choice("log", ["off", "y"], "log=y draws powers of ten at equal distances")]
    /// An expression is worked out at this many moments at most.
    private static let samples = 160
    /// A longer series is drawn by the means of groups of steps.
    private static let longest = 800

    func plot(_ request: PictureRequest, _ context: inout Context) throws(Diagnostic) -> Plot {
        let expression = try request.required("plot what", example: examples[0])
        let isLogarithmic = request.settings.word("log") == "y"
        var marks: [Mark] = []
        var sentence = ""
        let forks = context.session.forks.sorted { $0.key < $1.key }.map { ($0.key, $0.value.session) }
        for (name, session) in [(context.session.fork, context.session)] + forks {
            guard session.training.updates > 0 else { continue }
            let suffix = forks.isEmpty ? "" : " (\(name))"
            let parts = try Self.series(expression, session, context)
            for (part, points) in parts where points.contains(where: { $0.y.isFinite }) {
                marks.append(Mark(.line(points), name: part + suffix, series: marks.count))
            }
            if sentence.isEmpty, let points = parts.first?.points {
                sentence = Self.sentence(expression.text, points, context)
            }
        }
        guard !marks.isEmpty else {
            throw Diagnostic(
                context.session.training.updates == 0
                    ? "no steps have been made" : "\(expression.text) was never a finite number",
                hint: "step 10, then plot \(expression.text)", at: expression.range)
        }
        let points = marks.flatMap { mark -> [Point] in
            if case .line(let points) = mark.shape { points } else { [] }
        }
        guard !isLogarithmic || points.contains(where: { $0.y > 0 }) else {
            throw Diagnostic("a logarithmic axis needs values above 0", hint: "leave out log=y", at: request.call.range)
        }
        // One line needs no legend: the axis says what it is.
        if marks.count == 1 { marks = [Mark(marks[0].shape, series: 0)] }
        if isLogarithmic { sentence += " The axis is logarithmic." }
        return Plot(
            title: "\(expression.text) over the updates", summary: sentence,
            body: .axes(
                Axes(
                    x: Axis("update", fitting: points.map(\.x)),
                    y: Axis(expression.text, fitting: points.map(\.y), isLogarithmic: isLogarithmic), marks: marks)))
    }

    /// The lines that the expression gives in one session.
    private static func series(
        _ expression: Expression, _ session: Session, _ context: Context
    ) throws(Diagnostic) -> [(name: String, points: [Point])] {
        let isLoss = expression.text == "loss" || expression.text == session.objective
        guard isLoss else {
            return [
                (
                    expression.text,
                    try sampled(session, context) { (moment) throws(Diagnostic) in
                        var evaluator = Evaluator(moment)
                        guard let value = try evaluator.value(expression).scalar else {
                            throw Diagnostic(
                                "a number over the steps can be drawn, this is a tensor",
                                hint: "plot norm(\(expression.text))",
                                at: expression.range)
                        }
                        return value
                    }
                )
            ]
        }
        var result = [(expression.text, losses(session))]
        if let data = session.data, !data.validationRows.isEmpty, session.network != nil, session.live["loss"] != nil {
            result[0].0 = "training, each batch"
            result.append(
                (
                    "validation",
                    try sampled(session, context) { (moment) throws(Diagnostic) in
                        try moment.loss(on: try moment.samples(.val))
                    }
                ))
        }
        return result
    }

    /// The objective before each update, as it was when the update was made.
    private static func losses(_ session: Session) -> [Point] {
        let points = session.track.trails.filter { !$0.isPast && $0.objective == session.objective }.flatMap { trail in
            trail.losses.enumerated().map { Point(Double(trail.start + $0), $1) }
        }
        guard points.count > longest else { return points }
        let group = (points.count + longest - 1) / longest
        return stride(from: 0, to: points.count, by: group).map { start in
            let part = points[start..<min(start + group, points.count)]
            return Point(part[start].x, part.reduce(0) { $0 + $1.y } / Double(part.count))
        }
    }

    /// A number at moments of the run, which are computed again.
    private static func sampled(
        _ session: Session, _ context: Context, _ value: (Session) throws(Diagnostic) -> Double
    ) throws(Diagnostic) -> [Point] {
        let (first, last) = (session.track.first, session.training.updates)
        let count = min(last - first, samples - 1)
        var points: [Point] = []
        for index in 0...max(count, 0) {
            guard context.goesOn("moment", index, of: count + 1) else { break }
            let time = count == 0 ? last : first + (last - first) * index / count
            points.append(Point(Double(time), try value(try session.moment(time))))
        }
        return points
    }

    private static func sentence(_ name: String, _ points: [Point], _ context: Context) -> String {
        let shown = points.filter { $0.y.isFinite }
        guard let first = shown.first, let last = shown.last, let low = shown.min(by: { $0.y < $1.y }),
            let high = shown.max(by: { $0.y < $1.y })
        else { return "" }
        let short = Digits.significant(4)
        return "\(name) goes from \(short.text(first.y)) at update \(short.text(first.x)) to \(short.text(last.y)) at "
            + "\(short.text(last.x)); lowest \(short.text(low.y)) at \(short.text(low.x)), highest \(short.text(high.y)) "
            + "at \(short.text(high.x))."
    }
}
