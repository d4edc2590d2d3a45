// Signs of print, as lessons and explanations write them, are read as the symbols that they stand for.

import Commands
import TestSupport
import Testing

@Suite struct PrintedSignTests {
    @Test(
        arguments: [
            ("3−5", -2), ("−4.5", -4.5), ("2·3", 6), ("2 × 3 − 1", 5), ("1e−3", 0.001), ("1.5e−2·2", 0.03), ("q−1", 4),
            ("−q·q", -25), ("1 ≤ 2", 1), ("q≥6", 0), ("q ≠ 5", 0), ("[1, −2][1]", -2), ("학습−q", 2),
        ]) func signs(_ text: String, _ value: Double) throws
    {
        let bench = TestBench()
        try bench.run("q = 5; 학습 = 7; answer = \(text)\nexpect answer ≈ \(text)")
        #expect(try bench.value("answer").elements == [value])
    }

    @Test func commandsReadThem() throws {
        let bench = TestBench()
        try bench.run("w = param(1); J = w^2; minimize J; optimizer sgd lr=1e−1; seed 3")
        #expect(try bench.value("lr").elements == [0.1])
        try bench.run("plot J w=−2:2")
    }

    @Test func errorsPointBehindThem() {
        #expect { try TestBench().run("2 − nothing") } throws: { error in
            (error as? Diagnostic)?.place?.column == 5
        }
        #expect { try TestBench().run("5−") } throws: { error in
            (error as? Diagnostic)?.place?.column == 3
        }
    }
}
