// What a network with one or two inputs has learned: its decision regions, or its curve through the samples.

import Formulas
import Learning
import Plots
import Tensors

extension Session {
    /// The samples as they were measured: features before normalization. Without data, the batch given by hand.
    func measuredSamples(_ part: Part) throws(Diagnostic) -> (x: Tensor, y: Tensor) {
        guard let data, batchByHand.isEmpty else {
            let samples = try samples(nil)
            return (samples.x, samples.y)
        }
        let rows = part == .val ? data.validationRows : data.trainingRows
        let width = data.set.features.count
        let x = rows.flatMap { data.set.x.elements[$0 * width..<($0 + 1) * width] }
        return (Tensor([rows.count, width], x), data.targets(rows))
    }

    /// Rows of measured features as the network sees them.
    func normalized(_ rows: Tensor) -> Tensor {
        guard let data, batchByHand.isEmpty else { return rows }
        var result = rows
        let width = rows.shape[1]
        for column in 0..<width {
            guard let (center, scale) = data.scaling(column) else { continue }
            for row in 0..<rows.shape[0] {
                result.elements[row * width + column] = (rows.elements[row * width + column] - center) / scale
            }
        }
        return result
    }

    /// The name of a feature.
    func featureName(_ column: Int) -> String {
        guard let data, batchByHand.isEmpty, data.set.features.indices.contains(column) else { return "x[\(column)]" }
        return data.set.features[column]
    }
}

extension PictureRequest {
    /// The network of the session, which must have `inputs` inputs.
    func network(inputs: Int, _ context: Context) throws(Diagnostic) -> Network {
        guard let network = context.session.network else {
            throw Diagnostic("there is no net", hint: "net \(inputs) 8 tanh 1", at: call.range)
        }
        guard network.inputs == inputs else {
            throw Diagnostic(
                "this picture needs a net with \(inputs == 1 ? "one input" : "\(inputs) inputs"), this one has "
                    + "\(network.inputs)", hint: "net \(inputs) …; features=[…] of data chooses columns", at: call.range
            )
        }
        if let data = context.session.data, context.session.batchByHand.isEmpty, data.set.features.count != inputs {
            throw Diagnostic(
                "the data have \(data.set.features.count) features, the net takes \(inputs)",
                hint: "features=[…] of data chooses columns", at: call.range)
        }
        return network
    }

    /// Fails when an expression was given to a picture of the whole network.
    func checkNoExpression() throws(Diagnostic) {
        if let expression { throw Diagnostic("this picture takes no expression", at: expression.range) }
    }
}

struct BoundaryPicture: Picture {
    let name = "boundary"
    let summary = "the decision regions of a net with two inputs, with the samples on top"
    let examples = ["plot boundary", "plot boundary x=-2:3 y=-1:2"]
    let rangeNames = ["x", "y"]
    private static let grid = (columns: 120, rows: 72)

    func plot(_ request: PictureRequest, _ context: inout Context) throws(Diagnostic) -> Plot {
        let session = context.session
        _ = try request.network(inputs: 2, context)
        try request.checkNoExpression()
        try request.check(rangesAmong: ["x", "y"])
        let (x, y) = try session.measuredSamples(.train)
        let columns = (0..<2).map { column in (0..<x.shape[0]).map { x.elements[$0 * 2 + column] } }
        let axes = zip(["x", "y"], columns).enumerated().map { index, part in
            request.range(part.0).map { Axis(session.featureName(index), from: $0.lower, to: $0.upper) }
                ?? Axis(session.featureName(index), fitting: part.1)
        }
        let field = try Self.regions(axes[0], axes[1], session)
        let truth = try session.classNumbers(y)
        let count = max(field.values.max() ?? 0, truth.max() ?? 0)
        let names = (0...Int(count)).map { session.className($0) }
        var marks = [Mark(.regions(field, names: names))]
        for index in names.indices {
            let points = truth.indices.filter { Int(truth[$0]) == index }.map { Point(columns[0][$0], columns[1][$0]) }
            if !points.isEmpty { marks.append(Mark(.points(points), name: names[index], series: index)) }
        }
        let accuracy = try session.accuracy(on: try session.samples(nil))
        return Plot(
            title: "Decision regions over \(axes[0].label) and \(axes[1].label)",
            summary:
                "Each place is shaded by the class that the net predicts there; markers are the training samples, of "
                + "which \(Digits.significant(4).text(accuracy * 100)) % lie in the region of their class.",
            body: .axes(Axes(x: axes[0], y: axes[1], marks: marks)))
    }

    private static func regions(_ x: Axis, _ y: Axis, _ session: Session) throws(Diagnostic) -> Field {
        var rows: [Double] = []
        for row in 0..<grid.rows {
            for column in 0..<grid.columns {
                rows.append(x.value(at: Double(column) / Double(grid.columns - 1)))
                rows.append(y.value(at: Double(row) / Double(grid.rows - 1)))
            }
        }
        let points = session.normalized(Tensor([grid.rows * grid.columns, 2], rows))
        return Field(
            columns: grid.columns, rows: grid.rows, values: try session.predictedClasses(try session.predict(points)))
    }
}

struct FitPicture: Picture {
    let name = "fit"
    let summary = "the curve of a net with one input, with the samples it was fitted to"
    let examples = ["plot fit", "plot fit x=-2:2"]
    let rangeNames = ["x"]
    private static let samples = 201

    func plot(_ request: PictureRequest, _ context: inout Context) throws(Diagnostic) -> Plot {
        let session = context.session
        let network = try request.network(inputs: 1, context)
        try request.checkNoExpression()
        try request.check(rangesAmong: ["x"])
        let x = try session.measuredSamples(.train).x
        let axis =
            request.range("x").map { Axis(session.featureName(0), from: $0.lower, to: $0.upper) }
            ?? Axis(
                session.featureName(0),
                fitting: x.elements + ((try? session.measuredSamples(.val).x.elements) ?? []))
        let places = (0..<Self.samples).map { axis.value(at: Double($0) / Double(Self.samples - 1)) }
        let out = try session.predict(session.normalized(Tensor([places.count, 1], places)))
        var marks: [Mark] = []
        for output in 0..<network.outputs {
            let curve = places.indices.map { Point(places[$0], out.elements[$0 * network.outputs + output]) }
            marks.append(Mark(.line(curve), name: network.outputs == 1 ? "net" : "output \(output)", series: output))
        }
        var targets: [Double] = []
        var count = 0
        let parts: [Session.Part] =
            session.data?.validationRows.isEmpty == false && session.batchByHand.isEmpty ? [.train, .val] : [.train]
        for part in parts {
            let (x, y) = try session.measuredSamples(part)
            let width = y.shape.rank == 2 ? y.shape[1] : 1
            targets += y.elements
            count += x.shape[0]
            for output in 0..<width {
                let points = (0..<x.shape[0]).map { Point(x.elements[$0], y.elements[$0 * width + output]) }
                let name = (part == .train ? "training" : "validation") + (width > 1 ? " \(output)" : "")
                marks.append(Mark(.points(points), name: name, series: marks.count))
            }
        }
        let loss = try? session.loss(on: try session.samples(.train))
        let target = session.data?.set.target ?? "y"
        return Plot(
            title: "The net over \(axis.label)",
            summary: "The line is the net's output, the markers are \(count) samples"
                + (loss.map { "; its loss on the training samples is \(Digits.significant(4).text($0))" } ?? "") + ".",
            body: .axes(
                Axes(x: axis, y: Axis(target, fitting: targets + out.elements.filter(\.isFinite)), marks: marks)))
    }
}

struct ConfusionPicture: Picture {
    let name = "confusion"
    let summary = "how many samples of each class (rows) were predicted as which (columns): validation, or `train`"
    let examples = ["plot confusion", "plot confusion train"]
    let words = ["train", "val"]

    func plot(_ request: PictureRequest, _ context: inout Context) throws(Diagnostic) -> Plot {
        let session = context.session
        try request.check(rangesAmong: [])
        let part = try Self.part(request, session)
        let samples = try session.samples(part)
        guard session.hasClasses || session.data == nil, session.loss?.member.targets != .partners else {
            throw Diagnostic("the data have no classes", hint: "plot fit shows a regression", at: request.call.range)
        }
        let predicted = try session.predictedClasses(try session.predict(samples.x))
        let truth = try session.classNumbers(samples.y)
        guard truth.allSatisfy({ $0 >= 0 && $0 == $0.rounded() && $0 < 1000 }) else {
            throw Diagnostic(
                "the targets are no class numbers", hint: "plot fit shows a regression", at: request.call.range)
        }
        let count = Int(max(truth.max() ?? 0, predicted.max() ?? 0)) + 1
        var counts = [Double](repeating: 0, count: count * count)
        for (row, column) in zip(truth, predicted) { counts[Int(row) * count + Int(column)] += 1 }
        let hits = (0..<count).reduce(0) { $0 + counts[$1 * count + $1] }
        let names = (0..<count).map { session.className($0) }
        let off = counts.indices.filter { $0 / count != $0 % count }.max { counts[$0] < counts[$1] }
        var sentence =
            "\(Digits.full.text(hits)) of \(truth.count) \(part == .val ? "validation" : "training") samples "
            + "are on the diagonal, predicted as what they are."
        if let off, counts[off] > 0 {
            sentence +=
                " Most often \(names[off / count]) is taken for \(names[off % count]): \(Digits.full.text(counts[off]))."
        }
        return Plot(
            title: "Classes and predictions", summary: sentence,
            body: .cells(
                Cells(
                    rows: count, columns: count, values: counts, style: .counts, rowNames: names, columnNames: names,
                    rowLabel: "class", columnLabel: "predicted")))
    }

    private static func part(_ request: PictureRequest, _ session: Session) throws(Diagnostic) -> Session.Part {
        guard let expression = request.expression else {
            return session.data?.validationRows.isEmpty == false && session.batchByHand.isEmpty ? .val : .train
        }
        guard case .name(let word) = expression.kind, let part = Session.Part(rawValue: word) else {
            throw Diagnostic("this must be train or val", hint: "plot confusion val", at: expression.range)
        }
        return part
    }
}
