// Turns assignments into instructions: shares equal subexpressions, lifts what does not vary out of the loop over
// elements, hands results to the next instruction where it can, and reuses registers.

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
        if op == CK_DIV, values[operands[1]].uniform, !values[operands[0]].uniform {
            let one = add(.constant(Double(1).bitPattern), uniform: true)
            return instruction(CK_DIV_BY, operands + [instruction(CK_DIV, [one, operands[1]])])
        }
        return add(.instruction(op.rawValue, operands), uniform: operands.allSatisfy { values[$0].uniform })
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
                listing.code.append(encoded(ck_op(op), next, operands, register))
                next += 1
            }
        }
        listing.uniformCode = listing.code.count
        listing.uniformRegisters = next
    }

    private func placeVarying(_ register: inout [Int], _ listing: inout Listing, _ outputValues: [Int]) {
        var uses = [[Int]](repeating: [], count: values.count)
        for (index, value) in values.enumerated() {
            if case .instruction(_, let operands) = value.source {
                for operand in operands { uses[operand].append(index) }
            }
        }
        // An assigned name that nobody reads or stores is not computed.
        let computed = values.indices.filter { index in
            guard case .instruction = values[index].source else { return false }
            return !values[index].uniform && (!uses[index].isEmpty || outputValues.contains(index))
        }
        var free: [Int] = []
        var next = listing.uniformRegisters
        func takeRegister() -> Int {
            defer { next += 1 }
            return next
        }
        for (position, index) in computed.enumerated() {
            guard case .instruction(_, let operands) = values[index].source else { continue }
            let before = position > 0 ? computed[position - 1] : nil
            let following = position + 1 < computed.count ? computed[position + 1] : nil
            if outputValues.contains(index) {
                // An output's register points into its array for the whole run, so it must be nobody else's.
                register[index] = takeRegister()
            } else if let following, uses[index] == [following], order(following, after: index).operands[0] == index {
                register[index] = Int(CK_KEPT)
            } else {
                register[index] = free.popLast() ?? takeRegister()
            }
            let ordered = order(index, after: before)
            listing.code.append(encoded(ordered.op, register[index], ordered.operands, register))
            if ordered.operands[0] == before { listing.code[listing.code.count - 1].a = UInt16(CK_KEPT) }
            for operand in Set(operands) where uses[operand].last == index && !outputValues.contains(operand) {
                if case .instruction = values[operand].source, !values[operand].uniform,
                    register[operand] != Int(CK_KEPT)
                {
                    free.append(register[operand])
                }
            }
        }
        listing.outputs = outputValues.map { UInt16(register[$0]) }
        listing.registers = next
    }

    /// The operation and operands of the instruction at `index`, with the value `before` as the first operand where the
    /// operation has a form for that.
    private func order(_ index: Int, after before: Int?) -> (op: ck_op, operands: [Int]) {
        guard case .instruction(let code, let operands) = values[index].source else { preconditionFailure() }
        let op = ck_op(code)
        guard operands.count == 2, operands[1] == before, operands[0] != before, let reverse = reverse(op) else {
            return (op, operands)
        }
        return (reverse, [operands[1], operands[0]])
    }

    /// The operation that gives the same with its operands exchanged.
    private func reverse(_ op: ck_op) -> ck_op? {
        switch op {
        case CK_ADD, CK_MUL, CK_EQ, CK_NE, CK_AND, CK_OR: op
        case CK_SUB: CK_RSUB
        case CK_DIV: CK_RDIV
        case CK_LT: CK_GT
        case CK_LE: CK_GE
        case CK_GT: CK_LT
        case CK_GE: CK_LE
        default: nil
        }
    }

    private func encoded(_ op: ck_op, _ out: Int, _ operands: [Int], _ register: [Int]) -> ck_instruction {
        let r = operands.map { UInt16(register[$0]) } + [0, 0]
        return ck_instruction(op: UInt16(op.rawValue), out: UInt16(out), a: r[0], b: r[1], c: r[2])
    }
}
