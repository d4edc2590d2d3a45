// A function of one number over a range, with the path that the steps have walked on it.

import Formulas
import Learning
import Plots
import Tensors

/// `plot f x=a:b`; not in the catalogue, since it is what `plot` does with an expression and a range.
struct FunctionPicture: Picture {
    let name = "function"
    let summary = "a function of one number over a range, with the steps that were made on it"
    let examples = ["plot J x=-5:5"]
    let settings: [Setting] = [.choice("log", ["off", "y"], "log=y draws powers of ten at equal distances")]
    private static let samples = 201
    /// Longer paths show their ends only.
    static let markedSteps = 40

    func plot(_ request: PictureRequest, _ context: inout Context) throws(Diagnostic) -> Plot {
        let expression = try request.required("which function", example: examples[0])
        var terrain = try Terrain(expression, request, count: 1, context)
        let range = request.ranges[0]
        var curve: [Point] = []
        for index in 0..<Self.samples {
            let share = Double(index) / Double(Self.samples - 1)
            let x = range.lower * (1 - share) + range.upper * share
            curve.append(Point(x, try terrain.value([x])))
        }
        guard curve.contains(where: { $0.y.isFinite }) else {
            throw Diagnostic("\(expression.text) has no finite value in this range", at: range.range)
        }
        var marks = [Mark(.line(curve))]
        for (name, points) in terrain.trails(context) {
            var path: [Point] = []
            for point in points { path.append(Point(point[0], try terrain.value(point))) }
            marks.append(contentsOf: Self.path(path, name, series: (marks.count - 1) / 2))
        }
        let short = Digits.significant(4)
        let low = curve.filter { $0.y.isFinite }.min { $0.y < $1.y } ?? curve[0]
        let name = terrain.coordinates[0].name
        let isLogarithmic = request.settings.word("log") == "y"
        return Plot(
            title: "\(expression.text) over \(name)" + terrain.samplesText,
            summary: "The lowest value drawn is \(short.text(low.y)) at \(name) = \(short.text(low.x))."
                + Self.sentence(marks, context),
            body: .axes(
                Axes(
                    x: Axis(name, from: range.lower, to: range.upper),
                    y: Axis(expression.text, fitting: curve.map(\.y), isLogarithmic: isLogarithmic), marks: marks)))
    }

    /// A path as a line and its steps, or only its ends when there are many.
    static func path(_ points: [Point], _ name: String, series: Int) -> [Mark] {
        let marked = points.count <= markedSteps ? points : [points[0], points[points.count - 1]]
        return [
            Mark(.line(points), series: series),
            Mark(.points(marked), name: "\(name), \(points.count - 1) steps", series: series),
        ]
    }

    /// Where the paths among the marks end.
    static func sentence(_ marks: [Mark], _ context: Context) -> String {
        let short = Digits.significant(4)
        return marks.compactMap { mark in
            guard case .points(let points) = mark.shape, let name = mark.name, let from = points.first,
                let to = points.last
            else { return nil }
            return " \(name) from (\(short.text(from.x)), \(short.text(from.y))) to "
                + "(\(short.text(to.x)), \(short.text(to.y)))."
        }.joined()
    }
}
