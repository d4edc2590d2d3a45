// ChosenOptimizer: an optimizer with its settings, compiled.

import CKernels
import Formulas
import Learning
import Tensors

/// Sessions share it: each step reads it several times, and copying a reference is cheap.
final class ChosenOptimizer: Sendable {
    let member: Optimizer
    let settings: Settings
    /// The optimizer's own rate, on which a schedule is based.
    let rate: Double
    let rule: Rule
    private let update: Program
    private let lookahead: Program?
    /// The uniform inputs of the programs by position; `t` and `lr` are put in at each update.
    private let uniform: [Double]
    private let timeIndex: Int?
    /// The slots that the lines write, by position; one that is solved for before is only read.
    private let writtenSlots: [Int]
    private let rateIndex: Int?

    init(_ member: Optimizer, _ settings: Settings) throws(OperationError) {
        if let conflict = member.conflict(settings) { throw conflict }
        self.member = member
        self.settings = settings
        rule = member.rule(settings)
        let slots = rule.slots.map(\.name)
        let varying = ["w", "grad"] + slots
        let formulas = rule.lines.map(\.formula) + (rule.lookahead.map { [$0] } ?? [])
        let locals = Set(rule.lines.map(\.name))
        var names: [String] = []
        for name in formulas.flatMap(\.symbols) where !varying.contains(name) && !locals.contains(name) {
            if !names.contains(name) { names.append(name) }
        }
        let inputs = varying.map { Program.Input($0, uniform: false) } + names.map { Program.Input($0, uniform: true) }
        update = Program(
            inputs: inputs, assignments: rule.lines.map { ($0.name, $0.formula) },
            outputs: slots.filter { locals.contains($0) } + ["w"])
        writtenSlots = slots.indices.filter { locals.contains(slots[$0]) }
        lookahead = rule.lookahead.map { Program(inputs: inputs, $0) }
        timeIndex = names.firstIndex(of: "t")
        rateIndex = names.firstIndex(of: "lr")
        uniform = names.map { settings.number($0) }
        rate = settings.number("lr")
    }

    /// The same optimizer with another rate of its own; its slots stay valid.
    func withRate(_ rate: Double) throws(OperationError) -> ChosenOptimizer {
        var changed = settings
        try changed.set("lr", .number(rate))
        return try ChosenOptimizer(member, changed)
    }

    /// The name with its rate and what else was set by hand.
    var label: String {
        let others = settings.declared.map(\.name).filter { $0 != "lr" && settings.given[$0] != nil }
        let keys = (["lr"] + others).map { "\($0)=\(settings[$0]?.text() ?? "")" }
        return "\(member.name) \(keys.joined(separator: " "))"
    }

    /// The slots' first values for `count` parameter elements.
    func initialSlots(_ count: Int) -> [Double] {
        rule.slots.flatMap { [Double](repeating: $0.initial, count: count) }
    }

    /// Updates the elements in `range`; `time` is the number of the update, from 1, and `rate` its learning rate.
    func update(
        _ range: Range<Int>, parameters: inout [Double], gradients: [Double], slots: inout [Double], time: Int,
        rate: Double
    ) {
        let count = parameters.count
        parameters.withUnsafeMutableBufferPointer { w in
            gradients.withUnsafeBufferPointer { gradient in
                slots.withUnsafeMutableBufferPointer { slots in
                    guard let w = w.baseAddress.map({ $0 + range.lowerBound }),
                        let gradient = gradient.baseAddress.map({ $0 + range.lowerBound })
                    else { return }
                    let firstSlot = slots.baseAddress.map { $0 + range.lowerBound }
                    let arrays = Arrays(w: w, gradient: gradient, slots: firstSlot, slotLength: count)
                    withUnsafeTemporaryAllocation(
                        of: UnsafeMutablePointer<Double>?.self, capacity: writtenSlots.count + 1
                    ) { outputs in
                        for (index, slot) in writtenSlots.enumerated() {
                            outputs[index] = firstSlot.map { $0 + slot * count }
                        }
                        outputs[writtenSlots.count] = w
                        run(update, arrays, outputs.baseAddress!, range.count, time, rate)
                    }
                }
            }
        }
    }

    /// The point at which the gradient is taken, when it is not at the parameters; `time` and `rate` as in `update`.
    func lookahead(parameters: [Double], slots: [Double], time: Int, rate: Double) -> [Double]? {
        guard let lookahead else { return nil }
        let count = parameters.count
        return [Double](unsafeUninitializedCapacity: count) { result, initialized in
            parameters.withUnsafeBufferPointer { w in
                slots.withUnsafeBufferPointer { slots in
                    guard count > 0, let w = w.baseAddress else { return }
                    let arrays = Arrays(w: w, gradient: w, slots: slots.baseAddress, slotLength: count)
                    var output = result.baseAddress
                    run(lookahead, arrays, &output, count, time, rate)
                }
            }
            initialized = count
        }
    }

    /// What a program reads: the parameters, their gradients, and the slots, `slotLength` elements apart.
    private struct Arrays {
        let w: UnsafePointer<Double>
        let gradient: UnsafePointer<Double>
        let slots: UnsafePointer<Double>?
        let slotLength: Int

        func slot(_ index: Int) -> UnsafePointer<Double>? { slots.map { $0 + index * slotLength } }
    }

    private func run(
        _ program: Program, _ arrays: Arrays, _ outputs: UnsafeMutablePointer<UnsafeMutablePointer<Double>?>,
        _ count: Int, _ time: Int, _ rate: Double
    ) {
        let (varying, total) = (2 + rule.slots.count, 2 + rule.slots.count + uniform.count)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: uniform.count) { numbers in
            for index in uniform.indices { numbers[index] = uniform[index] }
            if let timeIndex { numbers[timeIndex] = Double(time) }
            if let rateIndex { numbers[rateIndex] = rate }
            withUnsafeTemporaryAllocation(of: ck_input.self, capacity: total) { inputs in
                inputs[0] = ck_input(data: arrays.w, stride: nil)
                inputs[1] = ck_input(data: arrays.gradient, stride: nil)
                for slot in rule.slots.indices { inputs[2 + slot] = ck_input(data: arrays.slot(slot), stride: nil) }
                for index in uniform.indices {
                    inputs[varying + index] = ck_input(data: numbers.baseAddress! + index, stride: nil)
                }
                program.run(inputs: inputs.baseAddress!, outputs: outputs, count: count)
            }
        }
    }
}
