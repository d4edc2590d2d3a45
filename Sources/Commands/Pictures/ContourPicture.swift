// Lines of equal height of a function of two numbers, with every path walked on it and the gradients of mini-batches.

import Formulas
import Learning
import Plots
import Tensors

struct ContourPicture: Picture {
    let name = "contour"
    let summary =
        "lines of equal height of a function of two numbers (the objective, if none is named), with the path of every "
        + "optimizer tried; arrows point along the negative gradients of the next mini-batches"
    let examples = ["plot contour J x=-6:6 y=-6:6", "plot contour J x=-6:6 y=-6:6 levels=20"]
    let settings: [Setting] = [
        .integer("levels", 9, .within(1, 60), "how many lines"),
        .flag("arrows", true, "the gradients of mini-batches"),
    ]
    let rangeNames = ["x", "y"]
    private static let grid = (columns: 97, rows: 61)
    private static let batches = 12

    func plot(_ request: PictureRequest, _ context: inout Context) throws(Diagnostic) -> Plot {
        try Self.plot(request, paths: nil, context)
    }

    /// With paths over the parameters, or those that the session has walked.
    static func plot(
        _ request: PictureRequest, paths given: [(name: String, points: [[Double]])]?, _ context: Context
    ) throws(Diagnostic) -> Plot {
        let expression = try function(request, context)
        var terrain = try Terrain(expression, request, count: 2, context)
        let coordinates = terrain.coordinates.map(\.index)
        let paths =
            given?.map { path in (path.name, path.points.map { point in coordinates.map { point[$0] } }) }
            ?? terrain.trails(context)
        let window = window(request, terrain, paths)
        let field = try field(&terrain, window, context)
        let levels = field.levels(request.settings.integer("levels") ?? 9)
        guard !levels.isEmpty else {
            throw Diagnostic(
                "\(expression.text) is the same everywhere in this window", hint: "try a larger one",
                at: request.call.range)
        }
        var marks = [Mark(.contour(field, levels: levels))]
        for (name, points) in paths {
            marks += FunctionPicture.path(points.map { Point($0[0], $0[1]) }, name, series: (marks.count - 1) / 2)
        }
        let reach = (window.x.upper - window.x.lower, window.y.upper - window.y.lower)
        let arrows = request.settings.isOn("arrows") ? try arrows(terrain, reach, context) : []
        if !arrows.isEmpty { marks.append(Mark(.arrows(arrows), name: "mini-batches", series: 6)) }
        if paths.isEmpty {
            marks.append(Mark(.points([Point(terrain.present[0], terrain.present[1])]), name: "here", series: 0))
        }
        return Plot(
            title: "\(expression.text) over \(terrain.coordinates[0].name) and \(terrain.coordinates[1].name)"
                + terrain.samplesText,
            summary: sentence(field, levels, window, marks, context),
            body: .axes(Axes(x: window.x, y: window.y, marks: marks)))
    }

    /// What was named, or the objective.
    private static func function(_ request: PictureRequest, _ context: Context) throws(Diagnostic) -> Expression {
        if let expression = request.expression { return expression }
        guard let name = context.session.objective else {
            throw Diagnostic("which function?", hint: "plot contour J x=-5:5 y=-5:5", at: request.call.range)
        }
        return Expression(kind: .name(name), range: request.call.range)
    }

    /// The ranges asked for, or the landscape's own; else room for the paths.
    private static func window(
        _ request: PictureRequest, _ terrain: Terrain, _ paths: [(name: String, points: [[Double]])]
    ) -> (x: Axis, y: Axis) {
        let names = terrain.coordinates.map(\.name)
        if request.ranges.count == 2 {
            return (
                Axis(names[0], from: request.ranges[0].lower, to: request.ranges[0].upper),
                Axis(names[1], from: request.ranges[1].lower, to: request.ranges[1].upper)
            )
        }
        if let landscape = terrain.session.presentLandscape, landscape.member.window.count == 2,
            terrain.isPresentObjective
        {
            let ranges = landscape.member.window
            return (
                Axis(names[0], from: ranges[0].lowerBound, to: ranges[0].upperBound),
                Axis(names[1], from: ranges[1].lowerBound, to: ranges[1].upperBound)
            )
        }
        let axes = [0, 1].map { index in
            let values = paths.flatMap { $0.points.map { $0[index] } } + [terrain.present[index]]
            let span = Axis(names[index], fitting: values + values.map { -$0 } + [-1, 1])
            return span
        }
        return (axes[0], axes[1])
    }

    static func field(
        _ terrain: inout Terrain, _ window: (x: Axis, y: Axis), _ context: Context
    ) throws(Diagnostic) -> Field {
        var values: [Double] = []
        for row in 0..<grid.rows {
            guard context.goesOn("row", row, of: grid.rows) else { throw Diagnostic("the picture was given up") }
            let y = window.y.value(at: Double(row) / Double(grid.rows - 1))
            for column in 0..<grid.columns {
                values.append(try terrain.value([window.x.value(at: Double(column) / Double(grid.columns - 1)), y]))
            }
        }
        return Field(columns: grid.columns, rows: grid.rows, values: values)
    }

    /// From here along the negative gradient of each of the next mini-batches, all on one scale.
    private static func arrows(
        _ terrain: Terrain, _ reach: (Double, Double), _ context: Context
    ) throws(Diagnostic) -> [Mark.Arrow] {
        var session = context.session
        // The batches' gradients are the objective's: on another function they would say nothing.
        guard terrain.isPresentObjective, let data = session.data, session.batchByHand.isEmpty,
            data.updatesPerEpoch > 1, session.optimizer != nil,
            session.step.cursor == nil
        else { return [] }
        let here = Point(terrain.present[0], terrain.present[1])
        let parameters = session.training.parameters
        var directions: [Point] = []
        for _ in 0..<min(batches, data.updatesPerEpoch) {
            session.training.batchIsUsed = true
            try session.computeGradients()
            let gradient = terrain.coordinates.map { session.step.gradients[$0.index] }
            directions.append(Point(-gradient[0], -gradient[1]))
            session.training.parameters = parameters
        }
        let longest = directions.map { max(($0.x / reach.0).magnitude, ($0.y / reach.1).magnitude) }.max() ?? 0
        guard longest > 0, longest.isFinite else { return [] }
        return directions.map { direction in
            Mark.Arrow(
                from: here, to: Point(here.x + direction.x / longest * 0.2, here.y + direction.y / longest * 0.2))
        }
    }

    private static func sentence(
        _ field: Field, _ levels: [Double], _ window: (x: Axis, y: Axis), _ marks: [Mark], _ context: Context
    ) -> String {
        let short = Digits.significant(4)
        let lowest =
            field.values.indices.filter { field.values[$0].isFinite }.min { field.values[$0] < field.values[$1] } ?? 0
        let x = window.x.value(at: Double(lowest % field.columns) / Double(field.columns - 1))
        let y = window.y.value(at: Double(lowest / field.columns) / Double(field.rows - 1))
        return
            "Lowest in the window: \(short.text(field.values[lowest])) near (\(short.text(x)), \(short.text(y))); lines from "
            + "\(short.text(levels[0])) to \(short.text(levels[levels.count - 1]))."
            + FunctionPicture.sentence(marks.filter { $0.name != "here" }, context)
    }
}
