// contrast: two views of each sample, which the net is to bring together, apart from those of all others.

import Tensors

extension PretextTask {
    static let contrast = PretextTask(
        "contrast", "two views of each sample by augment; the net is to find out which two belong together",
        source: "Chen, Kornblith, Norouzi and Hinton 2020, SimCLR",
        settings: [],
        notes: [
            "x holds the batch twice: first views of all n samples, then second views. augment changes each row for itself.",
            "y[i] is the row of the other view: i + n in the first half, i − n in the second. The loss is nt_xent, to which all"
                + " other rows of the batch are to be far; so it depends on the size of the batch, which is two samples or more.",
            "In evaluation views are drawn too, and samples are compared in batches as large as those of training.",
        ],
        examples: ["ssl contrast"], targets: .partners, views: 2,
        lines: { _ in
            ["x = augment(x) for all samples, then once more for all", "y = i + n, or i - n in the second half"]
        },
        check: { _, sizes in
            guard sizes.samples < 2 else { return nil }
            return OperationError("a batch of one sample has nothing to be told from", hint: "batch 20")
        },
        nodes: { net, _ throws(OperationError) in
            let (rows, samples) = (net.sizes.rows, net.sizes.samples)
            net.aim(at: net.graph.constant(Tensor(vector: (0..<rows).map { Double(($0 + samples) % rows) })))
        })
}
