// The text of a formula, with symbols or with numbers put in.

/// How formulas are written: plain ASCII with words and operators that a calculator reads, or mathematical signs.
public enum Notation: Hashable, Sendable {
    case ascii
    case signs
}

extension Formula {
    /// The formula as text. `naming` gives what is written for a symbol; a negative number is put in parentheses
    /// where it follows an operator.
    public func text(
        _ notation: Notation = .ascii, digits: Digits = .full, naming: @escaping (String) -> String = { $0 }
    ) -> String {
        written(Writer(notation: notation, digits: digits, naming: naming)).text
    }

    private struct Writer {
        let notation: Notation
        let digits: Digits
        let naming: (String) -> String
    }

    /// A text and how tightly its outermost operation binds.
    private struct Written {
        var text: String
        var precedence: Int

        func parenthesized(below limit: Int) -> String {
            precedence < limit ? "(\(text))" : text
        }
    }

    private static let atom = 100

    private func written(_ writer: Writer) -> Written {
        switch self {
        case .number(let value): return Self.writtenAtom(writer.digits.text(value))
        case .symbol(let name): return Self.writtenAtom(writer.naming(name))
        case .sum(let terms):
            if terms.isEmpty { return Self.writtenAtom("0") }
            if terms.count == 1 { return terms[0].written(writer) }
            let parts = terms.enumerated().map { $1.written(writer).parenthesized(below: $0 == 0 ? 5 : 6) }
            return Written(text: parts.joined(separator: " + "), precedence: 5)
        case .apply(let function, let operands):
            return Self.writtenApplication(function, operands.map { $0.written(writer) }, writer.notation)
        }
    }

    private static func writtenAtom(_ text: String) -> Written {
        Written(text: text, precedence: text.hasPrefix("-") ? Function.negate.precedence! - 2 : atom)
    }

    private static func writtenApplication(_ function: Function, _ o: [Written], _ notation: Notation) -> Written {
        guard let precedence = function.precedence else {
            if function == .sqrt, notation == .signs {
                return Written(text: "√" + (o[0].precedence == atom ? o[0].text : "(\(o[0].text))"), precedence: 8)
            }
            return Written(text: "\(function.rawValue)(\(o.map(\.text).joined(separator: ", ")))", precedence: atom)
        }
        switch function {
        case .not: return Written(text: "not \(o[0].parenthesized(below: precedence))", precedence: precedence)
        case .negate:
            return Written(text: "-\(o[0].parenthesized(below: precedence + 1))", precedence: precedence - 2)
        case .power:
            let base = o[0].parenthesized(below: precedence + 1)
            if notation == .signs, o[1].text == "2" { return Written(text: base + "²", precedence: precedence) }
            return Written(text: "\(base)^\(o[1].parenthesized(below: precedence))", precedence: precedence)
        default:
            let sign = notation == .signs ? signs[function] ?? function.rawValue : function.rawValue
            // a - (b + c) and a / (b * c) need their parentheses; a + (b + c) keeps them, since they order the rounding.
            let right = o[1].parenthesized(below: precedence + 1)
            return Written(text: "\(o[0].parenthesized(below: precedence)) \(sign) \(right)", precedence: precedence)
        }
    }

    private static let signs: [Function: String] = [
        .multiply: "·", .lessOrEqual: "≤", .greaterOrEqual: "≥", .notEqual: "≠", .subtract: "−",
    ]
}
