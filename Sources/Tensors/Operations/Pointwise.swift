// Pointwise: one formula for every element, with broadcasting. Arithmetic, comparisons, activations and losses per
// element are all this one operation.

import Formulas

/// A formula applied element by element to operands that are broadcast against each other.
public struct Pointwise: Operation {
    public let name: String
    /// The symbols of the formula that stand for the inputs, in order.
    public let symbols: [String]
    public let formula: Formula
    /// Derivatives that are not to be taken from the formula, because it has a kink or loses digits there.
    public let derivatives: [String: Formula]
    /// The shape of the result where it is larger than the inputs' together.
    public let target: Shape?

    public init(
        _ name: String, _ symbols: [String], _ formula: Formula, derivatives: [String: Formula] = [:],
        target: Shape? = nil
    ) {
        self.name = name
        self.symbols = symbols
        self.formula = formula
        self.derivatives = derivatives
        self.target = target
    }

    /// The operation of one function of formulas.
    public init(_ function: Function) {
        let symbols = Array(["a", "b", "c"].prefix(function.arity))
        self.init(function.rawValue, symbols, .apply(function, symbols.map { .symbol($0) }))
    }

    static let add = Pointwise(.add)
    static let multiply = Pointwise(.multiply)
    /// The symbol of the gradient that comes in, in formulas of gradients.
    public static let upstream = "grad"

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        var result = target ?? .scalar
        for input in inputs {
            guard let next = result.broadcast(with: input) else {
                throw OperationError(
                    "shapes \(inputs.map(\.description).joined(separator: " and ")) do not fit for \(name)",
                    hint: "sizes are compared from the last axis on and must be equal or 1")
            }
            result = next
        }
        if let target, result != target {
            throw OperationError("shape \(inputs[0]) cannot be repeated to \(target)")
        }
        return result
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        var chain = PointwiseChain()
        chain.append(self, inputs.indices.map { .input($0) })
        return chain.kernel(inputs, output)
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        var result: [Int?] = []
        for index in node.inputs.indices {
            let slope = derivatives[symbols[index]] ?? formula.derivative(by: symbols[index])
            guard node.wanted[index], slope != 0 else {
                result.append(nil)
                continue
            }
            var part = node.upstream
            if slope != 1 {
                let used = symbols.indices.filter { slope.symbols.contains(symbols[$0]) }
                // The formula of a gradient has a symbol of that name already when it is differentiated again.
                var upstream = Self.upstream
                while symbols.contains(upstream) { upstream += "'" }
                let local = Pointwise(
                    "\(name) gradient", [upstream] + used.map { symbols[$0] }, .symbol(upstream) * slope)
                part = try graph.apply(local, [part] + used.map { node.inputs[$0] })
            }
            result.append(try graph.sum(part, to: graph.nodes[node.inputs[index]].shape))
        }
        return result
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        let position = output.position(of: offset)
        var named: [String: Formula] = [:]
        for (index, symbol) in symbols.enumerated() {
            let strides = inputs[index].strides(broadcastTo: output)
            named[symbol] = Tensors.element(index, zip(position, strides).reduce(0) { $0 + $1.0 * $1.1 })
        }
        return formula.substituting { named[$0] }
    }
}

extension Pointwise {
    public func label(_ operands: [String]) -> String {
        let texts = Dictionary(uniqueKeysWithValues: zip(symbols, operands.map { operand($0) }))
        let text = formula.text { texts[$0] ?? $0 }
        // A long derivative is named after its function.
        guard text.count > 60, symbols.first == Self.upstream, name.hasSuffix(" gradient") else { return text }
        let function = name.dropLast(" gradient".count)
        return "\(operand(operands[0])) * \(function)'(\(operands.dropFirst().joined(separator: ", ")))"
    }
}

extension Graph {
    /// Sums `node` over the axes along which `shape` was repeated: the gradient of broadcasting.
    mutating func sum(_ node: Int, to shape: Shape) throws(OperationError) -> Int {
        var current = node
        var own = nodes[current].shape
        if own == shape { return current }
        let missing = own.rank - shape.rank
        let repeated = own.axes.indices.filter { $0 < missing || (shape[$0 - missing] == 1 && own[$0] != 1) }
        if own.rank > 2, repeated.count > 1 {
            // All that is summed in one row: the channels of images then have one sum each, not sums of sums.
            let kept = own.axes.indices.filter { !repeated.contains($0) }
            if repeated + kept != Array(own.axes.indices) { current = try apply(Permute(repeated + kept), [current]) }
            let (rows, columns) = (repeated.reduce(1) { $0 * own[$1] }, kept.reduce(1) { $0 * own[$1] })
            current = try apply(Sum(axis: 0), [try apply(Reshape([rows, columns]), [current])])
        } else {
            for axis in repeated.reversed() { current = try apply(Sum(axis: axis, keep: true), [current]) }
        }
        own = nodes[current].shape
        return own == shape ? current : try apply(Reshape(shape), [current])
    }

    /// `node` repeated to `shape`, divided by `divisor`: the gradient of a sum or a mean.
    mutating func expand(_ node: Int, to shape: Shape, dividingBy divisor: Int = 1) throws(OperationError) -> Int {
        let formula: Formula = "grad" / .number(Double(divisor))
        return try apply(Pointwise(divisor == 1 ? "expand" : "spread", ["grad"], formula, target: shape), [node])
    }
}
