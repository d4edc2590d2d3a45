// constant: the optimizer's own rate.

extension Schedule {
    static let constant = Schedule(
        "constant", "the rate stays as the optimizer has it, behind the warm-up if there is one",
        source: "PyTorch's ConstantLR with factor 1", example: "constant warmup=100"
    ) { _ in base }
}
