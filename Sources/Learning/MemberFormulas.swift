// What activations, losses, initialisers and data sets compute, as text: read off the formulas and operations that run.

import Formulas
import Tensors

extension Activation {
    /// The formula with its derivative; for an operation along an axis, its steps for the first of three numbers.
    public func formulas(_ settings: Settings) -> [String] {
        guard let pointwise = operation(settings) as? Pointwise else {
            return steps(operation(settings), [[3]], ["x"]) { _, _ in 0 }
        }
        let slope = pointwise.derivatives["x"] ?? pointwise.formula.derivative(by: "x")
        return ["\(name)(x) = \(pointwise.formula.text())", "slope = \(slope.text())"]
    }
}

extension Loss {
    /// The nodes put into one text; for an operation with steps of its own, those for three classes of which 0 is right.
    public func formulas(_ settings: Settings) -> [String] {
        var graph = Graph()
        let shapes: (p: Shape, y: Shape) =
            switch targets {
            case .values: ([3], [3])
            case .classNumbers, .classes: ([3], [])
            case .partners: ([4, 2], [4])
            }
        let (p, y) = (graph.input("p", shapes.p), graph.input("y", shapes.y))
        guard let built = try? nodes(&graph, p, y, settings) else { return [] }
        let node = built.loss
        if case .operation(let operation, let inputs) = graph.nodes[node].source, inputs == [p, y] {
            return steps(operation, inputs.map { graph.nodes[$0].shape }, ["p", "y"]) { _, _ in 0 }
        }
        var known: [Int: String] = [:]
        return (built.parts + [(name, node)]).map { part in
            defer { known[part.node] = part.name }
            return "\(part.name) = \(graph.text(of: part.node, known))"
        }
    }
}

extension Initializer {
    public func formulas(_ settings: Settings) -> [String] {
        [false, true].map { isBias in
            let text =
                switch distribution(settings, isBias: isBias) {
                case .uniform(let bound): "uniform within ±\(bound.text())"
                case .normal(let deviation): "normal with mean 0 and deviation \(deviation.text())"
                case .constant(let value): value.text()
                }
            return (isBias ? "biases:  " : "weights: ") + text
        }
    }
}

extension Schedule {
    /// Settings without a default are those of the example in the text.
    public func formulas(_ settings: Settings) -> [String] {
        conflict(settings) == nil ? ["lr = \(formula(settings).text())"] : []
    }

    public var notes: [String] {
        [
            "t is 0 for the first update: lr_at(t) is the rate of update t+1; epoch is 0 in the first epoch",
            "lr_at counts updates with per=epoch too, and takes batches to stay as they are",
            "the schedule begins behind the warm-up, with its own time at 0",
        ]
    }
}

extension Landscape {
    public func formulas(_ settings: Settings) -> [String] { ["J = \(height.text())"] }
}

extension DataSource {
    /// How many samples of what.
    public func formulas(_ settings: Settings) -> [String] {
        var random = Random(seed: 0)
        let set = make(settings, &random)
        let target = set.classes.isEmpty ? "a value" : set.classes.joined(separator: ", ")
        let features =
            set.image.map { "images \($0), \(set.features[0]) … \(set.features[set.features.count - 1])" }
            ?? set.features.joined(separator: ", ")
        return ["\(set.count) samples: \(features) → \(set.target): \(target)"]
    }
}

/// The steps by which an operation computes its first element.
private func steps(
    _ operation: any Operation, _ shapes: [Shape], _ names: [String], value: (Int, Int) -> Double
) -> [String] {
    guard let output = try? operation.shape(shapes) else { return [] }
    let steps = operation.derivation(0, shapes, output, value: value)
    return steps.map { step in
        let text = step.formula.text { symbol in
            let parts = symbol.split(separator: ":").compactMap { Int($0) }
            return parts.count == 2 ? "\(names[parts[0]])[\(parts[1])]" : symbol
        }
        return "\(step.name.isEmpty ? operation.name : step.name) = \(text)"
    }
}

extension Graph {
    /// A node as text over the names of inputs and of nodes that are known already.
    fileprivate func text(of node: Int, _ known: [Int: String] = [:]) -> String {
        if let name = known[node] { return name }
        return switch nodes[node].source {
        case .parameter(let name), .input(let name): name
        case .constant(let value): value.count == 1 ? Digits.full.text(value.elements[0]) : "\(value.shape)"
        case .operation(let operation, let inputs): operation.label(inputs.map { text(of: $0, known) })
        }
    }
}
