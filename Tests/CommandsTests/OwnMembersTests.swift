// Rules and activations of one's own: typed, they are what is built in, bit for bit; and the tools know them.

import Commands
import Formulas
import Learning
import Tensors
import TestSupport
import Testing

@Suite struct OwnMembersTests {
    static let net = """
        net 2 5 tanh 3
        init glorot_normal seed=3
        loss cross_entropy
        x = [[0.5, -1], [1.5, 2], [-0.3, 0.7], [0, 0]]
        y = [0, 2, 1, 2]

        """

    /// Whether both sessions have the same parameters and buffers.
    private static func expectSame(_ a: TestBench, _ b: TestBench, _ names: [String], _ source: String) throws {
        for name in names {
            let (left, right) = (try a.value(ofExplainable: name), try b.value(ofExplainable: name))
            #expect(left.elements.map(\.bitPattern) == right.elements.map(\.bitPattern), "\(source): \(name)")
        }
    }

    private static let parameters = ["W1", "b1", "W2", "b2"]

    @Test(arguments: typed.keys.sorted()) func typedRuleIsTheBuiltIn(_ name: String) throws {
        let (typed, builtIn) = (TestBench(), TestBench())
        try builtIn.run(Self.net + "optimizer \(name)\nstep 50")
        try typed.run(Self.net + "rule mine \(Self.typed[name]!)\noptimizer mine\nstep 50")
        let optimizer = try #require(Catalog.optimizers.first { $0.name == name })
        let slots = optimizer.rule(Settings(optimizer.settings)).slots
        let buffers = Self.parameters.flatMap { parameter in slots.map { "\(parameter).\($0.name)" } }
        try Self.expectSame(typed, builtIn, Self.parameters + buffers, name)
        // With another rate as well.
        for bench in [typed, builtIn] { try bench.run("lr = 0.03\nstep 10\nforward\nbackward") }
        try Self.expectSame(typed, builtIn, Self.parameters + Self.parameters.map { $0 + ".grad" }, name)
    }

    /// Every optimizer with each of its choices, and with its switches on.
    static let variants: [(name: String, keys: String)] = Catalog.optimizers.flatMap { optimizer in
        var keys = [""]
        for setting in optimizer.settings {
            if case .choice(let choices) = setting.kind { keys += choices.map { "\(setting.name)=\($0)" } }
            if ["momentum", "weight_decay", "dampening", "initial"].contains(setting.name) {
                keys.append("\(setting.name)=0.25")
            }
        }
        return (keys + (keys.contains("momentum=0.25") ? keys.map { $0 + " momentum=0.5" } : []))
            .map { (optimizer.name, $0) }
    }

    /// What a rule shows can be typed, and is then the rule.
    @Test func shownRuleCanBeTyped() throws {
        var count = 0
        for (name, keys) in Self.variants {
            let (typed, builtIn) = (TestBench(), TestBench())
            guard (try? builtIn.run(Self.net + "optimizer \(name) \(keys)")) != nil else { continue }
            // Newton's direction is solved for, which no formula of single elements can say.
            guard let (rule, settings) = builtIn.chosenRule, rule.lookahead == nil, rule.direction == nil else {
                continue
            }
            var declared = settings.declared.filter { settings.number($0.name).isFinite }.map {
                "\($0.name)=\(settings.number($0.name))"
            }
            declared += rule.slots.filter { $0.initial != 0 }.map { "\($0.name)=\($0.initial)" }
            let lines = rule.lines.map { "\($0.name) = \($0.formula.text())" }.joined(separator: "\n  ")
            try typed.run(Self.net + "rule mine \(declared.joined(separator: " ")) {\n  \(lines)\n}\noptimizer mine")
            #expect(typed.chosenRule?.rule.lines == rule.lines, "\(name) \(keys)")
            for bench in [typed, builtIn] { try bench.run("step 7") }
            let buffers = Self.parameters.flatMap { parameter in rule.slots.map { "\(parameter).\($0.name)" } }
            try Self.expectSame(typed, builtIn, Self.parameters + buffers, "\(name) \(keys)")
            count += 1
        }
        #expect(count > 60)
    }

    /// By calling it and, where the derivative is the formula's own, by its formula.
    @Test(arguments: Catalog.activations.map(\.name)) func typedActivationIsTheBuiltIn(_ name: String) throws {
        let activation = try #require(Catalog.activations.first { $0.name == name })
        guard let operation = activation.operation(Settings(activation.settings)) as? Pointwise else { return }
        var definitions = ["typed(z) = \(name)(z)", "typed(x, k=2) = \(name)(x)"]
        if operation.derivatives.isEmpty { definitions.append("typed(x) = \(operation.formula.text())") }
        if name == "silu" { definitions.append("typed(s) = s*sigmoid(s)") }
        for definition in definitions {
            let (typed, builtIn) = (TestBench(), TestBench())
            let rest = "init he_normal seed=1\noptimizer adam\nstep 5\nforward\nbackward"
            // A row of zeros meets the kinks, as the biases are 0 at first.
            try builtIn.run(
                Self.net
                    + "net 2 5 \(name) 3\nx = [[0, 0], [1, -2], [0.3, 5]]; y = [0, 1, 2]\nforward\nbackward\n\(rest)")
            try typed.run(
                Self.net + "activation \(definition)\nnet 2 5 typed 3\n"
                    + "x = [[0, 0], [1, -2], [0.3, 5]]; y = [0, 1, 2]\nforward\nbackward\n\(rest)")
            let names = Self.parameters + Self.parameters.map { $0 + ".grad" } + ["z1.grad", "a1", "loss"]
            try Self.expectSame(typed, builtIn, names, definition)
        }
    }

    @Test(arguments: [
        "x*sigmoid(3*x)", "x*tanh(softplus(x))", "sin(x) + cos(2*x)", "exp(-x^2)", "x/(1 + abs(x))", "log(1 + x^2)",
        "where(x > 0.1, x, k*x)", "clip(k*x, -1, 1)", "sqrt(x^2 + k)", "gelu(x, form=tanh)*silu(x)", "erf(x)^3",
        "max(x, k*x) - min(x^2, 1)", "2^x - x^3", "leaky_relu(relu(x) - k*x, slope=0.2)",
    ]) func gradientsAgreeWithDifferences(_ formula: String) throws {
        let bench = TestBench()
        try bench.run("activation mine(x, k=0.3) = \(formula)\n" + Self.net + "net 2 4 mine 3 mine k=0.7 3")
        try bench.run(
            "x = [[0.5, -1], [1.5, 2]]; y = [0, 2]\ninit he_normal seed=4\nforward\nbackward\ncheck gradients")
        for name in ["W1", "b1", "W2", "W3"] {
            try bench.run("expect \(name).grad ~= numgrad(loss, \(name)) tol=1e-6")
        }
        try bench.run("w = param([0.35, -1.2])\nJ = sum(mine(w, k=0.7)^2)\nexpect J ~= sum(mine(value(w), k=0.7)^2)")
        try bench.run("minimize J\nforward\nbackward\nexpect w.grad ~= numgrad(J, w) tol=1e-6")
    }

    /// A session with definitions of its own, used in every way.
    static let session = """
        rule mine lr=0.1 k=0.9 {
          v = k*v + grad   # the velocity
          w = w - lr*v
        }
        activation bent(x, a=0.1) = where(x > 0, x, a*x)
        \(net.replacingOccurrences("tanh", "bent a=0.3"))optimizer mine lr=0.05
        step 3
        """

    @Test func savedSessionDefinesThem() throws {
        let folder = TemporaryFolder()
        let bench = TestBench()
        try bench.run(
            Self.session + "\nrule mine { w = w - 2*lr*g }\nstep 2\noptimizer mine\nactivation bent(q) = q^3\nstep")
        try bench.run("save \"\(folder.path)/saved.dl\"")
        let again = TestBench()
        try again.run(try Script.read("\(folder.path)/saved.dl"))
        #expect(again.fingerprint == bench.fingerprint)
    }

    @Test func undoTakesThemBack() throws {
        let bench = TestBench()
        try bench.run("rule mine { w = w - lr*g }\nactivation bent(x) = x^3")
        let before = bench.fingerprint
        try bench.run("rule mine { w = w - 2*lr*g }\nactivation bent(x) = x^5\nrule other { w = 0 }")
        #expect(bench.fingerprint != before)
        try bench.run("undo 3\nexpect bent(2) == 8")
        #expect(bench.fingerprint == before)
        try bench.run("undo 2")
        #expect(throws: Diagnostic.self) { try bench.run("bent(2)") }
        #expect(throws: Diagnostic.self) { try bench.run("optimizer mine") }
    }

    /// What was chosen or built goes on with the old definition until it is chosen or built again.
    @Test func redefinitionWaits() throws {
        let (changed, plain) = (TestBench(), TestBench())
        for bench in [changed, plain] { try bench.run(Self.session) }
        try changed.run("rule mine { w = w - lr }\nactivation bent(x) = 0*x")
        for bench in [changed, plain] { try bench.run("step 3\nlr = 0.2\nstep") }
        try Self.expectSame(changed, plain, Self.parameters + ["W1.v", "a1"], "redefined")
        #expect(changed.texts.contains { $0.contains("optimizer mine takes the new one") })
        try changed.run(
            "optimizer mine\nnet 2 4 bent 3\nx = [[1, 2]]; y = [1]\nforward\nexpect a1 == 0\nbackward\nupdate\nexpect b2 ~= -lr"
        )
    }

    @Test func trialsLeaveNothingBehind() throws {
        let bench = TestBench()
        try bench.run("w = param(2); J = w^2; minimize J")
        let before = bench.fingerprint.filter { !$0.contains("trials") }
        try bench.run("trials 2 w { rule mine { w = w - lr*g }; optimizer mine lr=0.1; step }")
        #expect(bench.fingerprint.filter { !$0.contains("trials") } == before)
        #expect(bench.texts.contains { $0.contains("mean 1.6") })
    }

    /// Names in a rule are its own: those of the session do not matter, whatever they are.
    @Test func namesOfTheSessionDoNotMatter() throws {
        let bench = TestBench()
        try bench.run("v = param(2); k = 5; J = v^2; minimize J; optimizer sgd lr=1; n = 3; t1 = v")
        try bench.run("rule mine lr=0.1 { n = n + 1; t1 = g; v = 0.5*v + t1; w = w - lr*v/n }; optimizer mine; step 2")
        try bench.run("expect v == (2 - 0.1*4) - 0.1*(0.5*4 + 3.2)/2; expect v.n == 2; expect n == 3")
        // The parameter v and the buffer v are two things where they are explained.
        let line = try #require(try bench.explanation("explain v").lines.last)
        #expect(try line.result == bench.value("v").scalar)
        #expect(line.formula.value { line.values[$0] } == line.result)
        try bench.run("why v")
        #expect(bench.texts.contains { $0.hasPrefix("v from before") })
        // They are not captured either, but a hint says how.
        do throws(Diagnostic) { try bench.run("rule mine { w = w - k*g }") } catch {
            #expect(error.hint == "rule mine k=5 { … } makes it a key")
        }
        #expect(throws: Diagnostic.self) { try bench.run("activation f(x) = k*x") }
    }

    @Test func divisionByZeroIsInfinite() throws {
        let bench = TestBench()
        try bench.run(
            "w = param(2); J = w^2; minimize J; rule mine { v = v + 1/0; w = w - lr/0*g }; optimizer mine; step")
        #expect(try bench.value("w").scalar == -.infinity)
        #expect(try bench.value(ofExplainable: "w.v").scalar == .infinity)
    }

    /// A definition changes nothing that is under way.
    @Test func phaseGoesOn() throws {
        let bench = TestBench()
        try bench.run(Self.session + "\nnext\nrule other { w = w - lr*g }\nactivation f(x) = x^2\nnext 2")
        #expect(!bench.texts.contains { $0.contains("dropped") })
    }

    /// Buffers begin at the key of their name, and old values can be kept.
    @Test func buffersAndOldValues() throws {
        let bench = TestBench()
        try bench.run("rule mine n=10 { old = n; n = n + 1; same = old; g = g + 1; w = w - same*g; last = w }")
        try bench.run("w = param(1); J = 3*w; minimize J; optimizer mine; step\nexpect w == 1 - 10*4; expect w.n == 11")
        try bench.run("optimizer mine n=0.5; step; expect w == -39 - 0.5*4; expect w.n == 1.5")
        #expect(throws: Diagnostic.self) { try bench.run("w.last") }
        #expect(throws: Diagnostic.self) { try bench.run("w.old") }
    }

    @Test func toolsKnowThem() throws {
        let bench = TestBench()
        try bench.run(Self.session)
        #expect(bench.completions("optimizer mi") == ["mine"])
        #expect(bench.completions("optimizer mine k") == ["k="])
        #expect(bench.completions("net 2 4 be") == ["bent"])
        #expect(bench.completions("W1.v") == ["v"])
        #expect(bench.completions("a = be") == ["bent("])
        #expect(bench.completions("help mi").contains("mine"))
        #expect(bench.completions("rule other mu=0.9 { vel = mu*vel; w = w - lr*ve") == ["vel"])
        #expect(bench.completions("rule other mu=0.9 { vel = m") == ["max(", "min(", "mu"])
        #expect(
            bench.completions("rule other {  # a comment\n  vel = grad; # one more\n  # vel\n  w = w - ve") == ["vel"])
        #expect(bench.completions("activation f(zz, slope=1) = z") == ["zz"])
        #expect(bench.completions("activation f(zz, slope=1) = s").contains("slope"))
        try bench.run("help mine\nhelp bent\nshow\nstate W1\nnext\nrule\nactivation")
        let said = bench.texts.joined(separator: "\n")
        for text in [
            "mine (optimizer)", "v = k * v + grad", "bent(x, a=0.1) = where(x > 0, x, a * x)", "own rules mine",
            "own activations bent", "W1.v", "k=0.9",
        ] { #expect(said.contains(text), "\(text)") }
    }

    /// Short texts that stand for huge formulas are refused at once.
    @Test func sizesAreLimited() throws {
        let bench = TestBench()
        #expect(throws: Diagnostic.self) {
            try bench.run(
                "activation f0(x) = relu(x) + x\n"
                    + (1...99).map { "activation f\($0)(x) = f\($0 - 1)(f\($0 - 1)(x))" }.joined(separator: "\n"))
        }
        let deep = (1...60).reduce("relu(x)") { text, number in "max(\(text), \(number))" }
        #expect(throws: Diagnostic.self) { try bench.run("activation deep(x) = \(deep)") }
        let line = Array(repeating: "w", count: 600).joined(separator: "+")
        onLargeStack {
            #expect(throws: Diagnostic.self) { try bench.run("rule long { w = \(line) }") }
            #expect(throws: Diagnostic.self) {
                try bench.run("rule wide { \((0...40).map { "v\($0) = v\($0) + g" }.joined(separator: ";")); w = 1 }")
            }
            #expect(throws: Never.self) {
                try bench.run(
                    "rule fine { \((0..<30).map { "v\($0) = v\($0) + g" }.joined(separator: ";")); w = w*1 }; optimizer fine"
                )
            }
        }
    }
}

extension String {
    fileprivate func replacingOccurrences(_ old: String, _ new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
