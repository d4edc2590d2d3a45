// PlanKernels: the kernels of a plan: one for each node, and one for each chain of pointwise nodes.

/// Steps are computed one by one when a learner walks through them. When they are computed together, pointwise nodes that
/// follow and read one another, such as a bias and its activation, are one pass over their elements; the bits are the same.
struct PlanKernels: Sendable {
    /// The computation of `count` steps in a row, of which `last` is the last.
    private struct Work: Sendable {
        let kernel: Kernel
        let entry: Int
        let count: Int
        let last: Int
    }

    /// By node; nil where nothing is computed, or where no chain begins.
    private var nodes: [Work?] = []
    private var chains: [Work?] = []
    private var entries: [Int32] = []

    /// The chains lie within one of `phases`, the steps that are computed together.
    init(_ plan: Graph, _ slots: [Tape.Slot], phases: [[Int]]) {
        for (index, node) in plan.nodes.enumerated() {
            guard case .operation(let operation, let operands) = node.source else {
                nodes.append(nil)
                continue
            }
            let kernel = operation.kernel(operands.map { plan.nodes[$0].shape }, node.shape)
            nodes.append(Work(kernel: kernel, entry: entries.count, count: 1, last: index))
            entries += ([index] + operands).map { Int32($0) }
        }
        chains = [Work?](repeating: nil, count: nodes.count)
        for steps in phases {
            var position = 0
            while position < steps.count {
                let length = Self.chainLength(plan, slots, steps[position...])
                if length > 1 { addChain(plan, Array(steps[position..<position + length])) }
                position += length
            }
        }
    }

    /// How many of `steps` from the first on make a chain: each is pointwise, of the first one's shape, and reads an earlier
    /// one; and none reads what another wrote as seen in another shape.
    private static func chainLength(_ plan: Graph, _ slots: [Tape.Slot], _ steps: ArraySlice<Int>) -> Int {
        var chain: [Int] = []
        for step in steps {
            guard case .operation(let operation, let operands) = plan.nodes[step].source, operation is Pointwise,
                chain.isEmpty || plan.nodes[step].shape == plan.nodes[chain[0]].shape,
                chain.isEmpty || operands.contains(where: chain.contains),
                !operands.contains(where: { operand in
                    !chain.contains(operand) && chain.contains { slots[$0] == slots[operand] }
                })
            else { break }
            chain.append(step)
        }
        return max(chain.count, 1)
    }

    private mutating func addChain(_ plan: Graph, _ steps: [Int]) {
        var (chain, inputs) = (PointwiseChain(), [Int]())
        for step in steps {
            guard case .operation(let operation, let operands) = plan.nodes[step].source,
                let pointwise = operation as? Pointwise
            else { return }
            chain.append(
                pointwise,
                operands.map { operand in
                    if let link = steps.firstIndex(of: operand) { return .link(link) }
                    if !inputs.contains(operand) { inputs.append(operand) }
                    return .input(inputs.firstIndex(of: operand)!)
                })
        }
        let kernel = chain.kernel(inputs.map { plan.nodes[$0].shape }, plan.nodes[steps[0]].shape)
        chains[steps[0]] = Work(kernel: kernel, entry: entries.count, count: steps.count, last: steps[steps.count - 1])
        entries += (steps + inputs).map { Int32($0) }
    }

    /// Computes `steps`; `table` has the address of each node's elements.
    func run(
        _ steps: ArraySlice<Int>, _ table: UnsafePointer<UnsafeMutablePointer<Double>>
    ) throws(OperationError) {
        try entries.withUnsafeBufferPointer { (entries) throws(OperationError) in
            var position = steps.startIndex
            while position < steps.endIndex {
                let work = work(at: position, of: steps)
                try work.kernel(Operands(table: table, entries: entries.baseAddress! + work.entry))
                position += work.count
            }
        }
    }

    /// The chain that begins at a step, if all of it is to be computed.
    private func work(at position: Int, of steps: ArraySlice<Int>) -> Work {
        if let chain = chains[steps[position]], position + chain.count <= steps.endIndex,
            steps[position + chain.count - 1] == chain.last
        {
            return chain
        }
        return nodes[steps[position]]!
    }
}
