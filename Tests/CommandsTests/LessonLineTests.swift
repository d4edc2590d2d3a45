// What holds after every line of a lesson: it can be undone and redone with the same bits, and the numbers of explanations
// give their results. Both are looked at in one run, since running the lessons takes longest. That they hold:
// LessonCheckTests.

import Commands
import Tensors
import TestSupport
import Testing

@Suite struct LessonLineTests {
    @Test(arguments: files(in: "lessons", endingIn: ".dl"))
    func everyLineCanBeUndoneAndItsNumbersGiveResults(_ name: String) throws {
        let script = try Script.read("\(packageFolder)/lessons/\(name)")
        var random = Random(seed: 5)
        let bench = TestBench()
        for line in script.lines {
            let (before, count) = (bench.fingerprint, bench.lineCount)
            try bench.run(line, name: name, folder: script.folder)
            // Lines that change nothing, such as prose, are no steps of undo, and leave nothing else to explain.
            guard bench.lineCount != count else { continue }
            if bench.lineCount == count + 1 {
                let after = bench.fingerprint
                try bench.run("undo")
                #expect(bench.fingerprint == before, "\(line)")
                try bench.run("redo")
                #expect(bench.fingerprint == after, "\(line)")
            }
            _ = try ExplainTests.explainEverything(bench, &random, line)
        }
    }
}
