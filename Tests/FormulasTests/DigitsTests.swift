// Numbers as text and back.

import Formulas
import Tensors
import Testing

@Suite("Digits")
struct DigitsTests {
    private static let special: [Double] = [
        0, -0.0, 1, -1, 0.1, 1.0 / 3, 1e15, -1e15, 1e16, 1e22, 1e23, 123_456_789_012_345, 999_999_999_999_999,
        9_007_199_254_740_992, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
        .leastNormalMagnitude.nextDown, .greatestFiniteMagnitude, .infinity, -.infinity,
        1.7976931348623157e308, 4.35, 0.000001, 123456.789,
    ]

    @Test("all digits read back to the same bits", arguments: special)
    func specialRoundTrip(value: Double) {
        let text = Digits.full.text(value)
        #expect(Digits.parse(text)?.bitPattern == value.bitPattern, "\(text)")
        #expect(Double(text)?.bitPattern == value.bitPattern, "\(text)")
    }

    @Test("all digits of random numbers read back to the same bits")
    func randomRoundTrip() {
        var random = Random(seed: 11)
        var wrong: [String] = []
        func check(_ value: Double) {
            let text = Digits.full.text(value)
            let read = Digits.parse(text)
            if value.isNaN ? read?.isNaN != true : read?.bitPattern != value.bitPattern { wrong.append(text) }
        }
        for _ in 0..<20_000 {
            check(Double(bitPattern: random.bits()))
            check(Double(bitPattern: random.bits() >> 12))  // exponent 0: subnormal
            check((random.uniform(-1e6, 1e6) * 1000).rounded() / 1000)
            check(random.uniform(-1e17, 1e17).rounded())
        }
        #expect(wrong.isEmpty)
    }

    private static let examples: [(Double, Digits, String)] = [
        (1.0 / 3, .significant(6), "0.333333"), (2.0 / 3, .significant(2), "0.67"), (0.1, .significant(6), "0.1"),
        (1.5, .significant(6), "1.5"), (123456.789, .significant(6), "123457"), (1e-5, .significant(6), "1e-05"),
        (100_000, .significant(4), "100000"), (1_234_567, .significant(4), "1.235e+06"),
        (1_234_567, .significant(7), "1234567"), (-999_999, .significant(6), "-999999"),
        (1e20, .significant(6), "1e+20"), (0, .significant(6), "0"), (-0.0, .significant(6), "-0"),
        (.nan, .significant(6), "nan"), (-.infinity, .significant(6), "-inf"), (.infinity, .full, "inf"),
        (3, .full, "3"), (-0.0, .full, "-0"), (0.1, .full, "0.1"), (0.1 + 0.2, .full, "0.30000000000000004"),
        (1e16, .full, "1e+16"), (123_456_789, .full, "123456789"), (1e-7, .full, "1e-07"),
    ]

    @Test("examples", arguments: examples.indices)
    func example(index: Int) {
        let (value, digits, text) = Self.examples[index]
        #expect(digits.text(value) == text)
    }

    @Test("a fixed number of decimals")
    func fixed() {
        #expect(Digits.fixed(1.0 / 3, decimals: 4) == "0.3333")
        #expect(Digits.fixed(1.005, decimals: 2) == "1.00")  // the nearest Double is below 1.005
        #expect(Digits.fixed(-2, decimals: 0) == "-2")
        #expect(Digits.fixed(1e300, decimals: 2).count == 304)  // 301 digits, a point, 2 decimals
    }

    @Test(
        "numbers are read",
        arguments: [
            ("1", 1), ("-2.5", -2.5), ("+3", 3), ("1e3", 1000), ("1E-2", 0.01), (".5", 0.5), ("5.", 5),
            ("inf", .infinity),
            ("-inf", -.infinity), ("007", 7),
        ] as [(String, Double)])
    func parsed(text: String, value: Double) {
        #expect(Digits.parse(text) == value)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", " ", "1 ", " 1", "\t1", "\n1", "1\n", "0x10", "0X1p3", "1e", "1e+", "e5", "-", "+", ".", "--1", "+-1",
            "1,5",
            "1_000", "1.5.2", "1 2", "1\0", "\u{0}", "one", "1a", "½", "１", "٣", "1\u{200B}", "\u{FEFF}1", "(1)",
            "1f", "∞", "0b1",
        ])
    func refused(text: String) {
        #expect(Digits.parse(text) == nil)
    }

    @Test("nan is read as NaN, but not nan(12)")
    func nan() {
        #expect(Digits.parse("nan")?.isNaN == true)
        #expect(Digits.parse("nan(12)") == nil)
    }
}
