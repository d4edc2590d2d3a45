// Activations and gradients layer by layer: whether they vanish, explode or die.

import Formulas
import Glibc
import Learning
import Plots
import Tensors

struct LayersPicture: Picture {
    let name = "layers"
    let summary = "the spread of activations and gradients in each layer: vanishing and exploding at a glance"
    let examples = ["plot layers"]
    private static let bins = 32

    func plot(_ request: PictureRequest, _ context: inout Context) throws(Diagnostic) -> Plot {
        guard let network = context.session.network else {
            throw Diagnostic("there is no net", hint: "net 4 8 relu 3", at: request.call.range)
        }
        try request.checkNoExpression()
        try request.check(rangesAmong: [])
        // The values of the last step, or of one made in a copy.
        var session = context.session
        if !session.step.isFresh || !session.step.hasGradients || session.step.cursor != nil {
            session.dropPhase()
            try session.computeGradients()
        }
        var (values, gradients): ([(String, Tensor)], [(String, Tensor)]) = ([], [])
        for name in network.nodeNames {
            values.append((name, try session.value(of: name)))
            if let gradient = try? session.member("grad", of: name) { gradients.append((name, gradient)) }
        }
        return Plot(
            title: "Layer by layer, \(session.batchRows) samples",
            summary: Self.sentence(gradients),
            body: .histograms([Self.activations(values), Self.gradients(gradients)]))
    }

    private static let short = Digits.significant(3)

    private static func activations(_ values: [(String, Tensor)]) -> HistogramGroup {
        let reach = values.flatMap { $0.1.elements }.filter(\.isFinite).map(\.magnitude).max() ?? 1
        let edge = reach > 0 ? min(reach, 1e300) : 1
        let rows = values.map { name, value -> HistogramGroup.Row in
            let (mean, deviation) = TensorText.moments(value.elements)
            let zeros = Double(value.elements.count { $0 == 0 }) / Double(max(value.count, 1))
            return HistogramGroup.Row(
                name: name, counts: Histogram.counts(value.elements, from: -edge, to: edge, bins: bins),
                notes: [short.text(mean), short.text(deviation), "\(Digits.significant(3).text(zeros * 100)) %"])
        }
        return HistogramGroup(
            title: "activations", lower: short.text(-edge), upper: short.text(edge),
            headings: ["mean", "std", "zeros"],
            rows: rows)
    }

    /// Gradients over powers of ten, since what matters is their order of magnitude.
    private static func gradients(_ gradients: [(String, Tensor)]) -> HistogramGroup {
        let exponents = gradients.map { $0.1.elements.filter { $0 != 0 && $0.isFinite }.map { exponent($0) } }
        let low = max((exponents.flatMap(\.self).min() ?? -1).rounded(.down), -30)
        let high = max((exponents.flatMap(\.self).max() ?? 0).rounded(.up), low + 1)
        let rows = zip(gradients, exponents).map { gradient, exponents -> HistogramGroup.Row in
            let (name, value) = gradient
            let zeros = Double(value.elements.count { $0 == 0 }) / Double(max(value.count, 1))
            return HistogramGroup.Row(
                name: "∂/∂\(name)", counts: Histogram.counts(exponents, from: low, to: high, bins: bins),
                notes: [short.text(rootMeanSquare(value.elements)), "\(short.text(zeros * 100)) %"])
        }
        return HistogramGroup(
            title: "gradients, by magnitude", lower: "1e\(Int(low))", upper: "1e\(Int(high))",
            headings: ["rms", "zeros"],
            rows: rows)
    }

    private static func sentence(_ gradients: [(String, Tensor)]) -> String {
        guard let first = gradients.first, let last = gradients.last else { return "There are no gradients." }
        let (early, late) = (rootMeanSquare(first.1.elements), rootMeanSquare(last.1.elements))
        guard early > 0, late > 0, gradients.count > 1 else {
            return
                "The gradient at \(first.0) has the root mean square \(short.text(early)), at \(last.0) \(short.text(late))."
        }
        let ratio = early / late
        let verdict =
            ratio < 1e-2
            ? "it vanishes on the way back" : ratio > 1e2 ? "it grows on the way back" : "it keeps its size"
        return "From \(last.0) back to \(first.0) the gradient's root mean square goes from \(short.text(late)) to "
            + "\(short.text(early)), a factor of \(short.text(ratio)): \(verdict)."
    }

    private static func exponent(_ value: Double) -> Double { log10(value.magnitude) }

    private static func rootMeanSquare(_ values: [Double]) -> Double {
        (values.reduce(0) { $0 + $1 * $1 } / Double(max(values.count, 1))).squareRoot()
    }
}
