// hinge: the multiclass support vector loss.

import Formulas
import Tensors

extension Loss {
    static let hinge = Loss(
        "hinge", "mean over samples of Σ max(0, s − s_y + margin) over the other classes",
        source: "Weston and Watkins 1999; PyTorch's MultiMarginLoss; Crammer and Singer 2001, Keras' CategoricalHinge",
        targets: .classNumbers,
        settings: [
            .number("margin", 1, .notNegative, "how far the right score must be ahead"),
            .choice(
                "form", ["sum", "torch", "keras"],
                "the sum over the other classes; the sum divided by the number of classes; the worst class alone, or 0 "
                    + "in place of the right one"),
        ],
        notes: [
            "The default sums over the other classes; PyTorch's MultiMarginLoss (form=torch) also divides by the number of"
                + " classes, Keras' CategoricalHinge (form=keras) takes the largest instead of the sum."
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
        if settings.word("form") == "keras" { return try worst(&graph, p, q, settings) }
        let right = try graph.apply(Pointwise("right score", ["s", "q"], "s" * "q"), [p, q])
        let correct = try graph.apply(Sum(axis: -1, keep: true), [right])
        let behind: Formula = "s" - "c" + .number(settings.number("margin"))
        let counts = Formula.choose("q", 0, .choose(behind > 0, 1, 0))
        let margins = Pointwise(
            "margins", ["s", "c", "q"], .choose("q", 0, .max(behind, 0)), derivatives: ["s": counts, "c": -counts])
        // Divided by the number of classes, a sum over them is their mean.
        let reduction = Sum(axis: -1, mean: settings.word("form") == "torch")
        let each = try graph.apply(reduction, [try graph.apply(margins, [p, correct, q])])
        return shape.rank == 1 ? each : try graph.apply(Sum(mean: true), [each])
    }

    /// The mean of max(0, m − s_y + margin) with m the largest of the other scores and of 0.
    private static func worst(
        _ graph: inout Graph, _ p: Int, _ q: Int, _ settings: Settings
    ) throws(OperationError) -> Int {
        func product(_ name: String, _ formula: Formula) throws(OperationError) -> Int {
            try graph.apply(Pointwise(name, ["s", "q"], formula), [p, q])
        }
        let correct = try graph.apply(Sum(axis: -1), [try product("right score", "s" * "q")])
        let largest = try graph.apply(Extreme(max: true, axis: -1), [try product("other scores", "s" * (1 - "q"))])
        let behind: Formula = "m" - "c" + .number(settings.number("margin"))
        let counts = Formula.choose(behind > 0, 1, 0)
        let each = try graph.apply(
            Pointwise("margin", ["m", "c"], .max(behind, 0), derivatives: ["m": counts, "c": -counts]),
            [largest, correct])
        return graph.nodes[p].shape.rank == 1 ? each : try graph.apply(Sum(mean: true), [each])
    }
}
