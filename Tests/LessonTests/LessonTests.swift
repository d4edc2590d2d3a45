// Every line of a lesson can be undone and redone with the same bits. That the lessons hold: LessonCheckTests.

import Commands
import TestSupport
import Testing

@Suite struct LessonTests {
    static let names = files(in: "lessons", endingIn: ".dl")

    static func script(_ name: String) throws -> Script {
        try Script.read("\(packageFolder)/lessons/\(name)")
    }

    @Test func lessonsAreThere() {
        #expect(Self.names.count >= 5)
    }

    @Test(arguments: names) func everyLineCanBeUndone(_ name: String) throws {
        let script = try Self.script(name)
        let bench = TestBench()
        for line in script.lines {
            let (before, count) = (bench.fingerprint, bench.lineCount)
            try bench.run(line, name: name, folder: script.folder)
            // Lines that change nothing are no steps of undo.
            guard bench.lineCount == count + 1 else { continue }
            let after = bench.fingerprint
            try bench.run("undo")
            #expect(bench.fingerprint == before, "\(line)")
            try bench.run("redo")
            #expect(bench.fingerprint == after, "\(line)")
        }
    }
}
