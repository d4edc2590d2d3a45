// hinge: the multiclass support vector loss.

import Formulas
import Tensors

extension Loss {
    static let hinge = Loss(
        "hinge", "mean over samples of Σ max(0, s − s_y + margin) over the other classes",
        source: "Weston and Watkins 1999",
        targets: .classNumbers,
        settings: [.number("margin", 1, .notNegative, "how far the right score must be ahead")],
        notes: [
            "PyTorch's MultiMarginLoss also divides by the number of classes; Keras' CategoricalHinge takes the largest"
                + " instead of the sum."
        ],
        examples: ["loss hinge margin=2"]
    ) { (graph, p, y, settings) throws(OperationError) in
        let shape = graph.nodes[p].shape
        guard (1...2).contains(shape.rank), graph.nodes[y].shape.axes == Array(shape.axes.dropLast()) else {
            throw OperationError(
                "hinge compares scores of shape \(shape) with targets of shape \(graph.nodes[y].shape)",
                hint: "targets are class numbers, one a row")
        }
        let q = try graph.apply(OneHot(classes: shape.axes.last ?? 1), [y])
        let right = try graph.apply(Pointwise("right score", ["s", "q"], "s" * "q"), [p, q])
        let correct = try graph.apply(Sum(axis: -1, keep: true), [right])
        let behind: Formula = "s" - "c" + .number(settings.number("margin"))
        let counts = Formula.choose("q", 0, .choose(behind > 0, 1, 0))
        let margins = Pointwise(
            "margins", ["s", "c", "q"], .choose("q", 0, .max(behind, 0)), derivatives: ["s": counts, "c": -counts])
        let each = try graph.apply(Sum(axis: -1), [try graph.apply(margins, [p, correct, q])])
        return shape.rank == 1 ? each : try graph.apply(Sum(mean: true), [each])
    }
}
