// nt_xent: the contrastive loss: a row is to be nearer to its partner than to all others.

import Formulas
import Tensors

extension Loss {
    static let ntXent = Loss(
        "nt_xent", "mean over rows of −log of the partner's share in Σ exp(cosine/temperature) over all other rows",
        source: "Chen, Kornblith, Norouzi and Hinton 2020, SimCLR; Sohn 2016, N-pair loss", targets: .partners,
        settings: [
            .number(
                "temperature", 0.5, .atLeast(0.001),
                "what cosines are divided by; the smaller, the more the nearest count")
        ],
        notes: [
            "Targets are row numbers: y[i] is the row of the other view of row i's sample. With ssl contrast they are given.",
            "It is the mean over all 2N rows, as the paper has it; SimCLR's TensorFlow code adds the means of both halves: twice"
                + " this number.",
            "similarity holds the cosines of all pairs of rows, anchor_loss the loss of each row; the accuracy is the share of"
                + " rows whose nearest other row is their partner.",
            "A row shorter than 1e-8 has no direction: its cosines are 0, as in PyTorch's normalize with eps=1e-8, and it gets no"
                + " gradient (there one of up to 1e8).",
        ],
        examples: ["loss nt_xent temperature=0.1"]
    ) { (graph, z, partners, settings) throws(OperationError) in
        let (shape, given) = (graph.nodes[z].shape, graph.nodes[partners].shape)
        guard shape.rank == 2, given == [shape[0]] else {
            throw OperationError(
                "nt_xent compares rows of shape \(shape) with partners of shape \(given)",
                hint: "for each row the number of its partner: nt_xent(z, [2, 3, 0, 1])")
        }
        let similarity = try cosines(&graph, z, z)
        let temperature = Formula.number(settings.number("temperature"))
        let scaled = try graph.apply(Pointwise("scaled", ["cosine"], "cosine" / temperature), [similarity])
        let logs = try graph.apply(Softmax(log: true), [try graph.apply(WithoutOwn(), [scaled])])
        let own = try graph.apply(Pick(isOther: true), [logs, partners])
        let each = try graph.apply(Pointwise("anchor loss", ["log_share"], -"log_share"), [own])
        return Nodes(
            loss: try graph.apply(Sum(mean: true), [each]), parts: [("similarity", similarity), ("anchor_loss", each)])
    }

    /// The cosine of the angle between each row of `a` and each row of `b`; 0 for a row without a direction.
    public static func cosines(_ graph: inout Graph, _ a: Int, _ b: Int) throws(OperationError) -> Int {
        let (first, second) = (graph.nodes[a].shape, graph.nodes[b].shape)
        guard first.rank == 2, second.rank == 2, first[1] == second[1] else {
            throw OperationError(
                "cosine compares rows of the same length, not \(first) and \(second)", hint: "cosine([[1, 0], [0, 1]])")
        }
        func directions(_ rows: Int) throws(OperationError) -> Int {
            let lengths = try graph.apply(SampleShape([1]), [try graph.apply(Norm(axis: 1), [rows])])
            let formula = Formula.choose("length" < 1e-8, 0, "x" / "length")
            return try graph.apply(Pointwise("direction", ["x", "length"], formula), [rows, lengths])
        }
        let from = try directions(a)
        return try graph.apply(MatMul(transposeB: true), [from, a == b ? from : try directions(b)])
    }
}
