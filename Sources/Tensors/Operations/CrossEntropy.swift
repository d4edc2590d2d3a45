// CrossEntropy and OneHot: the loss of classification, from logits, with label smoothing.

import CKernels
import Formulas

/// The mean over rows of −Σ q·log softmax(z).
///
/// Inputs: logits `[n×classes]`, and targets that are class numbers `[n]` or rows of probabilities `[n×classes]`. A single
/// sample may be given as `[classes]` with a class number `[]` or probabilities `[classes]`.
/// Smoothing: q = (1 − ε)·target + ε/classes, as PyTorch and Keras have it; or ε is shared by the other classes alone,
/// q = (1 − ε)·target + ε/(classes − 1)·(1 − target).
public struct CrossEntropy: Operation {
    public let smoothing: Double
    /// Whether the right class gets no share of the smoothing.
    public let amongOthers: Bool

    public init(smoothing: Double = 0, amongOthers: Bool = false) {
        self.smoothing = smoothing
        self.amongOthers = amongOthers
    }

    public var name: String { "cross_entropy" }

    private struct Sizes {
        let rows: Int
        let classes: Int
        let classNumbers: Bool

        init?(_ z: Shape, _ y: Shape) {
            guard (1...2).contains(z.rank), let classes = z.axes.last, classes > 0 else { return nil }
            self.classes = classes
            rows = z.rank == 2 ? z[0] : 1
            if y == z {
                classNumbers = false
            } else if y.axes == Array(z.axes.dropLast()) {
                classNumbers = true
            } else {
                return nil
            }
        }
    }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        guard let sizes = Sizes(inputs[0], inputs[1]) else {
            throw OperationError(
                "cross_entropy compares logits of shape \(inputs[0]) with targets of shape \(inputs[1])",
                hint: "targets are class numbers, one a row, or rows of probabilities shaped as the logits")
        }
        guard sizes.rows > 0 else { throw OperationError("cross_entropy needs at least one row") }
        guard !amongOthers || smoothing == 0 || sizes.classes > 1 else {
            throw OperationError(
                "with one class there are no others to share the smoothing", hint: "variant=K shares it among all")
        }
        return .scalar
    }

    /// The target's probability for a class, from 1 where it is the class and 0 where not.
    private func probabilities(classes: Int) -> (on: Double, off: Double) {
        if smoothing == 0 { return (1, 0) }
        if amongOthers { return (1 - smoothing, smoothing / Double(classes - 1)) }
        return (1 - smoothing + smoothing / Double(classes), smoothing / Double(classes))
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let sizes = Sizes(inputs[0], inputs[1])!
        let (on, off) = probabilities(classes: sizes.classes)
        return { (operands) throws(OperationError) in
            let y = operands.input(1)
            if sizes.classNumbers { try checkClasses(y, sizes.rows, sizes.classes) }
            operands.output[0] = ck_cross_entropy(
                operands.input(0), y, sizes.rows, sizes.classes, sizes.classNumbers ? 1 : 0, on, off)
        }
    }

    /// With respect to the logits: (softmax(z)·Σq − q)/n, where Σq is 1 for class numbers.
    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        let (z, y) = (node.inputs[0], node.inputs[1])
        let shape = graph.nodes[z].shape
        let sizes = Sizes(shape, graph.nodes[y].shape)!
        let (on, off) = probabilities(classes: sizes.classes)
        let n = Formula.number(Double(sizes.rows))
        let smooth: Formula = .number(off) + .number(on - off) * "y"
        let q =
            sizes.classNumbers
            ? try graph.apply(OneHot(classes: sizes.classes, on: on, off: off), [y])
            : smoothing == 0 ? y : try graph.apply(Pointwise("smooth", ["y"], smooth), [y])
        var result: [Int?] = [nil, nil]
        if node.wanted[0] {
            let p = try graph.apply(Softmax(), [z])
            if sizes.classNumbers {
                let local = Pointwise("cross_entropy gradient", ["grad", "p", "q"], "grad" * ("p" - "q") / n)
                result[0] = try graph.apply(local, [node.upstream, p, q])
            } else {
                let total = try graph.apply(Sum(axis: -1, keep: true), [q])
                let local = Pointwise(
                    "cross_entropy gradient", ["grad", "p", "total", "q"], "grad" * ("p" * "total" - "q") / n)
                result[0] = try graph.apply(local, [node.upstream, p, total, q])
            }
        }
        if node.wanted[1], !sizes.classNumbers {
            let logs = try graph.apply(Softmax(log: true), [z])
            let local = Pointwise(
                "cross_entropy gradient", ["grad", "logp"], -("grad" * .number(on - off) * "logp") / n)
            result[1] = try graph.apply(local, [node.upstream, logs])
        }
        return result
    }

    /// For each row the largest logit, the sum of exponentials and the loss; then their mean.
    public func derivation(
        _ offset: Int, _ inputs: [Shape], _ output: Shape, value: (_ input: Int, _ offset: Int) -> Double
    ) -> [DerivationStep] {
        let sizes = Sizes(inputs[0], inputs[1])!
        var steps: [DerivationStep] = []
        var each: [Formula] = []
        for row in 0..<sizes.rows {
            let z = (0..<sizes.classes).map { Tensors.element(0, row * sizes.classes + $0) }
            let (top, total, loss) = ("top\(row)", "total\(row)", "loss\(row)")
            steps.append(DerivationStep(top, .max(of: z)))
            steps.append(DerivationStep(total, .sum(z.map { .exp($0 - .symbol(top)) })))
            let logs = z.map { $0 - .symbol(top) - .log(.symbol(total)) }
            steps.append(DerivationStep(loss, rowLoss(row, logs, sizes, value)))
            each.append(.symbol(loss))
        }
        steps.append(DerivationStep("", .apply(.divide, [.sum(each), .number(Double(sizes.rows))])))
        return steps
    }

    /// −Σ q·log softmax(z), computed in the order of the kernel; with class numbers and no smoothing only the class itself
    /// has q = 1.
    private func rowLoss(
        _ row: Int, _ logs: [Formula], _ sizes: Sizes, _ value: (Int, Int) -> Double
    ) -> Formula {
        let (on, off) = probabilities(classes: sizes.classes)
        guard sizes.classNumbers else {
            // A class of probability 0 adds nothing, also where its logit is -inf.
            let counted = logs.indices.filter { smoothing != 0 || value(1, row * sizes.classes + $0) != 0 }
            return .sum(
                counted.map { k in
                    let given = Tensors.element(1, row * sizes.classes + k)
                    let q = smoothing == 0 ? given : .number(off) + .number(on - off) * given
                    return -.apply(.multiply, [q, logs[k]])
                })
        }
        let label = value(1, row)
        guard label >= 0, label < Double(sizes.classes) else { return .number(.nan) }
        if smoothing == 0 { return -logs[Int(label)] }
        return .sum(logs.indices.map { -.apply(.multiply, [.number($0 == Int(label) ? on : off), logs[$0]]) })
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        derivation(offset, inputs, output) { _, _ in .nan }.combined
    }
}

/// Rows with `on` at the class and `off` elsewhere: class numbers `[n]` become `[n×classes]`.
public struct OneHot: Operation {
    public let classes: Int
    public let on: Double
    public let off: Double

    public init(classes: Int, on: Double = 1, off: Double = 0) {
        self.classes = classes
        self.on = on
        self.off = off
    }

    public var name: String { "onehot" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        guard classes > 0 else { throw OperationError("onehot needs at least one class, not \(classes)") }
        return Shape(inputs[0].axes + [classes])
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let (count, classes, on, off) = (inputs[0].count, classes, on, off)
        return { (operands) throws(OperationError) in
            try checkClasses(operands.input(0), count, classes)
            ck_onehot(operands.output, operands.input(0), count, classes, on, off)
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] { [nil] }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        let isClass = Formula.apply(
            .equal, [Tensors.element(0, offset / classes), .number(Double(offset % classes))])
        return .choose(isClass, .number(on), .number(off))
    }
}

private func checkClasses(_ y: UnsafePointer<Double>, _ count: Int, _ classes: Int) throws(OperationError) {
    let bad = ck_bad_class(y, count, classes)
    if bad >= 0 {
        throw OperationError(
            "\(Digits.full.text(y[bad])) is no class number: there are \(classes) classes, numbered 0 to \(classes - 1)",
            hint: "it is target number \(bad)")
    }
}
