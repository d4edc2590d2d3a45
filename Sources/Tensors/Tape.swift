// Tape: the compiled plan of a training step: nodes in order, forward and backward, each with its place in memory.

import Formulas

/// A graph compiled for given shapes. A step runs it in place, without allocation; what it computed stays in the buffers,
/// so every node can be shown with the numbers that it holds.
public final class Tape: Sendable {
    /// The arrays that a plan works on.
    public enum Region: Sendable {
        case parameters
        case gradients
        case values
        case constants
    }

    /// Where the elements of a node are.
    public struct Slot: Hashable, Sendable {
        public let region: Region
        public let offset: Int
    }

    /// The nodes of the step: those of the definitions, then those that compute gradients.
    public let graph: Graph
    /// For each node its place.
    public let slots: [Slot]
    /// The nodes to compute, in order.
    public let forwardSteps: [Int]
    public let backwardSteps: [Int]
    /// The node of this plan for a node of the definitions' graph.
    public let nodes: [Int: Int]
    /// The node that holds the gradient of the objective with respect to a node.
    public let gradients: [Int: Int]
    public let objective: Int?
    /// The batch inputs by name.
    public let inputs: [String: Int]
    /// What the nodes of the prelude are called.
    public let names: [String: Int]
    /// The parameters that the objective depends on, and their places in the layout.
    public let trained: Set<String>
    public let trainedEntries: [Int]
    /// The length of the values array.
    public let valueCount: Int

    private let constants: [Double]
    private let kernels: PlanKernels

    /// Compiles the nodes that `roots` and `objective` need. `inputShapes` gives the batch's shapes; the parameters in
    /// `frozen` get no gradients, the batch's inputs in `differentiated` get one too; nodes in `known` are not computed but
    /// have these values. `prelude` changes the batch before the definitions read it.
    public init(
        _ definitions: Graph, roots: [Int], objective: Int?, layout: ParameterLayout, inputShapes: [String: Shape],
        frozen: Set<String> = [], differentiated: Set<String> = [], known: [Int: Tensor] = [:],
        prelude: Prelude? = nil
    ) throws(OperationError) {
        var plan = Graph()
        var nodes: [Int: Int] = [:]
        let ancestors = definitions.ancestors(of: roots + (objective.map { [$0] } ?? []), known: Set(known.keys))
        let first = try prelude.map { (prelude) throws(OperationError) in
            try prelude.build(&plan, definitions.inputNames(of: ancestors))
        }
        var inputs = first?.inputs ?? [:]
        names = first?.names ?? [:]
        for id in ancestors {
            if let value = known[id] {
                nodes[id] = plan.constant(value)
                continue
            }
            let node = definitions.nodes[id]
            switch node.source {
            case .parameter(let name): nodes[id] = plan.parameter(name, layout[name]?.shape ?? node.shape)
            case .constant(let value): nodes[id] = plan.constant(value)
            case .input(let name) where first?.replaced[name] != nil: nodes[id] = first?.replaced[name]
            case .input(let name):
                inputs[name] = inputs[name] ?? plan.input(name, inputShapes[name] ?? node.shape)
                nodes[id] = inputs[name]
            case .operation(let operation, let operands):
                nodes[id] = try plan.apply(operation, operands.map { nodes[$0]! })
            }
        }
        let forwardCount = plan.nodes.count
        self.objective = objective.map { nodes[$0]! }
        var gradients =
            try self.objective.map { (node) throws(OperationError) in
                try plan.differentiate(node, frozen: frozen, inputs: differentiated)
            } ?? [:]
        let arranged = try Arrangement(&plan, objective: self.objective, &gradients, layout, frozen)
        self.gradients = gradients
        graph = plan
        self.nodes = nodes
        self.inputs = inputs
        slots = arranged.slots
        valueCount = arranged.valueCount
        constants = arranged.constants
        trained = arranged.trained
        trainedEntries = layout.entries.indices.filter { arranged.trained.contains(layout.entries[$0].name) }

        let inputGradients = differentiated.compactMap { inputs[$0].flatMap { gradients[$0] } }
        let needed = Set(plan.ancestors(of: arranged.gradientNodes + inputGradients))
        let computed = plan.nodes.indices.filter { index in
            if case .operation(let operation, _) = plan.nodes[index].source { return !operation.isView }
            return false
        }
        forwardSteps = computed.filter { $0 < forwardCount }
        backwardSteps = computed.filter { $0 >= forwardCount && needed.contains($0) }
        kernels = PlanKernels(plan, slots, phases: [forwardSteps, backwardSteps])
    }

    /// Computes `steps` (of `forwardSteps` or `backwardSteps`) in place.
    public func run(
        _ steps: [Int], parameters: [Double], gradients: inout [Double], values: inout [Double]
    ) throws(OperationError) {
        try run(steps[...], parameters: parameters, gradients: &gradients, values: &values)
    }

    /// Computes some of the steps in place. No step writes a parameter.
    public func run(
        _ steps: ArraySlice<Int>, parameters: [Double], gradients: inout [Double], values: inout [Double]
    ) throws(OperationError) {
        try parameters.withUnsafeBufferPointer { (parameters) throws(OperationError) in
            try gradients.withUnsafeMutableBufferPointer { (gradients) throws(OperationError) in
                try values.withUnsafeMutableBufferPointer { (values) throws(OperationError) in
                    try constants.withUnsafeBufferPointer { (constants) throws(OperationError) in
                        try run(steps) { region in
                            switch region {
                            case .parameters: UnsafeMutablePointer(mutating: parameters.baseAddress)
                            case .gradients: gradients.baseAddress
                            case .values: values.baseAddress
                            case .constants: UnsafeMutablePointer(mutating: constants.baseAddress)
                            }
                        }
                    }
                }
            }
        }
    }

    /// `base` gives the beginning of each region; nil for an empty one.
    private func run(
        _ steps: ArraySlice<Int>, base: (Region) -> UnsafeMutablePointer<Double>?
    ) throws(OperationError) {
        var failure: OperationError?
        var spare = 0.0
        withUnsafeMutablePointer(to: &spare) { spare in
            withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Double>.self, capacity: slots.count) { table in
                for (index, slot) in slots.enumerated() {
                    table[index] = base(slot.region).map { $0 + slot.offset } ?? spare
                }
                do throws(OperationError) {
                    try kernels.run(steps, UnsafePointer(table.baseAddress!))
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
    }

    /// One element of a node of this plan.
    public func element(
        _ node: Int, _ offset: Int, parameters: [Double], gradients: [Double], values: [Double]
    ) -> Double {
        let position = slots[node].offset + offset
        switch slots[node].region {
        case .parameters: return parameters[position]
        case .gradients: return gradients[position]
        case .values: return values[position]
        case .constants: return constants[position]
        }
    }

    /// The value of a node of this plan.
    public func value(_ node: Int, parameters: [Double], gradients: [Double], values: [Double]) -> Tensor {
        let slot = slots[node]
        let shape = graph.nodes[node].shape
        let range = slot.offset..<slot.offset + shape.count
        switch slot.region {
        case .parameters: return Tensor(shape, Array(parameters[range]))
        case .gradients: return Tensor(shape, Array(gradients[range]))
        case .values: return Tensor(shape, Array(values[range]))
        case .constants: return Tensor(shape, Array(constants[range]))
        }
    }
}

extension Graph {
    /// The names of the inputs among some nodes.
    fileprivate func inputNames(of some: [Int]) -> Set<String> {
        Set(
            some.compactMap { id -> String? in
                if case .input(let name) = nodes[id].source { return name }
                return nil
            })
    }
}

/// Gives every node of a plan its place in memory.
private struct Arrangement {
    var slots: [Tape.Slot] = []
    var valueCount = 0
    var constants: [Double] = []
    /// The nodes that hold the parameters' gradients.
    var gradientNodes: [Int] = []
    var trained: Set<String> = []

    /// A parameter's gradient is computed right where the optimizer reads it. Where its node cannot stand there, because
    /// it serves something else too, a copy is appended to the plan. A parameter that only steps and comparisons of the
    /// objective read has the gradient 0.
    init(
        _ plan: inout Graph, objective: Int?, _ gradients: inout [Int: Int], _ layout: ParameterLayout,
        _ frozen: Set<String>
    ) throws(OperationError) {
        for index in plan.ancestors(of: objective.map { [$0] } ?? []) where gradients[index] == nil {
            guard case .parameter(let name) = plan.nodes[index].source, !frozen.contains(name) else { continue }
            gradients[index] = plan.constant(Tensor(repeating: 0, plan.nodes[index].shape))
        }
        var fixed: [Int: Tape.Slot] = [:]
        for (index, node) in plan.nodes.enumerated() {
            guard case .parameter(let name) = node.source, let entry = layout[name] else { continue }
            fixed[index] = Tape.Slot(region: .parameters, offset: entry.offset)
            guard let gradient = gradients[index] else { continue }
            trained.insert(name)
            var base = Self.base(of: gradient, plan)
            if case .operation = plan.nodes[base].source, fixed[base] == nil {
                gradientNodes.append(gradient)
            } else {
                base = try plan.apply(Pointwise("copy", ["grad"], "grad"), [gradient])
                gradientNodes.append(base)
                gradients[index] = base
            }
            fixed[base] = Tape.Slot(region: .gradients, offset: entry.offset)
        }
        for (index, node) in plan.nodes.enumerated() {
            if let slot = fixed[index] {
                slots.append(slot)
            } else if case .constant(let value) = node.source {
                slots.append(Tape.Slot(region: .constants, offset: constants.count))
                constants += value.elements
            } else if Self.base(of: index, plan) != index {
                slots.append(slots[Self.base(of: index, plan)])
            } else {
                slots.append(Tape.Slot(region: .values, offset: valueCount))
                valueCount += node.shape.count
            }
        }
    }

    /// The node whose storage a chain of views shows.
    private static func base(of node: Int, _ plan: Graph) -> Int {
        var current = node
        while case .operation(let operation, let inputs) = plan.nodes[current].source, operation.isView {
            current = inputs[0]
        }
        return current
    }
}
