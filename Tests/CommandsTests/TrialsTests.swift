// trials: runs with other seeds, beside the session.

import Commands
import TestSupport
import Testing

@Suite struct TrialsTests {
    @Test func theSessionStaysAsItWas() throws {
        let bench = TestBench()
        try bench.run(SteppingTests.net + "\nsplit train=0.7 seed=1\nstep 3")
        let before = bench.fingerprint
        try bench.run("trials 4 sum(W1) { init he_normal; step 2 }")
        #expect(Self.withoutTrials(bench.fingerprint) == Self.withoutTrials(before))
        let values = bench.texts[bench.texts.count - 2].split(separator: " ")
        #expect(Set(values).count == 4)
        try bench.run("trials 4 sum(W1) { init he_normal; step 2 }")
        #expect(bench.texts[bench.texts.count - 2].split(separator: " ") == values)
        #expect(throws: Diagnostic.self) { try bench.run("trials 2 W1 { step }") }
        #expect(throws: Diagnostic.self) { try bench.run("trials 2 1 { undo }") }
        #expect(throws: Diagnostic.self) { try bench.run("trials 2 1 { step nonsense }") }
        try bench.run("undo 2")
        #expect(bench.fingerprint == before)
    }

    private static func withoutTrials(_ fingerprint: [String]) -> [String] {
        fingerprint.filter { !$0.hasPrefix("trials ") }
    }

    @Test func valuesCanBeRead() throws {
        let bench = TestBench()
        let fail = { (line: String, message: String) in
            #expect(throws: Diagnostic.self, "\(line)") { try bench.run(line) }
            do { try bench.run(line) } catch { #expect("\(error)".contains(message), "\(error)") }
        }
        try bench.run("w = param(1)\nJ = w^2\nminimize J\noptimizer sgd lr=0.5")
        fail("trials.mean", "no trials were made yet")
        fail("print trials", "no trials were made yet")
        try bench.run("k = 0\ntrials 4 w { w = rand(1); step 1 }")
        try bench.run("a = trials")
        // A rate of ½ leads w² to 0 at once, whatever w was.
        #expect(try bench.value("a").elements == [0, 0, 0, 0])
        // Squared distances from the mean 2: 1, 0, 1; divided by 3 − 1.
        try bench.run("trials 3 3 { step }")
        try bench.run("trials 3 t { step 2 }; b = [trials.mean, trials.std, trials.min, trials.max, trials.count]")
        #expect(try bench.value("b").elements == [2, 0, 2, 2, 3])
        try bench.run("trials 5 sum(s) { s = rand(3) }")
        try bench.run("expect trials.mean ~= mean(trials) tol=1e-12")
        try bench.run("expect trials.std ~= norm(trials - mean(trials)) / 2 tol=1e-12")
        try bench.run(
            "expect trials.min == min(trials); expect trials.max == max(trials); expect trials[0] == trials[-5]")
        try bench.run("trials 3 trial + [10, 20, 30][trial] { trial }; expect trials == [10, 21, 32]")
        fail("trial", "there is no trial")
        try bench.run("undo")
        try bench.run("trials[0] < 3; trials.mean * 2; trials + 1")
        fail("trials.median", "trials has no median")
        fail("trials = 3", "trials is a command")
        #expect(bench.completions("trials.m") == ["max", "mean", "min"])
        try bench.run("undo")
        #expect(try bench.value("trials").elements == [2, 2, 2])
        try bench.run("new")
        fail("trials.count", "no trials were made yet")
    }
}
