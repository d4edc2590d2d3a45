// Formulas compiled to a register program that the kernels run over blocks of elements.

import CKernels

/// One or more assignments over named scalars, compiled.
///
/// Assignments are executed in order: a name that was assigned stands for its new value afterwards. Equal
/// subexpressions are computed once; what is the same for all elements is computed once a run.
public final class Program: Sendable {
    /// An input: a name, and whether it has one value for all elements.
    public struct Input: Hashable, Sendable {
        public let name: String
        public let uniform: Bool
        public init(_ name: String, uniform: Bool) {
            self.name = name
            self.uniform = uniform
        }
    }

    public let inputs: [Input]
    /// The names whose values a run stores, in order.
    public let outputs: [String]
    private let code: [ck_instruction]
    private let constants: [Double]
    private let outputRegisters: [UInt16]
    private let uniformInputs: [UInt8]
    private let uniformCode: Int
    private let uniformRegisters: Int
    private let registers: Int

    /// Compiles `assignments`. A symbol that is neither an input nor assigned before is a programmer's mistake.
    /// `outputs` are the assigned names to store; by default all of them.
    public init(inputs: [Input], assignments: [(name: String, formula: Formula)], outputs: [String]? = nil) {
        self.inputs = inputs
        var names: [String] = []
        for assignment in assignments where !names.contains(assignment.name) { names.append(assignment.name) }
        self.outputs = outputs ?? names
        var compiler = ProgramCompiler(inputs: inputs)
        for (name, formula) in assignments { compiler.assign(name, formula) }
        let listing = compiler.finish(outputs: self.outputs)
        code = listing.code
        constants = listing.constants
        outputRegisters = listing.outputs
        uniformInputs = inputs.map { $0.uniform ? 1 : 0 }
        uniformCode = listing.uniformCode
        uniformRegisters = listing.uniformRegisters
        registers = listing.registers
    }

    /// A single formula whose result is stored.
    public convenience init(inputs: [Input], _ formula: Formula) {
        self.init(inputs: inputs, assignments: [("result", formula)])
    }

    /// Runs over `count` elements. `shape` is needed only by inputs that have strides. Arrays must be long enough.
    public func run(
        inputs: UnsafePointer<ck_input>, outputs: UnsafePointer<UnsafeMutablePointer<Double>?>, count: Int,
        shape: [Int] = []
    ) {
        code.withUnsafeBufferPointer { code in
            constants.withUnsafeBufferPointer { constants in
                outputRegisters.withUnsafeBufferPointer { outputRegisters in
                    uniformInputs.withUnsafeBufferPointer { uniform in
                        var program = ck_program(
                            code: code.baseAddress, constants: constants.baseAddress,
                            outputs: outputRegisters.baseAddress, uniform: uniform.baseAddress,
                            inputs: Int32(uniform.count), constant_count: Int32(constants.count),
                            output_count: Int32(outputRegisters.count), uniform_code: Int32(uniformCode),
                            code_count: Int32(code.count), uniform_registers: Int32(uniformRegisters),
                            registers: Int32(registers))
                        let status = ck_run(
                            &program, inputs, outputs, count, shape, Int32(shape.count), Processors.threads)
                        precondition(status == 0, "out of memory")
                    }
                }
            }
        }
    }
}
