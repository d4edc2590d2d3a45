// Text on narrow screens: it breaks at blanks and never inside of a word, columns stay below each other, a file keeps its lines.

import Commands
import Formulas
import Tensors
import Terminal
import TestSupport
import Testing

@Suite struct NarrowScreenTests {
    init() { _ = Console(output: Style(), errors: Style()) }

    private func lines(_ output: Output, width: Int, isScreen: Bool = true) -> [String] {
        var style = Style(width: width)
        style.isScreen = isScreen
        return Renderer(style: style).lines(output)
    }

    private static func words(_ lines: [String]) -> [Substring] { lines.flatMap { $0.split(separator: " ") } }

    @Test func textGoesOnFartherIn() {
        let text = Output.text("  features  aaa, bbb, ccc")
        #expect(lines(text, width: 20) == ["  features  aaa,", "    bbb, ccc"])
        #expect(lines(text, width: 25) == ["  features  aaa, bbb, ccc"])
        #expect(lines(text, width: 20, isScreen: false) == ["  features  aaa, bbb, ccc"])
        #expect(lines(.text("similarity[0,15]·similarity[0,16]"), width: 20) == ["similarity[0,15]·similarity[0,16]"])
    }

    @Test func entriesAreBrokenAnew() {
        let entry = Output.entry(Entry(["  lr=1      the rate", "            of a step"], hang: 12))
        #expect(lines(entry, width: 21) == ["  lr=1      the rate", "            of a step"])
        #expect(lines(entry, width: 20, isScreen: false) == ["  lr=1      the rate", "            of a step"])
        // The margin is half of the screen at most.
        #expect(lines(entry, width: 20) == ["  lr=1      the rate", "          of a step"])
        let running = Output.entry(Entry(["one two three", "four five"]))
        #expect(lines(running, width: 12) == ["one two", "three four", "five"])
    }

    @Test func numbersStayWhole() {
        let vector = Output.tensor(
            Tensor(vector: [0.125, -0.25, 0.5, 12.75]), name: "v", remark: "old", digits: .significant(6))
        #expect(lines(vector, width: 19) == ["v = [0.125, -0.25,", "      0.5, 12.75]", "      (old)"])
        #expect(lines(vector, width: 19, isScreen: false) == ["v = [0.125, -0.25, 0.5, 12.75]  (old)"])
    }

    @Test func columnsThatDoNotFitStandBelow() {
        let table = Table(
            ["name", "count", "value"], numeric: [1, 2], rows: [["alpha", "1", "0.5"], ["beta", "20", "12.25"]])
        #expect(
            lines(.table(table), width: 12) == [
                "name   count", "    value", "alpha      1", "     0.5", "beta      20", "    12.25",
            ])
        let wide = ["name   count  value", "alpha      1   0.5", "beta      20  12.25"]
        #expect(lines(.table(table), width: 19) == wide)
        #expect(lines(.table(table), width: 12, isScreen: false) == wide)
    }

    @Test func aTextInTheLastColumnGoesOnBelowItself() {
        let table = Table(
            ["name", "meaning"],
            rows: [["lr", "the rate of the next update of all weights"], ["t", "updates"]])
        #expect(
            lines(.table(table), width: 34) == [
                "name  meaning", "lr    the rate of the next update", "      of all weights", "t     updates",
            ])
        let far = Table(["", ""], rows: [["name_of_twenty_six_letters", "one two three four five six"]])
        #expect(
            lines(.table(far), width: 52) == [
                "name_of_twenty_six_letters  one two three four five", "                            six",
            ])
    }

    @Test("errors of a script break on a screen alone", arguments: [true, false])
    func errors(isScreen: Bool) {
        var style = Style(width: 30)
        style.isScreen = isScreen
        let diagnostic = Diagnostic("there is no such thing as that", hint: "something else that is there")
        let shown = Renderer(style: style).lines(diagnostic, isInteractive: false)
        #expect(
            shown
                == (isScreen
                    ? ["error: there is no such thing", "as that", "  hint: something else that is", "    there"]
                    : ["error: there is no such thing as that", "  hint: something else that is there"]))
    }

    @Test("every word of help is there", arguments: [60, 90])
    func help(width: Int) throws {
        for topic in [""] + TestBench().completions("help ") {
            var (whole, shown): ([String], [String]) = ([], [])
            let bench = Workbench { output in
                whole += lines(output, width: width, isScreen: false)
                shown += lines(output, width: width)
            }
            try bench.run(Script(name: "help", "help \(topic)"))
            #expect(shown.allSatisfy { $0.count <= width }, "\(topic): \(shown)")
            #expect(Self.words(shown) == Self.words(whole), "\(topic)")
        }
    }

    /// Explanations, tables, numbers, notes, help and an error, all wider than the screens.
    private static let script = """
        seed 1
        data glyphs n=40 seed=1
        net 64 8 relu 4
        init he_normal seed=3
        loss nt_xent
        ssl contrast
        augment shift max=1
        batch 8
        digits 4
        forward
        backward
        explain similarity[0,15]
        explain anchor_loss[3] deep
        explain W1.grad[9,0] deep
        params
        fans
        history
        [0.123456789, -2.345678901, 34567.89012, -0.000456789, 5.6789, 6.789, 7.89, -8.9, 9, 10, 11, 12]
        help mask
        trials 30 loss { step; forward }
        nothing_of_that_name + another_name_that_is_not_known + 1
        """

    @Test("on a terminal no word of a script's answers is broken", arguments: [60, 80, 90])
    func everythingFits(columns: Int) throws {
        let folder = TemporaryFolder()
        folder.write(Self.script, to: "script.dl")
        let arguments = ["--plain", "\(folder.path)/script.dl"]
        let run = ProgramRun("dlrepl", arguments, folder: folder)
        let whole = (run.output + run.errors).split(separator: "\n").map(String.init)
        #expect(run.status == 1 && whole.contains { $0.count > columns })
        let terminal = try PseudoTerminal(
            [PseudoTerminal.product("dlrepl")] + arguments, environment: ["TERM": "dumb"], columns: columns)
        #expect(try terminal.waitForExit() == .status(1))
        let shown = terminal.screen.transcript.split(separator: "\n").map(String.init)
        #expect(shown.allSatisfy { $0.count <= columns }, "\(shown.filter { $0.count > columns })")
        #expect(Self.words(shown) == Self.words(whole))
    }
}
