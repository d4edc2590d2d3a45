// Terrain: an expression as a function of one or two numbers, for the pictures that draw it.

import Plots
import Tensors

/// A scalar as a function of some of the numbers that it depends on; the others stay as they are.
struct Terrain {
    /// The numbers that vary, as positions among the parameters, with the names of their axes.
    let coordinates: [(index: Int, name: String)]
    private let node: Int
    private let samples: [String: Tensor]
    private(set) var probe: Probe
    /// The session in which the function is defined; names that were only given as ranges are parameters in it.
    let session: Session

    /// `count` numbers vary. A range whose name is a parameter of one element stands for it; others stand, in order, for the
    /// remaining numbers that the expression depends on.
    init(_ expression: Expression, _ request: PictureRequest, count: Int, _ context: Context) throws(Diagnostic) {
        var session = context.session
        for range in request.ranges where session.layout[range.name] == nil && expression.names.contains(range.name) {
            // A name that only the picture knows: `plot sin(x) x=-5:5`.
            _ = session.defineParameter(range.name, Tensor(scalar: (range.lower + range.upper) / 2))
        }
        var evaluator = Evaluator(session, isDefinition: true)
        let node = try evaluator.node(expression)
        let graph = evaluator.graph
        guard graph.nodes[node].shape.count == 1 else {
            throw Diagnostic(
                "\(expression.text) has shape \(graph.nodes[node].shape), a picture of it needs one number",
                hint: "plot sum(\(expression.text)) …", at: expression.range)
        }
        let used = graph.ancestors(of: [node]).compactMap { id -> String? in
            if case .parameter(let name) = graph.nodes[id].source { name } else { nil }
        }
        let entries = session.layout.entries.filter { used.contains($0.name) }
        var free = entries.flatMap { entry in
            entry.range.map { index in
                (index: index, name: entry.shape.count == 1 ? entry.name : "\(entry.name)[\(index - entry.offset)]")
            }
        }
        var chosen: [(index: Int, name: String)] = []
        var byPosition = 0
        for range in request.ranges {
            if let place = free.firstIndex(where: { $0.name == range.name }) {
                chosen.append(free.remove(at: place))
            } else {
                byPosition += 1
                chosen.append((-1, range.name))
            }
        }
        if request.ranges.isEmpty { byPosition = count }
        guard byPosition == 0 || byPosition == free.count else {
            throw Diagnostic(
                "\(expression.text) depends on \(Self.numbers(entries.reduce(0) { $0 + $1.shape.count })), this picture on "
                    + "\(Self.numbers(count))",
                hint: Self.hint(expression, entries.map(\.name), free.count, count), at: expression.range)
        }
        for place in chosen.indices where chosen[place].index < 0 { chosen[place] = free.removeFirst() }
        if request.ranges.isEmpty { chosen = free }
        guard chosen.count == count else {
            throw Diagnostic(
                "this picture needs \(count == 1 ? "one range" : "\(count) ranges")",
                hint: count == 1 ? "x=-5:5" : "x=-5:5 y=-5:5", at: request.call.range)
        }
        coordinates = chosen
        self.node = node
        self.session = session
        samples = try Self.samples(of: [node], in: graph, session, expression)
        probe = try Probe(session, node, in: graph, batch: samples)
    }

    /// All training samples, where the function depends on data: one mini-batch would show another ground at every step.
    private static func samples(
        of nodes: [Int], in graph: Graph, _ session: Session, _ expression: Expression
    ) throws(Diagnostic) -> [String: Tensor] {
        let inputs = graph.ancestors(of: nodes).compactMap { id -> String? in
            if case .input(let name) = graph.nodes[id].source { name } else { nil }
        }
        guard !inputs.isEmpty else { return [:] }
        let isGrouped = session.pretext.map { $0.member.views > 1 } ?? false
        guard let data = session.data, session.batchByHand.isEmpty, !isGrouped else {
            let batch = try session.batch()
            guard let missing = inputs.first(where: { batch[$0] == nil }) else { return batch }
            throw Diagnostic(
                "there is no \(missing) to compute with", hint: "data NAME loads samples; or x = [[…], […]] by hand",
                at: expression.range)
        }
        if let pretext = session.pretext {
            return try session.evaluated(data.features(data.trainingRows), by: pretext).batch
        }
        return try session.samples(data.trainingRows, of: data).batch
    }

    /// What a title says about the samples.
    var samplesText: String {
        guard let x = samples["x"] else { return "" }
        return ", \(session.data == nil ? "" : "all ")\(x.shape[0]) samples"
    }

    private static func numbers(_ count: Int) -> String { count == 1 ? "one number" : "\(count) numbers" }

    private static func hint(_ expression: Expression, _ names: [String], _ numbers: Int, _ count: Int) -> String? {
        if numbers == 2, count == 1 { return "plot contour \(expression.text) x=-5:5 y=-5:5" }
        if numbers == 1, count == 2 { return "plot \(expression.text) x=-5:5" }
        return names.isEmpty ? "it depends on no parameter" : nil
    }

    /// The function's value where the coordinates have these values.
    mutating func value(_ point: [Double]) throws(Diagnostic) -> Double {
        for (coordinate, value) in zip(coordinates, point) { probe.parameters[coordinate.index] = value }
        return try probe.value()
    }

    /// Whether the function is what the session minimises.
    var isPresentObjective: Bool { session.objective.map { session.live[$0]?.node == node } ?? false }

    /// The present place.
    var present: [Double] { coordinates.map { session.training.parameters[$0.index] } }

    /// The ways that were walked on this function in the present session and its forks, each with its name.
    func trails(_ context: Context) -> [(name: String, points: [[Double]])] {
        let forks = context.session.forks.sorted { $0.key < $1.key }.map { ($0.key, $0.value.session) }
        var result: [(name: String, points: [[Double]])] = []
        for (name, other) in [(context.session.fork, context.session)] + forks {
            for trail in other.track.trails where isWalked(by: trail) {
                let points = trail.points.map { point in coordinates.map { point[$0.index] } }
                // A fork has the ways of before it too; each is drawn once.
                if result.contains(where: { $0.points == points }) { continue }
                // A way that was gone on after a halt is one way.
                if let last = result.last, last.points.last == points[0], last.name.hasPrefix(trail.label) {
                    result[result.count - 1].points += points.dropFirst()
                } else {
                    result.append((trail.label + (forks.isEmpty ? "" : " (\(name))"), points))
                }
            }
        }
        return result
    }

    private func isWalked(by trail: Trail) -> Bool {
        trail.node == node && trail.names == session.layout.entries.map(\.name) && trail.points.count > 1
    }
}
