// Paragraphs of lessons on narrow screens: nothing is lost, nothing is too wide, and what is laid out stays so.

import Commands
import Terminal
import TestSupport
import Testing

@Suite struct ProseTests {
    init() { _ = Console(output: Style(), errors: Style()) }

    private func lines(_ paragraph: [String], width: Int, isPlain: Bool = false) -> [String] {
        Renderer(style: Style(isPlain: isPlain, width: width)).lines(.prose(paragraph))
    }

    @Test func runningTextIsJoinedAndWrapped() {
        let text = ["one two three four five", "six seven"]
        #expect(lines(text, width: 23) == text)
        #expect(lines(text, width: 14) == ["one two three", "four five six", "seven"])
        #expect(lines(["unbreakable word"], width: 5) == ["unbreakable", "word"])
    }

    @Test func formulasAndTablesKeepTheirLines() {
        let text = ["words and more words that are long", "    a = 1", "    b = 2"]
        #expect(lines(text, width: 20) == ["words and more words", "that are long", "    a = 1", "    b = 2"])
        #expect(
            lines(["First:   1 + 2", "Second:  3 + 4 + 5 + 6"], width: 16) == [
                "First:   1 + 2", "Second:  3 + 4 +", "        5 + 6",
            ])
        #expect(lines(["    a = 1 + 2 + 3"], width: 13) == ["    a = 1 + 2", "      + 3"])
    }

    @Test func sentencesGoOnBeforeAFormula() {
        #expect(
            lines(["If they are small, all", "add up:   a = b"], width: 19) == [
                "If they are small,", "all add up:   a = b",
            ])
    }

    @Test func listsAndLabelsHang() {
        #expect(
            lines(["1. one two three", "   four", "2. five"], width: 11)
                == ["1. one two", "   three", "   four", "2. five"])
        #expect(
            lines(["Follows:  aa bb cc dd ee ff gg", "          hh", "Corrects: E1."], width: 30)
                == ["Follows:  aa bb cc dd ee ff gg", "          hh", "Corrects: E1."])
        #expect(lines(["you can", "  - aa bb cc", "    dd"], width: 10) == ["you can", "  - aa bb", "    cc dd"])
    }

    @Test func plainTextHasExponents() {
        #expect(lines(["10⁻¹² m² ᵗ"], width: 80, isPlain: true) == ["10^-12 m^2 ^t"])
    }

    @Test func headingsEndAtTheScreen() {
        let heading = "── 1. A bowl " + String(repeating: "─", count: 83)
        #expect(lines([heading], width: 20) == ["── 1. A bowl ───────"])
        #expect(lines([heading], width: 120) == [heading])
        #expect(lines([heading], width: 20, isPlain: true) == ["-- 1. A bowl -------"])
        #expect(lines([heading, "text below"], width: 20).last == "text below")
    }

    /// A Korean character takes two columns.
    @Test func wideCharactersCountTwo() {
        #expect(lines(["머신러닝 모델 학습과 평가"], width: 14) == ["머신러닝 모델", "학습과 평가"])
        #expect(lines(["머신러닝 모델 학습과 평가"], width: 12) == ["머신러닝", "모델 학습과", "평가"])
    }

    @Test(arguments: files(in: "lessons", endingIn: ".dl"), [60, 80])
    func everyLessonFits(_ name: String, _ width: Int) throws {
        let script = try Script.read("\(packageFolder)/lessons/\(name)")
        let text = String(decoding: script.text, as: UTF8.self)
        var paragraph: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) + [""] {
            if line.hasPrefix("# ") {
                paragraph.append(String(line.dropFirst(2)))
                continue
            }
            let shown = lines(paragraph, width: width)
            #expect(shown.allSatisfy { Self.width($0) <= width }, "\(paragraph)")
            #expect(Self.letters(shown) == Self.letters(paragraph))
            #expect(lines(paragraph, width: width, isPlain: true).allSatisfy { $0.allSatisfy(Self.isPlain) })
            paragraph = []
        }
    }

    /// Quotations stay in their own letters.
    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII || ("\u{AC00}"..."\u{D7A3}").contains(character)
    }

    /// Columns; Hangul takes two.
    private static func width(_ line: String) -> Int {
        line.reduce(0) { $0 + (("\u{AC00}"..."\u{D7A3}").contains($1) ? 2 : 1) }
    }

    private static func letters(_ lines: [String]) -> String {
        String(lines.joined().filter { $0 != " " && $0 != "─" })
    }
}
