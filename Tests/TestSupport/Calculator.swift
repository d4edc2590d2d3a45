// Calculator: evaluates the numbers of an explanation; its own small parser, independent of the program's.

import Glibc

/// Reads `+ - * / ^`, comparisons, `where(c, a, b)` and the usual functions over plain numbers.
public struct Calculator {
    /// A value, and the sum of the magnitudes of the terms that it was added up from.
    public struct Result {
        public var value: Double
        public var magnitude: Double
    }

    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    private let text: [Character]
    private var position = 0

    public static func evaluate(_ text: String) throws -> Result {
        var calculator = Calculator(text: Array(text))
        let result = try calculator.comparison()
        calculator.skipBlanks()
        guard calculator.position == calculator.text.count else {
            throw Failure(description: "\(text): not understood from place \(calculator.position)")
        }
        return result
    }

    private init(text: [Character]) { self.text = text }

    private mutating func skipBlanks() {
        while position < text.count, text[position] == " " { position += 1 }
    }

    private mutating func take(_ symbol: String) -> Bool {
        skipBlanks()
        guard text[position...].starts(with: symbol) else { return false }
        position += symbol.count
        return true
    }

    private mutating func comparison() throws -> Result {
        var left = try sum()
        // As in the language, several in a row are worked out from the left.
        while let (_, holds) = Self.comparisons.first(where: { take($0.0) }) {
            let value: Double = holds(left.value, try sum().value) ? 1 : 0
            left = Result(value: value, magnitude: value)
        }
        return left
    }

    private static let comparisons: [(String, @Sendable (Double, Double) -> Bool)] = [
        ("<=", { $0 <= $1 }), (">=", { $0 >= $1 }), ("==", { $0 == $1 }), ("!=", { $0 != $1 }), ("<", { $0 < $1 }),
        (">", { $0 > $1 }),
    ]

    private mutating func sum() throws -> Result {
        var result = try product()
        while true {
            let isMinus = take("-")
            guard isMinus || take("+") else { return result }
            let term = try product()
            result.value += isMinus ? -term.value : term.value
            result.magnitude += term.magnitude
        }
    }

    private mutating func product() throws -> Result {
        var result = try signed()
        while true {
            if take("*") {
                let factor = try signed()
                result = Result(value: result.value * factor.value, magnitude: result.magnitude * factor.magnitude)
            } else if take("/") {
                let divisor = try signed()
                result = Result(
                    value: result.value / divisor.value, magnitude: result.magnitude / divisor.value.magnitude)
            } else {
                return result
            }
        }
    }

    private mutating func signed() throws -> Result {
        if take("-") {
            let operand = try signed()
            return Result(value: -operand.value, magnitude: operand.magnitude)
        }
        return try power()
    }

    private mutating func power() throws -> Result {
        let base = try primary()
        guard take("^") else { return base }
        let exponent = try signed()
        let value = pow(base.value, exponent.value)
        return Result(value: value, magnitude: max(value.magnitude, pow(base.magnitude, exponent.value)))
    }

    private mutating func primary() throws -> Result {
        if take("(") {
            let inner = try comparison()
            guard take(")") else { throw Failure(description: "a bracket is open") }
            return inner
        }
        skipBlanks()
        let start = position
        while position < text.count, text[position].isLetter || text[position].isNumber || text[position] == "." {
            // The exponent's sign belongs to the number.
            position += 1
            if position < text.count, "+-".contains(text[position]), text[position - 1] == "e", text[start].isNumber {
                position += 1
            }
        }
        let word = String(text[start..<position])
        if let number = Double(word) { return Result(value: number, magnitude: number.magnitude) }
        guard take("(") else { throw Failure(description: "\(word) is no number in \(String(text))") }
        var arguments = [try comparison()]
        while take(",") { arguments.append(try comparison()) }
        guard take(")") else { throw Failure(description: "a bracket is open") }
        return try Self.call(word, arguments)
    }

    private static func call(_ name: String, _ a: [Result]) throws -> Result {
        let values = a.map(\.value)
        func plain(_ value: Double) -> Result { Result(value: value, magnitude: max(value.magnitude, 1)) }
        switch name {
        case "where": return values[0] != 0 ? a[1] : a[2]
        case "max": return a.max { $0.value < $1.value }!
        case "min": return a.min { $0.value < $1.value }!
        case "sqrt": return Result(value: sqrt(values[0]), magnitude: sqrt(a[0].magnitude))
        case "exp": return Result(value: exp(values[0]), magnitude: exp(values[0]) * max(1, a[0].magnitude))
        case "log": return plain(log(values[0]))
        case "sin": return plain(sin(values[0]))
        case "cos": return plain(cos(values[0]))
        case "tanh": return plain(tanh(values[0]))
        case "sigmoid": return plain(1 / (1 + exp(-values[0])))
        case "erf": return plain(erf(values[0]))
        case "abs": return Result(value: abs(values[0]), magnitude: a[0].magnitude)
        case "sign": return plain(values[0] > 0 ? 1 : values[0] < 0 ? -1 : 0)
        case "floor": return plain(floor(values[0]))
        default: throw Failure(description: "there is no function \(name)")
        }
    }
}
