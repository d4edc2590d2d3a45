// The text of formulas: a calculator reads it back to the same value, and no parentheses are too many.

import Formulas
import Tensors
import Testing

@Suite("Text of formulas")
struct TextTests {
    private static let constants = ["nan": Double.nan, "inf": Double.infinity]

    private func randomPoint(_ random: inout Random) -> [String: Double] {
        var point: [String: Double] = [:]
        for symbol in ["x", "y", "z"] {
            point[symbol] = random.index(below: 5) == 0 ? -1.5e-9 : random.uniform(-4, 4)
        }
        return point
    }

    @Test("a calculator gets the same value from the text", arguments: 0..<40)
    func sameValue(seed: Int) throws {
        var maker = FormulaMaker(seed: UInt64(seed))
        for _ in 0..<50 {
            let formula = maker.formula(depth: 4)
            let point = randomPoint(&maker.random)
            let value = formula.value { point[$0] }
            let text = formula.text()
            let read = try Calculator.parse(text).value(point.merging(Self.constants) { a, _ in a })
            #expect(same(read, value), "\(text) at \(point): \(read), not \(value)")
        }
    }

    @Test("also with numbers, often negative ones, put in for the symbols", arguments: 0..<40)
    func sameValueWithNumbers(seed: Int) throws {
        var maker = FormulaMaker(seed: UInt64(1000 + seed))
        for _ in 0..<50 {
            let formula = maker.formula(depth: 4)
            let point = randomPoint(&maker.random)
            let value = formula.value { point[$0] }
            let text = formula.text { Digits.full.text(point[$0]!) }
            let read = try Calculator.parse(text).value(Self.constants)
            #expect(same(read, value), "\(formula.text()) is \(text): \(read), not \(value)")
        }
    }

    /// The text without the n-th pair of parentheses that are not a call's; nil where there are fewer.
    private func removingParentheses(_ number: Int, from text: String) -> String? {
        var characters = Array(text)
        var open: [Int] = []
        var pairs: [(Int, Int)] = []
        for (index, character) in characters.enumerated() {
            if character == "(" { open.append(index) }
            if character == ")" {
                let start = open.removeLast()
                let isCall = start > 0 && characters[start - 1].isLetter
                if !isCall { pairs.append((start, index)) }
            }
        }
        guard number < pairs.count else { return nil }
        characters.remove(at: pairs[number].1)
        characters.remove(at: pairs[number].0)
        return String(characters)
    }

    @Test("every pair of parentheses is needed", arguments: 0..<20)
    func minimal(seed: Int) throws {
        var maker = FormulaMaker(seed: UInt64(2000 + seed))
        for _ in 0..<30 {
            let text = maker.formula(depth: 4).text()
            let tree = try Calculator.parse(text)
            var number = 0
            while let shorter = removingParentheses(number, from: text) {
                #expect((try? Calculator.parse(shorter)) != tree, "\(text) means the same as \(shorter)")
                number += 1
            }
        }
    }

    private static let examples: [(Formula, String, String)] = [
        ("a" - ("b" - "c"), "a - (b - c)", "a − (b − c)"),
        (("a" - "b") - "c", "a - b - c", "a − b − c"),
        ("a" + ("b" + "c"), "a + (b + c)", "a + (b + c)"),
        ("a" * ("b" + 1), "a * (b + 1)", "a · (b + 1)"),
        ("a" / ("b" * "c"), "a / (b * c)", "a / (b · c)"),
        (Formula.symbol("a").squared, "a^2", "a²"),
        ((-Formula.symbol("a")).squared, "(-a)^2", "(-a)²"),
        (-Formula.symbol("a").squared, "-a^2", "-a²"),
        (Formula.symbol("a").power("b").power("c"), "(a^b)^c", "(a^b)^c"),
        (Formula.symbol("a").power(Formula.symbol("b").power("c")), "a^b^c", "a^b^c"),
        (2 * .number(-3), "2 * (-3)", "2 · (-3)"),
        (.sqrt("v") + "eps", "sqrt(v) + eps", "√v + eps"),
        (.sqrt("v" + "eps"), "sqrt(v + eps)", "√(v + eps)"),
        (.choose("x" >= 0, "x", -"x"), "where(x >= 0, x, -x)", "where(x ≥ 0, x, -x)"),
        (.apply(.not, ["a" <= "b"]), "not a <= b", "not a ≤ b"),
        (.apply(.notEqual, ["a", "b"]), "a != b", "a ≠ b"),
        (.sum(["a", "b" * "c", -"d"]), "a + b * c + (-d)", "a + b · c + (-d)"),
        (.sum([]), "0", "0"),
        (.max(.apply(.and, ["a", "b"]), 0.1), "max(a and b, 0.1)", "max(a and b, 0.1)"),
    ]

    @Test("examples in both notations", arguments: examples.indices)
    func example(index: Int) {
        let (formula, ascii, signs) = Self.examples[index]
        #expect(formula.text() == ascii)
        #expect(formula.text(.signs) == signs)
    }

    @Test("a sum of one term keeps the parentheses of that term")
    func singleTerm() {
        #expect((Formula.sum(["a" + "b"]) * "c").text() == "(a + b) * c")
        #expect(("c" - Formula.sum(["a" - "b"])).text() == "c - (a - b)")
    }

    @Test("a root that is squared is not the root of a square")
    func squaredRoot() {
        #expect(Formula.sqrt("v").squared.text(.signs) != Formula.sqrt(Formula.symbol("v").squared).text(.signs))
        #expect(Formula.sqrt("v").squared.text(.signs) == "(√v)²")
    }

    @Test("numbers are written with the digits asked for")
    func digits() {
        let formula: Formula = "x" * .number(1.0 / 3)
        #expect(formula.text(digits: .significant(3)) == "x * 0.333")
        #expect(formula.text { "<\($0)>" } == "<x> * 0.3333333333333333")
    }
}
