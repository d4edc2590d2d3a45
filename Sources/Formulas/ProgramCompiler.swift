// Turns assignments into instructions: shares equal subexpressions, lifts what does not vary out of the loop over
// elements, and reuses registers.

import CKernels

/// Works in two passes: formulas become numbered values (each an instruction over earlier values), then values get
/// registers: inputs, constants, uniform results, and last the varying ones, reused after their last use.
struct ProgramCompiler {
    struct Listing {
        var code: [ck_instruction] = []
        var constants: [Double] = []
        var outputs: [UInt16] = []
        var uniformCode = 0
        var uniformRegisters = 0
        var registers = 0
    }

    private enum Source: Hashable {
        case input(Int)
        case constant(UInt64)
        case instruction(UInt32, [Int])
    }

    private struct Value {
        let source: Source
        let uniform: Bool
    }

    private var values: [Value] = []
    private var known: [Source: Int] = [:]
    private var current: [String: Int] = [:]

    private let inputs: [Program.Input]

    init(inputs: [Program.Input]) {
        self.inputs = inputs
        for (index, input) in inputs.enumerated() { current[input.name] = add(.input(index), uniform: input.uniform) }
    }

    private mutating func add(_ source: Source, uniform: Bool) -> Int {
        if let index = known[source] { return index }
        values.append(Value(source: source, uniform: uniform))
        known[source] = values.count - 1
        return values.count - 1
    }

    private mutating func instruction(_ op: ck_op, _ operands: [Int]) -> Int {
        add(.instruction(op.rawValue, operands), uniform: operands.allSatisfy { values[$0].uniform })
    }

    mutating func assign(_ name: String, _ formula: Formula) {
        current[name] = value(of: formula)
    }

    private mutating func value(of formula: Formula) -> Int {
        switch formula {
        case .number(let number): return add(.constant(number.bitPattern), uniform: true)
        case .symbol(let name):
            guard let index = current[name] else { preconditionFailure("formula reads \(name), which has no value") }
            return index
        case .sum(let terms):
            let zero = add(.constant(Double(0).bitPattern), uniform: true)
            return terms.reduce(zero) { sum, term in
                let term = value(of: term)
                return instruction(CK_ADD, [sum, term])
            }
        case .apply(.power, let operands) where operands[1] == 2:
            return instruction(CK_SQUARE, [value(of: operands[0])])
        case .apply(let function, let operands):
            let operands = operands.map { value(of: $0) }
            if operands.count <= function.arity { return instruction(function.code, operands) }
            return operands.dropFirst().reduce(operands[0]) { instruction(function.code, [$0, $1]) }
        }
    }

    /// Assigns registers and lists the instructions.
    mutating func finish(outputs: [String]) -> Listing {
        var listing = Listing()
        let outputValues = storedValues(outputs)
        var register = [Int](repeating: -1, count: values.count)
        placeUniform(&register, &listing)
        placeVarying(&register, &listing, outputValues)
        return listing
    }

    /// The value that each output stores. Every output has a varying value of its own: one that is uniform, an input, or
    /// another output's as well is copied at the end; so is one that would be written over an input of the same name, in
    /// place, before that input was read for the last time.
    private mutating func storedValues(_ outputs: [String]) -> [Int] {
        var stored = outputs.map { current[$0]! }
        for (position, index) in stored.enumerated() {
            if case .input = values[index].source, !values[index].uniform { stored[position] = appendCopy(of: index) }
        }
        var taken: Set<Int> = []
        let needsCopy = zip(outputs, stored).map { name, index in
            let isOwn = !values[index].uniform && taken.insert(index).inserted
            return !isOwn || isReadLater(name, than: index)
        }
        return zip(stored, needsCopy).map { $1 ? appendCopy(of: $0) : $0 }
    }

    private mutating func appendCopy(of index: Int) -> Int {
        values.append(Value(source: .instruction(CK_COPY.rawValue, [index]), uniform: false))
        return values.count - 1
    }

    /// Whether the input called `name` is read after the value at `index` was computed.
    private func isReadLater(_ name: String, than index: Int) -> Bool {
        guard let input = inputs.firstIndex(where: { $0.name == name }) else { return false }
        return values[(index + 1)...].contains { value in
            guard case .instruction(_, let operands) = value.source else { return false }
            return operands.contains { values[$0].source == .input(input) }
        }
    }

    private func placeUniform(_ register: inout [Int], _ listing: inout Listing) {
        var next = 0
        for (index, value) in values.enumerated() {
            if case .input(let input) = value.source {
                register[index] = input
                next = max(next, input + 1)
            }
        }
        for (index, value) in values.enumerated() {
            if case .constant(let bits) = value.source {
                register[index] = next
                listing.constants.append(Double(bitPattern: bits))
                next += 1
            }
        }
        for (index, value) in values.enumerated() where value.uniform {
            if case .instruction(let op, let operands) = value.source {
                register[index] = next
                listing.code.append(encoded(op, next, operands, register))
                next += 1
            }
        }
        listing.uniformCode = listing.code.count
        listing.uniformRegisters = next
    }

    private func placeVarying(_ register: inout [Int], _ listing: inout Listing, _ outputValues: [Int]) {
        var lastUse = [Int](repeating: -1, count: values.count)
        for (index, value) in values.enumerated() {
            if case .instruction(_, let operands) = value.source {
                for operand in operands { lastUse[operand] = index }
            }
        }
        for index in outputValues { lastUse[index] = .max }
        var free: [Int] = []
        var next = listing.uniformRegisters
        func takeRegister() -> Int {
            defer { next += 1 }
            return next
        }
        for (index, value) in values.enumerated() where !value.uniform {
            guard case .instruction(let op, let operands) = value.source else { continue }
            if lastUse[index] < 0 { continue }  // an assigned name that nobody reads or stores
            // An output's register points into its array for the whole run, so it must be nobody else's.
            register[index] = outputValues.contains(index) ? takeRegister() : free.popLast() ?? takeRegister()
            listing.code.append(encoded(op, register[index], operands, register))
            for operand in Set(operands) where lastUse[operand] == index {
                if case .instruction = values[operand].source, !values[operand].uniform {
                    free.append(register[operand])
                }
            }
        }
        listing.outputs = outputValues.map { UInt16(register[$0]) }
        listing.registers = next
    }

    private func encoded(_ op: UInt32, _ out: Int, _ operands: [Int], _ register: [Int]) -> ck_instruction {
        let r = operands.map { UInt16(register[$0]) }
        return ck_instruction(
            op: UInt16(op), out: UInt16(out), a: r[0], b: r.count > 1 ? r[1] : r[0], c: r.count > 2 ? r[2] : r[0])
    }
}
