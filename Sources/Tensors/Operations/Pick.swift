// WithoutOwn and Pick: what rows that are compared with each other need: all others but the row itself, and one of them.

import Formulas

/// A square matrix with −∞ on its diagonal (or 0, for its gradient): behind it a softmax gives a row no share of itself.
public struct WithoutOwn: Operation {
    let fill: Double

    public init() { fill = -.infinity }
    private init(fill: Double) { self.fill = fill }

    public var name: String { "without_own" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        guard inputs[0].rank == 2, inputs[0][0] == inputs[0][1] else {
            throw OperationError("only a square matrix compares rows with each other, not one of shape \(inputs[0])")
        }
        return inputs[0]
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let (count, fill) = (output[0], fill)
        return { operands in
            operands.output.update(from: operands.input(0), count: count * count)
            for row in 0..<count { operands.output[row * count + row] = fill }
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        [try graph.apply(WithoutOwn(fill: 0), [node.upstream])]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        offset / output[0] == offset % output[0] ? .number(fill) : Tensors.element(0, offset)
    }
}

/// Element i of the result is that element of row i which element i of the second input names: `[n×k]` and `[n]` give `[n]`.
public struct Pick: Operation {
    /// Whether no row may name itself.
    let isOther: Bool

    public init(isOther: Bool = false) { self.isOther = isOther }

    public var name: String { "pick" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        guard inputs[0].rank == 2, inputs[1] == [inputs[0][0]] else {
            throw OperationError("of rows of shape \(inputs[0]) none can be picked by numbers of shape \(inputs[1])")
        }
        return inputs[1]
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let (count, width, isOther) = (inputs[0][0], inputs[0][1], isOther)
        return { (operands) throws(OperationError) in
            let (x, places) = (operands.input(0), operands.input(1))
            for row in 0..<count {
                guard let place = Int(exactly: places[row]), (0..<width).contains(place) else {
                    throw OperationError(
                        "\(Digits.full.text(places[row])) is no row", hint: "rows go from 0 to \(width - 1)")
                }
                if isOther, place == row {
                    throw OperationError(
                        "row \(row) cannot be its own partner", hint: "the partner is another row: [2, 3, 0, 1]")
                }
                operands.output[row] = x[row * width + place]
            }
        }
    }

    /// The gradient at the element that was picked, 0 at all others.
    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        guard node.wanted[0] else { return [nil, nil] }
        let choice = try graph.apply(OneHot(classes: graph.nodes[node.inputs[0]].shape[1]), [node.inputs[1]])
        let g = try graph.apply(SampleShape([1]), [node.upstream])
        return [try graph.apply(Pointwise("pick gradient", ["grad", "on"], "grad" * "on"), [g, choice]), nil]
    }

    public func derivation(
        _ offset: Int, _ inputs: [Shape], _ output: Shape, value: (_ input: Int, _ offset: Int) -> Double
    ) -> [DerivationStep] {
        let width = inputs[0][1]
        let place = Int(exactly: value(1, offset)) ?? -1
        guard (0..<width).contains(place) else { return [DerivationStep("", .number(.nan))] }
        return [DerivationStep("", Tensors.element(0, offset * width + place))]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula { .number(.nan) }
}
