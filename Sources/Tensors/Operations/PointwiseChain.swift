// PointwiseChain: pointwise nodes of one shape that read one another, computed in one pass over their elements.

import CKernels
import Formulas

/// The nodes of a chain in order; a single pointwise node is a chain of one.
struct PointwiseChain {
    enum Operand: Equatable {
        /// The result of an earlier link.
        case link(Int)
        /// One of the chain's inputs.
        case input(Int)
    }

    private(set) var links: [(operation: Pointwise, operands: [Operand])] = []

    mutating func append(_ operation: Pointwise, _ operands: [Operand]) { links.append((operation, operands)) }

    /// The computation of all links; its operands are the links' outputs, which all have the shape `output`, then the inputs.
    func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        // In a result of one element nothing varies; dense operands of one element then serve as well as uniform ones.
        let uniform = inputs.map { $0.count == 1 && output.count != 1 }
        let program = Program(
            inputs: uniform.enumerated().map { .init(Self.name(.input($0)), uniform: $1) },
            assignments: links.indices.map { (Self.name(.link($0)), formula(of: $0)) })
        let strides = inputs.map { $0.count == output.count || $0.count == 1 ? nil : $0.strides(broadcastTo: output) }
        let table = StrideTable(strides)
        let (count, arity, results) = (output.count, inputs.count, links.count)
        return { operands in
            withUnsafeTemporaryAllocation(of: ck_input.self, capacity: arity) { list in
                for index in 0..<arity {
                    list[index] = ck_input(data: operands[results + index], stride: table.rows[index])
                }
                withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Double>?.self, capacity: results) { outputs in
                    for index in 0..<results { outputs[index] = operands[index] }
                    program.run(
                        inputs: list.baseAddress!, outputs: outputs.baseAddress!, count: count, shape: output.axes)
                }
            }
        }
    }

    private static func name(_ operand: Operand) -> String {
        switch operand {
        case .link(let index): "result \(index)"
        case .input(let index): "input \(index)"
        }
    }

    /// A link's formula over the names of its operands.
    private func formula(of link: Int) -> Formula {
        let (operation, operands) = links[link]
        let names = Dictionary(uniqueKeysWithValues: zip(operation.symbols, operands))
        return operation.formula.substituting { names[$0].map { .symbol(Self.name($0)) } }
    }
}

/// Strides of broadcast inputs at fixed addresses, for kernels that run many times.
private final class StrideTable: @unchecked Sendable {
    // Written once in init, only read afterwards.
    let rows: [UnsafePointer<Int>?]

    init(_ strides: [[Int]?]) {
        rows = strides.map { strides in
            guard let strides else { return nil }
            let row = UnsafeMutableBufferPointer<Int>.allocate(capacity: strides.count)
            _ = row.initialize(from: strides)
            return UnsafePointer(row.baseAddress)
        }
    }

    deinit {
        for row in rows { row?.deallocate() }
    }
}
