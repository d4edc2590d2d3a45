// A number over the steps of the run: the loss of every batch, the validation loss, or any expression.

import Formulas
import Learning
import Plots
import Tensors

/// `plot loss`, `plot lr`, `plot EXPR`; not in the catalogue, since it is what `plot` does with any expression.
struct SeriesPicture: Picture {
    let name = "series"
    let summary =
        "an expression over the steps of the run; for the loss that of each batch and of validation; forks beside it"
    let examples = ["plot loss", "plot norm(W1) log=y"]
    let settings: [Setting] = [.choice("log", ["off", "y"], "log=y draws powers of ten at equal distances")]
    /// An expression is worked out at this many moments at most.
    private static let samples = 160
    /// A longer series is drawn by the means of groups of steps.
    private static let longest = 800

    /// One line: a number at some updates.
    private struct Series {
        let name: String
        let points: [Point]

        var finite: [Point] { points.filter(\.y.isFinite) }

        /// How many updates stand behind one point of the drawing.
        var group: Int { (points.count + SeriesPicture.longest - 1) / SeriesPicture.longest }

        /// The points, or the means of groups of them.
        var drawn: [Point] {
            guard group > 1 else { return points }
            return stride(from: 0, to: points.count, by: group).map { start in
                let part = points[start..<min(start + group, points.count)]
                return Point(part[start].x, part.reduce(0) { $0 + $1.y } / Double(part.count))
            }
        }
    }

    func plot(_ request: PictureRequest, _ context: inout Context) throws(Diagnostic) -> Plot {
        let expression = try request.required("plot what", example: examples[0])
        try Self.checkNames(expression, context)
        var all: [Series] = []
        let forks = context.session.forks.sorted { $0.key < $1.key }.map { ($0.key, $0.value.session) }
        for (name, session) in [(context.session.fork, context.session)] + forks
        where session.training.updates > 0 {
            let suffix = forks.isEmpty ? "" : " (\(name))"
            all += try Self.series(expression, session, suffix, context)
        }
        all = all.filter { !$0.finite.isEmpty }
        guard let first = all.first else {
            let isNew = context.session.training.updates == 0
            throw Diagnostic(
                isNew ? "no steps have been made" : "\(expression.text) was never a finite number",
                hint: isNew ? "step 10, then plot \(expression.text)" : "back 1 and plot layers may tell why",
                at: expression.range)
        }
        let isLogarithmic = request.settings.word("log") == "y"
        guard !isLogarithmic || all.contains(where: { $0.finite.contains { $0.y > 0 } }) else {
            throw Diagnostic("a logarithmic axis needs values above 0", hint: "leave out log=y", at: request.call.range)
        }
        let marks = all.enumerated().flatMap { Self.marks($1, series: $0, isAlone: all.count == 1) }
        let points = all.flatMap(\.drawn)
        return Plot(
            title: "\(expression.text) over the updates",
            summary: Self.sentence(first) + (isLogarithmic ? " The axis is logarithmic." : ""),
            body: .axes(
                Axes(
                    x: Axis("update", fitting: points.map(\.x)),
                    y: Axis(expression.text, fitting: points.map(\.y), isLogarithmic: isLogarithmic), marks: marks)))
    }

    /// Fails with the nearest name where a name is unknown, before anything is computed.
    private static func checkNames(_ expression: Expression, _ context: Context) throws(Diagnostic) {
        let session = context.session
        let known = Set(session.names + Session.scalars + ["pi", "inf", "nan", "train", "val"])
        for name in expression.names where !known.contains(name) {
            var unknown = session.unknown(name)
            unknown.range = expression.range
            if let picture = Suggestion.nearest(to: name, in: PictureCatalog.all.map(\.name)) {
                unknown.hint = "did you mean plot \(picture)?"
            }
            throw unknown
        }
    }

    /// One line needs no legend: the axis says what it is. A line of one point is a point.
    private static func marks(_ series: Series, series number: Int, isAlone: Bool) -> [Mark] {
        let line = Mark(.line(series.drawn), name: isAlone ? nil : series.name, series: number)
        return series.finite.count == 1 ? [line, Mark(.points(series.finite), series: number)] : [line]
    }

    /// The lines that the expression gives in one session.
    private static func series(
        _ expression: Expression, _ session: Session, _ suffix: String, _ context: Context
    ) throws(Diagnostic) -> [Series] {
        guard expression.text == "loss" || expression.text == session.objective else {
            var present = Evaluator(session)
            if let value = try? present.value(expression), value.scalar == nil {
                throw Diagnostic(
                    "a number over the steps can be drawn, this is a tensor", hint: "plot norm(\(expression.text))",
                    at: expression.range)
            }
            let points = try sampled(session, context) { (moment) throws(Diagnostic) in
                var evaluator = Evaluator(moment)
                return try evaluator.value(expression).scalar ?? .nan
            }
            return [Series(name: expression.text + suffix, points: points)]
        }
        // The objective before each update, as it was when the update was made.
        let trails = session.track.trails.filter { !$0.isPast && $0.objective == session.objective }
        let losses = trails.flatMap { trail in
            trail.losses.enumerated().map { Point(Double(trail.start + $0), $1) }
        }
        // Only the loss of a net is computed with samples.
        guard session.network != nil, session.objective == "loss", let data = session.data, !data.validationRows.isEmpty
        else { return [Series(name: expression.text + suffix, points: losses)] }
        let validation = try sampled(session, context) { (moment) throws(Diagnostic) in
            try moment.loss(on: try moment.samples(.val))
        }
        return [
            Series(name: "training, each batch" + suffix, points: losses),
            Series(name: "validation" + suffix, points: validation),
        ]
    }

    /// A number at moments of the run, which are computed again. Where it has no value (a gradient before the first step,
    /// or for what was defined later) there is a gap; fails when it never has one.
    private static func sampled(
        _ session: Session, _ context: Context, _ value: (Session) throws(Diagnostic) -> Double
    ) throws(Diagnostic) -> [Point] {
        let (first, last) = (session.track.first, session.training.updates)
        let count = min(last - first, samples - 1)
        var points: [Point] = []
        var reason: Diagnostic?
        for index in 0...max(count, 0) {
            guard context.goesOn("moment", index, of: count + 1) else { break }
            let time = count == 0 ? last : first + (last - first) * index / count
            let moment = try session.moment(time)
            do throws(Diagnostic) { points.append(Point(Double(time), try value(moment))) } catch {
                reason = reason ?? error
            }
        }
        if points.isEmpty, let reason {
            throw Diagnostic(
                "this had no value at any of the steps made so far", hint: "\(reason.message) then; step 10 makes more",
                at: reason.range)
        }
        return points
    }

    private static func sentence(_ series: Series) -> String {
        let shown = series.finite
        guard let first = shown.first, let last = shown.last, let low = shown.min(by: { $0.y < $1.y }),
            let high = shown.max(by: { $0.y < $1.y })
        else { return "" }
        let short = Digits.significant(4)
        var text =
            "\(series.name) goes from \(short.text(first.y)) at update \(short.text(first.x)) to \(short.text(last.y)) "
            + "at \(short.text(last.x)); lowest \(short.text(low.y)) at \(short.text(low.x)), highest "
            + "\(short.text(high.y)) at \(short.text(high.x))."
        let missing = series.points.count - shown.count
        if missing > 0 { text += " \(missing) of \(series.points.count) values are not finite." }
        if series.group > 1 { text += " Each point drawn is the mean of \(series.group) updates." }
        return text
    }
}
