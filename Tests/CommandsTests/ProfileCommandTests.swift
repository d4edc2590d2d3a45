// profile: defaults for what comes and what is chosen already; what was set by hand wins.

import Commands
import TestSupport
import Testing

@Suite struct ProfileCommandTests {
    private func output(_ bench: TestBench, of line: String) throws -> [String] {
        let before = bench.texts.count
        try bench.run(line)
        return Array(bench.texts[before...])
    }

    @Test func handWins() throws {
        let bench = TestBench()
        try bench.run("w = param(1); optimizer adam lr=0.1 eps=1e-3; profile keras")
        let lines = try output(bench, of: "profile")
        #expect(lines.contains { $0.hasSuffix("lr 0.1 hand") })
        #expect(lines.contains { $0.hasSuffix("eps 0.001 hand") })
        #expect(lines.contains { $0.hasSuffix("eps_at hat profile keras") })
        #expect(try output(bench, of: "show").contains { $0 == "profile keras; by hand: lr=0.1 eps=0.001" })
        // Back to the program's defaults; by hand still by hand.
        try bench.run("profile off; w.grad = 0.5; update")
        try bench.run("expect w ~= 1 - 0.1 * 0.5 / (0.5 + 1e-3) tol=1e-12")
        #expect(try output(bench, of: "profile").contains { $0.hasSuffix("eps_at outside default") })
    }

    @Test func chosenThingsFollow() throws {
        let bench = TestBench()
        try bench.run(PenaltyTests.net + "\nregularize l2 0.1\nclip norm 1\nstep 2\nprofile torch")
        try bench.run("forward; expect penalty ~= 0.05 * (sum(W1^2) + sum(b1^2) + sum(W2^2) + sum(b2^2)) tol=1e-12")
        try bench.run("a = loss_on(val); profile keras; forward")
        try bench.run("expect penalty ~= 0.1 * (sum(W1^2) + sum(W2^2)) tol=1e-12")
        try bench.run("expect loss_on(val) ~= a + penalty tol=1e-12")
        #expect(try output(bench, of: "clip").contains("norm limit=1 per=variable form=keras"))
    }

    /// A profile starts the buffers anew only when it changes the optimizer.
    @Test func buffersStartAnew() throws {
        let bench = TestBench()
        try bench.run("w = param(1); J = w^2; minimize J; optimizer momentum lr=0.1; step 3; profile torch")
        try bench.run("expect w.velocity != 0; profile keras; expect w.velocity == 0")
    }

    @Test func differencesAreListed() throws {
        let bench = TestBench()
        let before = bench.fingerprint
        let lines = try output(bench, of: "profile diff torch keras")
        for text in [
            "optimizer rmsprop rho 0.99 0.9", "clip norm per all variable", "net weights drawn by torch glorot_uniform",
            "sgd both 0.95 0.97 0.96", "adam torch 0.900000002 0.865439418117 0.827500240836",
            " keras 0.900000632452 0.865440250693 0.82750129145", " keras 0.683772866437 0.806631657995 0.743195637663",
        ] {
            #expect(lines.contains(text), "\(text)")
        }
        #expect(
            try output(bench, of: "profile diff keras doc002").contains(
                "adam keras 0.900000632452 0.865440250693 0.82750129145"))
        #expect(try output(bench, of: "profile diff keras keras") == ["keras and keras agree in everything"])
        #expect(bench.fingerprint == before)
    }

    @Test func diffDropsNoPhase() throws {
        let bench = TestBench()
        try bench.run("w = param(1); J = (w - 3)^2; minimize J; optimizer sgd; next")
        #expect(try !output(bench, of: "profile diff torch keras").contains { $0.contains("dropped") })
    }

    /// Words and keys follow from the declarations, with the defaults of the profile.
    @Test func wordsAreCompleted() {
        let bench = TestBench()
        for (line, words) in [
            ("regularize ", ["l1", "l2", "elastic", "off"]), ("regularize l2 0.1 ", ["lambda=", "half=", "biases="]),
            ("clip ", ["norm", "value", "off"]), ("clip norm 1 per=", ["all", "variable"]),
            ("profile ", ["torch", "keras", "doc002", "diff"]), ("profile diff torch ", ["keras"]),
            ("noise ", ["draws=", "seed="]), ("scaling ", ["batch=", "lr="]),
        ] {
            let found = bench.completions(line)
            for word in words { #expect(found.contains(word), "\(line): \(word)") }
        }
    }
}
