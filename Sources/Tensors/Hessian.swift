// Hessian: second derivatives, by differentiating the gradient's nodes once more.

import Formulas

/// The plan of the product of the Hessian with a vector v: the gradient with respect to the parameters of the scalar
/// gradient·v, where the gradient is the ordinary nodes of a plan. A unit vector gives one row, exact up to rounding.
public final class Hessian: Sendable {
    /// More parameters than this are refused: the matrix alone would take 72 MB, its eigenvalues about a minute.
    public static let limit = 3000

    /// The plan whose objective is differentiated twice.
    public let plan: Tape
    /// The parameters that the objective depends on, in the order of the layout.
    public let entries: [ParameterLayout.Entry]

    private let product: Tape?
    private let layout: ParameterLayout

    /// Differentiates the gradient of `plan`, which was compiled with an objective over the same layout.
    public init(_ plan: Tape, _ layout: ParameterLayout) throws(OperationError) {
        self.plan = plan
        self.layout = layout
        entries = layout.entries.filter { plan.trained.contains($0.name) }
        var graph = plan.graph
        var sum: Int?
        for (index, node) in plan.graph.nodes.enumerated() {
            guard case .parameter(let name) = node.source, let gradient = plan.gradients[index] else { continue }
            let v = graph.input(Self.vector(name), node.shape)
            let term = try graph.apply(Sum(), [try graph.apply(Pointwise.multiply, [gradient, v])])
            sum = try sum.map { (sum) throws(OperationError) in try graph.apply(Pointwise.add, [sum, term]) } ?? term
        }
        product = try sum.map { (sum) throws(OperationError) in
            try Tape(graph, roots: [], objective: sum, layout: layout, inputShapes: [:])
        }
    }

    /// The input that holds v's part for a parameter; no name of the language looks like this.
    private static func vector(_ parameter: String) -> String { "v: \(parameter)" }

    /// The second derivatives with respect to `chosen` (of `entries`), at `parameters` and with this batch:
    /// `[n×n]`, row by row in the order of `chosen`.
    public func matrix(
        of chosen: [ParameterLayout.Entry], parameters: [Double], batch: [String: Tensor]
    ) throws(OperationError) -> Tensor {
        let n = chosen.reduce(0) { $0 + $1.shape.count }
        try Self.check(n)
        guard let product else { return Tensor(repeating: 0, [n, n]) }
        var gradients = [Double](repeating: 0, count: layout.count)
        var values = product.values(for: batch)
        try product.run(product.forwardSteps, parameters: parameters, gradients: &gradients, values: &values)
        var rows: [Double] = []
        rows.reserveCapacity(n * n)
        for entry in chosen {
            guard let input = product.inputs[Self.vector(entry.name)] else {
                // What the function does not depend on has rows of zeros.
                rows += [Double](repeating: 0, count: entry.shape.count * n)
                continue
            }
            for element in 0..<entry.shape.count {
                let position = product.slots[input].offset + element
                values[position] = 1
                try product.run(product.backwardSteps, parameters: parameters, gradients: &gradients, values: &values)
                values[position] = 0
                for other in chosen { rows += gradients[other.range] }
            }
        }
        return Self.symmetric(rows, n)
    }

    /// Both halves differ by rounding only; their mean makes them equal.
    private static func symmetric(_ rows: [Double], _ n: Int) -> Tensor {
        var result = rows
        for row in 0..<n {
            for column in 0..<row {
                let mean = rows[row * n + column] / 2 + rows[column * n + row] / 2
                result[row * n + column] = mean
                result[column * n + row] = mean
            }
        }
        return Tensor([n, n], result)
    }

    /// Fails when the matrix of n parameters would be too large.
    public static func check(_ n: Int) throws(OperationError) {
        guard n > limit else { return }
        let bytes = Double(n) * Double(n) * 8
        let size =
            bytes < 1e9
            ? "\(Digits.fixed(bytes / 1e6, decimals: 0)) MB"
            : bytes < 1e12
                ? "\(Digits.fixed(bytes / 1e9, decimals: 1)) GB" : "\(Digits.fixed(bytes / 1e12, decimals: 1)) TB"
        throw OperationError(
            "the Hessian of \(n) parameters has \(n)×\(n) numbers and would take \(size)",
            hint: "up to \(limit) parameters are allowed; a smaller net, or only some of its parameters")
    }
}

extension Tape {
    /// A values array with the batch put in.
    public func values(for batch: [String: Tensor]) -> [Double] {
        var values = [Double](repeating: 0, count: valueCount)
        for (name, value) in batch {
            guard let input = inputs[name] else { continue }
            let offset = slots[input].offset
            values.replaceSubrange(offset..<offset + value.count, with: value.elements)
        }
        return values
    }
}
