// What the tests of formulas share: bits, special numbers, a way to run a program, and random formulas.

import CKernels
import Formulas
import Tensors

/// Equality of every bit. A NaN equals any other: which of two NaN operands a processor hands on is left to the compiler.
func same(_ a: Double, _ b: Double) -> Bool { a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) }

/// Numbers at which functions do something special.
let specialNumbers: [Double] = [
    0, -0.0, 1, -1, 0.5, -0.5, 1.5, -2.5, 2, -2, 3, -3, 0.1, 10, -7.3, 1e3, -1e3, 1e-8, -1e-8, 1e300, -1e300, 1e-300,
    .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude, .nan, .infinity, -.infinity,
]

/// An input of a program with its numbers. `strides` reads them in another order.
struct Column {
    var name: String
    var numbers: [Double]
    var isUniform = false
    var strides: [Int]?

    /// The number for the element at `position`, which is the element at `offset` of the output.
    func number(at position: [Int], offset: Int) -> Double {
        if isUniform { return numbers[0] }
        guard let strides else { return numbers[offset] }
        return numbers[zip(position, strides).reduce(0) { $0 + $1.0 * $1.1 }]
    }
}

typealias Assignments = [(name: String, formula: Formula)]

/// Runs `assignments` over `count` elements. An output named in `inPlace` is written over the input of its name.
func run(
    _ assignments: Assignments, _ columns: [Column], outputs: [String], count: Int, shape: [Int] = [],
    inPlace: Set<String> = []
) -> [[Double]] {
    let program = Program(
        inputs: columns.map { .init($0.name, uniform: $0.isUniform) }, assignments: assignments, outputs: outputs)
    func copied(_ numbers: [Double]) -> UnsafeMutablePointer<Double> {
        let pointer = UnsafeMutablePointer<Double>.allocate(capacity: max(numbers.count, 1))
        for (index, number) in numbers.enumerated() { pointer[index] = number }
        return pointer
    }
    let sources = columns.map { copied($0.numbers) }
    let strides = columns.map { column in
        column.strides.map { strides in
            let pointer = UnsafeMutablePointer<Int>.allocate(capacity: strides.count)
            pointer.initialize(from: strides, count: strides.count)
            return pointer
        }
    }
    let own = outputs.map { _ in copied([Double](repeating: -999, count: count)) }
    let targets = zip(outputs, own).map { name, own in
        inPlace.contains(name) ? sources[columns.firstIndex { $0.name == name }!] : own
    }
    defer {
        for pointer in sources + own { pointer.deallocate() }
        for pointer in strides { pointer?.deallocate() }
    }
    let inputs = zip(sources, strides).map { ck_input(data: $0, stride: $1.map { UnsafePointer($0) }) }
    program.run(inputs: inputs, outputs: targets.map { Optional($0) }, count: count, shape: shape)
    return targets.map { target in (0..<count).map { target[$0] } }
}

/// What `run` must give: the assignments one element after the other, by `value`.
func expected(
    _ assignments: Assignments, _ columns: [Column], outputs: [String], count: Int, shape: [Int] = []
) -> [[Double]] {
    var result = outputs.map { _ in [Double]() }
    for offset in 0..<count {
        let position = Shape(shape).position(of: offset)
        var known: [String: Double] = [:]
        for column in columns { known[column.name] = column.number(at: position, offset: offset) }
        for (name, formula) in assignments { known[name] = formula.value { known[$0] } }
        for (index, name) in outputs.enumerated() { result[index].append(known[name]!) }
    }
    return result
}

/// The first place where two results differ, for a message; nil where they agree in every bit.
func difference(_ a: [[Double]], _ b: [[Double]]) -> String? {
    guard a.map(\.count) == b.map(\.count) else { return "\(a.map(\.count)) and \(b.map(\.count)) elements" }
    for (row, pair) in zip(a, b).enumerated() {
        for index in pair.0.indices where !same(pair.0[index], pair.1[index]) {
            return "output \(row), element \(index): \(pair.0[index]) and \(pair.1[index])"
        }
    }
    return nil
}

/// Makes random formulas.
struct FormulaMaker {
    var random: Random
    var symbols = ["x", "y", "z"]
    var functions = Function.allCases
    /// Sums have 2 to 4 terms.
    var hasSums = true
    var numbers: [Double] = [0, 1, 2, 3, -1, -2.5, 0.5, 1e-7, 1.25e9, 0.1, -0.3]

    init(seed: UInt64) { random = Random(seed: seed) }

    mutating func pick<Element>(_ list: [Element]) -> Element { list[random.index(below: list.count)] }

    mutating func formula(depth: Int) -> Formula {
        if depth == 0 || random.index(below: 8) == 0 {
            return random.index(below: 3) == 0 ? .number(pick(numbers)) : .symbol(pick(symbols))
        }
        if hasSums, random.index(below: 10) == 0 {
            return .sum((0..<(2 + random.index(below: 3))).map { _ in formula(depth: depth - 1) })
        }
        let function = pick(functions)
        return .apply(function, (0..<function.arity).map { _ in formula(depth: depth - 1) })
    }
}
