// Every optimizer's rule, in all combinations of its settings: what it reads and writes, and one element against a block.

import CKernels
import Formulas
import Learning
import Tensors
import Testing

@Suite("Rules of optimizers")
struct RuleTests {
    /// The symbols of numbers that are the same for all elements.
    private func uniforms(_ variant: Variant<Optimizer>) -> [String] {
        ["t"] + variant.member.settings.filter { if case .choice = $0.kind { false } else { true } }.map(\.name)
    }

    @Test("reads only what is known by then, and writes the parameter and every slot", arguments: rules)
    func symbols(variant: Variant<Optimizer>) {
        let rule = variant.member.rule(variant.settings)
        var known = Set(uniforms(variant) + ["w", "grad"] + rule.slots.map(\.name))
        #expect(known.count == uniforms(variant).count + 2 + rule.slots.count)
        for line in rule.lines {
            #expect(known.isSuperset(of: line.formula.symbols), "\(line.name) = \(line.formula.text())")
            known.insert(line.name)
        }
        let written = Set(rule.lines.map(\.name))
        #expect(written.contains("w"))
        // A direction is solved for before the lines, which only read it.
        let solved = rule.direction.map { _ in NewtonDirection.slot }
        #expect(written.isSuperset(of: rule.slots.map(\.name).filter { $0 != solved }))
        #expect(solved.map { !written.contains($0) && rule.slots.map(\.name) == [$0] } ?? true)
        #expect(written.isDisjoint(with: uniforms(variant) + ["grad"]))
        if let lookahead = rule.lookahead {
            #expect(Set(uniforms(variant) + ["w"] + rule.slots.map(\.name)).isSuperset(of: lookahead.symbols))
        }
    }

    @Test("gives for a block in place, bit for bit, what it gives for one element", arguments: rules)
    func blocks(variant: Variant<Optimizer>) {
        let rule = variant.member.rule(variant.settings)
        let count = 1000
        var random = Random(seed: 6)
        let varying = ["w", "grad"] + rule.slots.map(\.name)
        // Slots hold mean squares in places, so they are not negative.
        var columns = varying.indices.map { index in
            (0..<count).map { _ in index < 2 ? random.normal() : random.uniform(0, 2) }
        }
        for (index, slot) in rule.slots.enumerated() { columns[index + 2][0] = slot.initial }
        var numbers = uniforms(variant).map { $0 == "t" ? 3 : variant.settings.number($0) }

        var known = Dictionary(uniqueKeysWithValues: zip(uniforms(variant), numbers))
        let expected = (0..<count).map { element in
            for (name, column) in zip(varying, columns) { known[name] = column[element] }
            for line in rule.lines { known[line.name] = line.formula.value { known[$0] } }
            return varying.map { known[$0]! }
        }

        let outputs = varying.filter { name in rule.lines.contains { $0.name == name } }
        let program = Program(
            inputs: varying.map { .init($0, uniform: false) } + uniforms(variant).map { .init($0, uniform: true) },
            assignments: rule.lines.map { ($0.name, $0.formula) }, outputs: outputs)
        let arrays = columns.map { column in
            let array = UnsafeMutablePointer<Double>.allocate(capacity: count)
            array.initialize(from: column, count: count)
            return array
        }
        defer { for array in arrays { array.deallocate() } }
        numbers.withUnsafeMutableBufferPointer { numbers in
            let inputs =
                arrays.map { ck_input(data: $0, stride: nil) }
                + numbers.indices.map { ck_input(data: numbers.baseAddress! + $0, stride: nil) }
            let targets = outputs.map { Optional(arrays[varying.firstIndex(of: $0)!]) }
            program.run(inputs: inputs, outputs: targets, count: count)
        }
        for (index, name) in varying.enumerated() {
            let wrong = (0..<count).first { !same(arrays[index][$0], expected[$0][index]) }
            #expect(wrong == nil, "\(name)")
        }
    }

    @Test("changes the parameter against the gradient in the first step", arguments: rules)
    func direction(variant: Variant<Optimizer>) throws {
        let rule = variant.member.rule(variant.settings)
        for gradient in [2.0, -0.5] {
            var known = ["w": 0.0, "grad": gradient, "t": 1]
            for name in uniforms(variant) where name != "t" { known[name] = variant.settings.number(name) }
            for slot in rule.slots { known[slot.name] = slot.initial }
            if let direction = rule.direction {
                let hessian = try Eigen(Tensor([1, 1], [3]))
                let amounts = try direction.amounts(hessian, [gradient])
                known[NewtonDirection.slot] = direction.direction(hessian, amounts)[0]
            }
            for line in rule.lines { known[line.name] = line.formula.value { known[$0] } }
            #expect(known["w"]! * gradient < 0)
        }
    }

    @Test("settings that do not go together are refused")
    func conflicts() throws {
        let sgd = try #require(Catalog.optimizers.first { $0.name == "sgd" })
        func conflict(_ given: [String: SettingValue]) throws -> OperationError? {
            var settings = Settings(sgd.settings)
            for (name, value) in given { try settings.set(name, value) }
            return sgd.conflict(settings)
        }
        #expect(try conflict([:]) == nil)
        #expect(try conflict(["nesterov": .word("on")]) != nil)
        #expect(try conflict(["nesterov": .word("on"), "momentum": .number(0.9)]) == nil)
        #expect(try conflict(["dampening": .number(0.5), "form": .word("keras")]) != nil)
        #expect(try conflict(["dampening": .number(0.5), "momentum": .number(0.9)]) == nil)
    }

    @Test("a line that only renames is put in where it is used, but a slot is kept")
    func renaming() {
        let rule = Rule(slots: [], ["g": "grad", "w": "w" - "lr" * "g"])
        #expect(rule.lines.map(\.name) == ["w"])
        #expect(rule.lines.map(\.formula) == ["w" - "lr" * "grad"])
        let copying = Rule(slots: [.init("last")], ["w": "w" - ("grad" - "last"), "last": "grad"])
        #expect(copying.lines.map(\.name) == ["w", "last"])
    }
}
