// Every function of formulas: its value against the C library, and a compiled program against the value.

import Formulas
import Glibc
import Tensors
import Testing

@Suite("Functions of formulas")
struct ProgramFunctionTests {
    /// The functions once more, from the C library and Swift's operators. A NaN in a condition counts as true.
    private func reference(_ function: Function, _ a: Double, _ b: Double, _ c: Double) -> Double {
        func truth(_ condition: Bool) -> Double { condition ? 1 : 0 }
        switch function {
        case .add: return a + b
        case .subtract: return a - b
        case .multiply: return a * b
        case .divide: return a / b
        case .power: return pow(a, b)
        case .less: return truth(a < b)
        case .lessOrEqual: return truth(a <= b)
        case .greater: return truth(a > b)
        case .greaterOrEqual: return truth(a >= b)
        case .equal: return truth(a == b)
        case .notEqual: return truth(a != b)
        case .and: return truth(a != 0 && b != 0)
        case .or: return truth(a != 0 || b != 0)
        case .not: return truth(a == 0)
        case .negate: return -a
        case .exp: return exp(a)
        case .log: return log(a)
        case .sqrt: return sqrt(a)
        case .abs: return fabs(a)
        case .sin: return sin(a)
        case .cos: return cos(a)
        case .tanh: return tanh(a)
        case .sigmoid: return 1 / (1 + exp(-a))
        case .erf: return erf(a)
        case .sign: return a.isNaN ? .nan : truth(a > 0) - truth(a < 0)
        case .floor: return a.rounded(.down)
        case .max: return a.isNaN || b.isNaN ? .nan : (a > b ? a : b)
        case .min: return a.isNaN || b.isNaN ? .nan : (a < b ? a : b)
        case .choose: return a != 0 ? b : c
        }
    }

    private static let names = ["a", "b", "c"]

    /// All tuples of special numbers, as one column for each operand.
    private func grid(_ arity: Int) -> [[Double]] {
        let size = specialNumbers.count
        let count = (0..<arity).reduce(1) { product, _ in product * size }
        return (0..<arity).map { operand in
            let period = (0..<operand).reduce(1) { product, _ in product * size }
            return (0..<count).map { specialNumbers[$0 / period % size] }
        }
    }

    private func applied(_ function: Function) -> Formula {
        .apply(function, Self.names.prefix(function.arity).map { .symbol($0) })
    }

    @Test("the value is the C library's", arguments: Function.allCases)
    func value(function: Function) {
        let columns = grid(function.arity)
        let formula = applied(function)
        for index in columns[0].indices {
            let operands = columns.map { $0[index] } + [0, 0]
            let value = formula.value { name in Self.names.firstIndex(of: name).map { operands[$0] } }
            let expected = reference(function, operands[0], operands[1], operands[2])
            // A square is one product, which is exact to the last bit; the library's power may be off by one.
            let isClose = function == .power && (value - expected).magnitude <= 4e-16 * expected.magnitude
            guard value == expected || (value.isNaN && expected.isNaN) || isClose else {
                Issue.record("\(function)(\(operands)) is \(value), not \(expected)")
                return
            }
        }
    }

    @Test("a symbol without a value is NaN") func missing() {
        #expect(Formula.symbol("nobody").value { _ in nil }.isNaN)
    }

    @Test("value and program agree over all special numbers", arguments: Function.allCases)
    func specials(function: Function) {
        let columns = zip(Self.names, grid(function.arity)).map { Column(name: $0, numbers: $1) }
        let count = columns[0].numbers.count
        let assignments: Assignments = [("result", applied(function))]
        #expect(
            difference(
                run(assignments, columns, outputs: ["result"], count: count),
                expected(assignments, columns, outputs: ["result"], count: count)) == nil)
    }

    /// Dividends whose quotient by `divisor` lies as near to the middle between two numbers as any can: with the divisor's
    /// significand b an odd whole number, those a for which 2^e·a is 1 more or less than a multiple of b.
    private func hardDividends(for divisor: Double) -> [Double] {
        guard divisor.isNormal else { return [] }
        var odd = divisor.significandBitPattern | 1 << 52
        odd >>= odd.trailingZeroBitCount
        var (power, found): (UInt64, [Double]) = (1 % odd, [])  // 2^-e modulo b
        for _ in 1...64 {
            power = power % 2 == 0 ? power / 2 : (power + odd) / 2
            found += [Double(power), Double(odd - power)]
        }
        return found
    }

    /// Dividends for one divisor: ordinary numbers, zeros, multiples of the divisor and their neighbors, and such whose quotients are
    /// hard to round; in the end any bits at all.
    private func dividends(for divisor: Double, _ random: inout Random) -> [Double] {
        let easy = (0..<256).map { index in
            let number = random.normal() * exp(20 * random.normal())
            let multiple = number * divisor
            if index < 16 { return index % 2 == 0 ? 0 : number }
            if index == 100 { return -0.0 }
            return index < 128 ? number : [multiple, multiple.nextUp, multiple.nextDown][index % 3]
        }
        return easy + hardDividends(for: divisor) + (0..<50).map { _ in Double(bitPattern: random.bits()) }
    }

    @Test("dividing many numbers by one gives the bits of as many divisions") func divisionByOne() {
        var random = Random(seed: 3)
        let ordinary = (0..<1500).map { _ in random.normal() * exp(5 * random.normal()) }
        let optimizers = (1...200).flatMap { [1 - pow(0.9, Double($0)), 1 - pow(0.999, Double($0))] }
        let closeToTwo = (1...100).map { 2 - Double($0) * 0x1p-52 }
        let anything = (0..<500).map { _ in Double(bitPattern: random.bits()) }
        for divisor in ordinary + optimizers + closeToTwo + anything + specialNumbers {
            let numbers = dividends(for: divisor, &random)
            let columns = [
                Column(name: "a", numbers: numbers), Column(name: "b", numbers: [divisor], isUniform: true),
            ]
            let quotients = run([("q", applied(.divide))], columns, outputs: ["q"], count: numbers.count)[0]
            let wrong = zip(quotients, numbers).first { !same($0, $1 / divisor) }
            if let wrong {
                Issue.record("\(wrong.1) / \(divisor) is \(wrong.1 / divisor), not \(wrong.0)")
                return
            }
        }
    }

    /// A way to read an operand: one number for all, in order, or by strides in a shape of so many elements.
    private enum Reading: CaseIterable { case dense, uniform, repeatedRow, repeatedColumn, transposed }

    private static let pool = {
        var random = Random(seed: 1)
        return (0..<4000).map { _ in
            random.index(below: 4) == 0
                ? specialNumbers[random.index(below: specialNumbers.count)] : 3 * random.normal()
        }
    }()

    private func column(_ name: String, _ reading: Reading, _ shape: [Int], from start: Int) -> Column {
        let numbers = Array(Self.pool[start..<start + 1000])
        switch reading {
        case .dense: return Column(name: name, numbers: numbers)
        case .uniform: return Column(name: name, numbers: [numbers[0]], isUniform: true)
        case .repeatedRow: return Column(name: name, numbers: numbers, strides: [0, 0, 1])
        case .repeatedColumn: return Column(name: name, numbers: numbers, strides: [shape[1], 1, 0])
        case .transposed: return Column(name: name, numbers: numbers, strides: [1, shape[0], shape[0] * shape[1]])
        }
    }

    private static let shapes = [
        [1, 1, 1], [3, 5, 17], [4, 8, 8], [1, 257, 1], [257, 1, 1], [1, 1, 257], [5, 8, 25],
    ]

    @Test(
        "value and program agree however operands are read, 1, 255, 256, 257 and 1000 elements",
        arguments: Function.allCases, shapes)
    func readings(function: Function, shape: [Int]) {
        let count = shape.reduce(1, *)
        let assignments: Assignments = [("result", applied(function))]
        let ways = Reading.allCases.count
        // All pairs of readings for the first two operands; every third has another one at each pair.
        for pattern in 0..<(function.arity == 1 ? ways : ways * ways) {
            let readings = [pattern % ways, pattern / ways, (pattern + pattern / ways) % ways]
            let columns = (0..<function.arity).map { operand in
                column(
                    Self.names[operand], Reading.allCases[readings[operand]], shape, from: pattern * 29 + operand * 1000
                )
            }
            let found = difference(
                run(assignments, columns, outputs: ["result"], count: count, shape: shape),
                expected(assignments, columns, outputs: ["result"], count: count, shape: shape))
            if let found {
                Issue.record("\(function) over \(shape), reading \(pattern): \(found)")
                return
            }
        }
    }
}
