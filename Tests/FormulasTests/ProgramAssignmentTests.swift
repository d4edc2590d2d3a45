// Programs of several assignments: order, names assigned twice, what may be stored, and where it may be written.

import Formulas
import Tensors
import Testing

@Suite("Programs of several assignments")
struct ProgramAssignmentTests {
    @Test("assignments run in order; a name assigned twice has its last value")
    func order() {
        // x = 5, y = 2: a = 6, b = 12, a = 6 - 12 = -6, c = a + x = -1.
        let assignments: Assignments = [
            ("a", "x" + 1), ("b", "a" * "y"), ("a", "a" - "b"), ("c", "a" + "x"),
        ]
        let columns = [Column(name: "x", numbers: [5]), Column(name: "y", numbers: [2], isUniform: true)]
        #expect(run(assignments, columns, outputs: ["a", "b", "c"], count: 1) == [[-6], [12], [-1]])
        let program = Program(
            inputs: [.init("x", uniform: false), .init("y", uniform: true)], assignments: assignments)
        #expect(program.outputs == ["a", "b", "c"])
    }

    @Test("an output may be an input, a constant, uniform, or the same as another", arguments: [1, 256, 300])
    func plainOutputs(count: Int) {
        let assignments: Assignments = [
            ("copy", "x"), ("seven", 7), ("scale", "u" * 3), ("twice", "x" * 2), ("again", "x" * 2), ("same", "u"),
        ]
        let numbers = (0..<count).map { Double($0) - 3 }
        let columns = [Column(name: "x", numbers: numbers), Column(name: "u", numbers: [5], isUniform: true)]
        let outputs = ["copy", "seven", "scale", "twice", "again", "same"]
        let result = run(assignments, columns, outputs: outputs, count: count)
        #expect(result[0] == numbers)
        #expect(result[1] == [Double](repeating: 7, count: count))
        #expect(result[2] == [Double](repeating: 15, count: count))
        #expect(result[3] == numbers.map { 2 * $0 })
        #expect(result[4] == result[3])
        #expect(result[5] == [Double](repeating: 5, count: count))
    }

    @Test("no elements: nothing is written") func empty() {
        #expect(run([("a", "x" + 1)], [Column(name: "x", numbers: [])], outputs: ["a"], count: 0) == [[]])
    }

    @Test("many stored values and long chains need more registers than fit the stack", arguments: [40, 49, 60, 200])
    func manyRegisters(size: Int) {
        // All a_i stay alive until the last line reads them, from the last to the first.
        var assignments: Assignments = (0..<size).map { ("a\($0)", "x" * .number(Double($0)) + "y") }
        assignments.append(("total", .sum((0..<size).reversed().map { .symbol("a\($0)") })))
        var nested: Formula = "x"
        for index in 0..<size { nested = ("x" - .number(Double(index))) * (.number(0.5) + nested) }
        assignments.append(("nested", nested))
        let numbers = (0..<257).map { Double($0) / 128 }
        let columns = [Column(name: "x", numbers: numbers), Column(name: "y", numbers: [0.25], isUniform: true)]
        for outputs in [["total", "nested"], (0..<size).map { "a\($0)" } + ["total"]] {
            let result = run(assignments, columns, outputs: outputs, count: 257)
            #expect(difference(result, expected(assignments, columns, outputs: outputs, count: 257)) == nil)
        }
    }

    /// A random program over `w`, `m` (which vary) and `lr` (which does not), as an optimizer's rule has them.
    private func randomAssignments(_ maker: inout FormulaMaker, _ count: Int) -> Assignments {
        maker.symbols = ["w", "m", "lr"]
        var result: Assignments = []
        for _ in 0..<count {
            let name = maker.pick(["w", "m", "lr", "a", "b", "c", "d"])
            let isAlias = maker.random.index(below: 6) == 0
            result.append((name, maker.formula(depth: isAlias ? 0 : 3)))
            if !maker.symbols.contains(name) { maker.symbols.append(name) }
        }
        return result
    }

    private func columns(_ random: inout Random, _ count: Int) -> [Column] {
        func numbers(_ count: Int) -> [Double] { (0..<count).map { _ in 2 * random.normal() } }
        return [
            Column(name: "w", numbers: numbers(count)), Column(name: "m", numbers: numbers(count)),
            Column(name: "lr", numbers: numbers(1), isUniform: true),
        ]
    }

    @Test("random programs agree with one element after the other", arguments: 0..<300)
    func random(seed: Int) {
        var maker = FormulaMaker(seed: UInt64(seed))
        let assignments = randomAssignments(&maker, 1 + maker.random.index(below: 14))
        let count = [1, 255, 256, 257, 600][maker.random.index(below: 5)]
        let columns = columns(&maker.random, count)
        var outputs: [String] = []
        for (name, _) in assignments where !outputs.contains(name) { outputs.append(name) }
        outputs = outputs.filter { _ in maker.random.index(below: 3) > 0 }
        let known = expected(assignments, columns, outputs: outputs, count: count)
        #expect(difference(run(assignments, columns, outputs: outputs, count: count), known) == nil)
        let inPlace = Set(["w", "m"]).intersection(outputs)
        let updated = run(assignments, columns, outputs: outputs, count: count, inPlace: inPlace)
        #expect(difference(updated, known) == nil, "in place")
    }

    /// So many elements are computed by several threads.
    @Test("many elements, read with and without strides, agree with one after the other") func manyElements() {
        let shape = [131, 127]
        let count = 131 * 127
        var random = Random(seed: 6)
        var columns = columns(&random, count)
        columns.append(Column(name: "bias", numbers: (0..<127).map { _ in random.normal() }, strides: [0, 1]))
        columns.append(Column(name: "turned", numbers: columns[0].numbers, strides: [1, 131]))
        let assignments: Assignments = [("m", 0.9 * "m" + .tanh("w" + "bias")), ("w", "turned" / "lr" - "m")]
        let known = expected(assignments, columns, outputs: ["m", "w"], count: count, shape: shape)
        let result = run(assignments, columns, outputs: ["m", "w"], count: count, shape: shape, inPlace: ["m", "w"])
        #expect(difference(result, known) == nil)
    }

    @Test("two values can change places in place", arguments: [1, 300])
    func swap(count: Int) {
        let assignments: Assignments = [("before", "w"), ("w", "m"), ("m", "before")]
        var random = Random(seed: 5)
        let columns = columns(&random, count)
        let result = run(assignments, columns, outputs: ["w", "m"], count: count, inPlace: ["w", "m"])
        #expect(result == [columns[1].numbers, columns[0].numbers])
    }

    @Test("an update in place gives what an update elsewhere gives", arguments: [1, 256, 257, 1000])
    func inPlace(count: Int) {
        // Momentum: m <- 0.9 m + w/2, w <- w - lr m.
        let assignments: Assignments = [
            ("g", "w" / 2), ("m", 0.9 * "m" + "g"), ("w", "w" - "lr" * "m"), ("length", .abs("w") + .abs("m")),
        ]
        var random = Random(seed: 3)
        let columns = columns(&random, count)
        let outputs = ["w", "m", "length"]
        let result = run(assignments, columns, outputs: outputs, count: count, inPlace: ["w", "m"])
        #expect(difference(result, expected(assignments, columns, outputs: outputs, count: count)) == nil)
    }

    @Test("an update in place may keep the old value", arguments: [1, 300])
    func inPlaceWithOldValue(count: Int) {
        let assignments: Assignments = [("before", "w"), ("w", "w" + 1), ("m", "before" * 2)]
        var random = Random(seed: 4)
        let columns = columns(&random, count)
        let outputs = ["w", "m", "before"]
        let result = run(assignments, columns, outputs: outputs, count: count, inPlace: ["w", "m"])
        #expect(difference(result, expected(assignments, columns, outputs: outputs, count: count)) == nil)
    }
}
