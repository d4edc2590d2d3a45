// Explanations: the numbers of every line give its result when an independent calculator works them out.

import Commands
import Formulas
import Learning
import Tensors
import TestSupport
import Testing

@Suite struct ExplainTests {
    /// A session for every optimizer, loss, activation, schedule and landscape of the catalogue, and some functions.
    static let sessions: [String] = {
        let optimizers = [
            "sgd lr=0.1", "sgd lr=0.05 momentum=0.9 dampening=0.3 weight_decay=0.01", "momentum lr=0.1 form=keras",
            "momentum lr=0.1 form=average decay=decoupled weight_decay=0.1", "nesterov lr=0.1",
            "nesterov lr=0.1 nesterov_form=lookahead", "nesterov lr=0.1 form=keras", "adagrad lr=0.1 initial=0.1",
            "adagrad eps_at=inside", "rmsprop lr=0.02 centered=on momentum=0.5",
            "rmsprop eps_at=inside form=keras momentum=0.5",
            "adam lr=0.05", "adam lr=0.05 eps_at=hat", "adam eps_at=inside amsgrad=on", "adam bias_correction=off",
            "adamw lr=0.05 weight_decay=0.1", "adadelta", "adamax lr=0.05", "nadam lr=0.05", "lion lr=0.01",
            "newton damping=0.1", "newton form=abs damping=0.2 lr=0.5",
        ]
        let nets = [
            ("3 4 relu 3", "cross_entropy"), ("3 4 tanh 3", "cross_entropy smoothing=0.1"),
            ("3 5 gelu 3", "hinge form=keras"),
            ("3 4 silu 3", "cross_entropy"), ("3 4 sigmoid 2 softplus 3", "cross_entropy"),
            ("3 4 leaky_relu 3 softmax", "hinge margin=0.5 form=torch"),
            ("3 4 gelu form=tanh 3 log_softmax", "cross_entropy"),
            ("3 4 batchnorm relu dropout 0.3 3", "cross_entropy"),
            ("3 4 tanh skip( 4 relu dropout 0.8 p=keep form=classic 4 ) relu 3", "cross_entropy"),
            ("3 batchnorm momentum=0.9 form=keras 4 tanh batchnorm variance=biased 3", "cross_entropy"),
        ]
        let penalties = ["", "regularize l2 0.1", "regularize l1 0.05", "regularize elastic l1=0.01 l2=0.02 biases=on"]
        let clippings = ["", "clip norm 0.3", "clip value 0.02", "clip norm 0.2 per=variable form=keras"]
        let constraints = ["", "maxnorm 0.6", "maxnorm 0.9 form=keras"]
        return optimizers.enumerated().map { index, optimizer in
            let (net, loss) = nets[index % nets.count]
            return """
                seed \(index)
                data blobs n=24 noise=0.7
                net \(net.replacingFirst("3", by: "2"))
                init glorot_normal seed=\(index)
                normalize standard
                loss \(loss)
                \(penalties[index % 4])
                optimizer \(optimizer)
                \(clippings[index / 4 % 4])
                \(constraints[index % 3])
                batch 7
                """
        }
            + [
                """
                rule mine lr=0.1 v=0.5 {
                  old = v; g = g + 0.01*w; v = 0.9*v + g; s = max(0.9*s, abs(g))
                  w = w - lr*where(t > 1, v, old)/(s + 1e-8)
                }
                activation bent(q, a=0.1) = where(q > 0, q, a*q) + relu(q)*sin(q)
                data blobs n=24 noise=0.7
                net 2 4 bent a=0.3 3
                loss cross_entropy
                optimizer mine lr=0.05
                batch 7
                pen = sum(bent(W1, a=2))
                """
            ]
            + [
                "conv 3 channels=3 relu maxpool 2 flatten 2",
                "conv 2x3 channels=2 stride=2 padding=1 tanh flatten 3 batchnorm relu 2",
                "batchnorm conv 3 channels=2 padding=same bias=off relu skip( conv 3 channels=2 padding=same dropout 0.3 ) "
                    + "maxpool 2x3 stride=1 padding=same flatten 2",
                "maxpool 2 padding=1 conv 2 channels=3 batchnorm gelu dropout 0.5 p=keep form=classic flatten 2",
            ].enumerated().map { index, layers in
                """
                seed \(index)
                data bars size=5 n=20 noise=0.1
                net 25 \(layers)
                init glorot_normal seed=\(index)
                \(index % 2 == 0 ? "normalize standard" : "regularize l2 0.1")
                loss cross_entropy
                optimizer \(optimizers[index * 5])
                \(clippings[index])
                \(constraints[index % 3])
                batch 7
                """
            }
            + Catalog.schedules.enumerated().map { index, schedule in
                """
                data xor
                net 2 3 tanh 2
                loss cross_entropy
                optimizer \(optimizers[index * 3 % optimizers.count])
                \(schedule.example)\(schedule.name == "constant" ? "" : " warmup=2")
                batch \(index % 3 + 1)
                """
            }
            + BoltzmannTests.sessions
            + Catalog.landscapes.enumerated().map { index, landscape in
                """
                landscape \(landscape.name)
                optimizer \(optimizers[index * 2 % optimizers.count])
                \(Catalog.schedules[index % Catalog.schedules.count].example) per=epoch
                pen = 0.1 * w^2 + J * w[0] + 3 * w[0]
                """
            }
            + ["mse", "mae", "huber delta=0.5", "bce"].map { loss in
                """
                net 2 3 tanh 2
                loss \(loss)
                x = [[0.5, -1], [1.5, 2], [-0.3, 0.7]]
                y = [[1, 0], [0, 1], [1, 1]]
                optimizer adam lr=0.1
                pen = 0.1 * sum(W1^2) + sum(abs(W2)) + norm(b1) + var(z1) + max(z1) - mean(exp(a1), axis=0)[1]
                """
            }
    }()

    /// Every equation must hold, and its parts must be separated by one `=` each.
    static func check(_ explanation: Explanation, _ source: String) throws -> Int {
        var count = 0
        for line in explanation.lines where line.symbol != nil {
            let parts = line.parts(.ascii, .full)
            #expect(parts.allSatisfy { $0.sign == "=" && !$0.text.contains(" = ") })
            guard parts.count > 1 || line.formula.symbols.isEmpty else {
                Issue.record("\(source): \(line.symbol!) has no result")
                continue
            }
            let text = parts[max(parts.count - 2, 0)].text
            guard let numbers = try? Calculator.evaluate(text) else {
                Issue.record("\(source): \(line.symbol!) = \(text) cannot be worked out")
                continue
            }
            let difference = (numbers.value - line.result).magnitude
            // Terms that are told together may each be far larger than what is left of them.
            let terms = if case .sum(let terms) = line.formula { terms } else { [] as [Formula] }
            let magnitude = terms.reduce(max(numbers.magnitude, line.result.magnitude)) {
                $0 + $1.value { line.values[$0] ?? 0 }.magnitude
            }
            let isSame = numbers.value == line.result || (numbers.value.isNaN && line.result.isNaN)
            #expect(
                isSame || difference <= 1e-12 * magnitude,
                "\(source): \(line.symbol!) = \(parts.map(\.text).joined(separator: " = "))")
            count += 1
        }
        return count
    }

    /// Explains random elements of everything that has a name.
    private static func explainEverything(_ bench: TestBench, _ random: inout Random, _ source: String) throws -> Int {
        var count = 0
        for (text, shape) in bench.explainable {
            for _ in 0..<2 where shape.count > 0 {
                let offset = random.index(below: shape.count)
                let position = shape.position(of: offset).map(String.init)
                let target = position.isEmpty ? text : "\(text)[\(position.joined(separator: ","))]"
                let deep = random.uniform() < 0.1 ? " deep" : ""
                // Numbers that were typed in, or are of another moment, are refused; that is tested elsewhere.
                guard let explanation = try? bench.explanation("explain \(target)\(deep)") else { continue }
                count += try check(explanation, "\(source): \(target)")
                // What is explained is the very number that is stored.
                let stored = try bench.value(ofExplainable: text).elements[offset]
                // A buffer of the rule may have the parameter's name; its line is another number.
                if bench.chosenRule?.rule.slots.contains(where: { $0.name == text }) == true { continue }
                let shown = explanation.lines.last { $0.symbol == target }
                #expect(shown.map { $0.result == stored || stored.isNaN } ?? true, "\(source): \(target) is \(stored)")
            }
        }
        return count
    }

    @Test(arguments: sessions.indices) func numbersGiveResults(_ index: Int) throws {
        var random = Random(seed: UInt64(index))
        let bench = TestBench()
        try bench.run(Self.sessions[index])
        var count = 0
        for line in [
            "", "forward", "backward", "update", "step 3", "next", "next 2", "forward", "next 2", "backward", "next",
            "step",
        ] {
            try bench.run(line)
            count += try Self.explainEverything(bench, &random, Self.sessions[index] + "\n" + line)
        }
        #expect(count > 60)
    }

    @Test(arguments: files(in: "lessons", endingIn: ".dl")) func numbersOfLessonsGiveResults(_ name: String) throws {
        let script = try Script.read("\(packageFolder)/lessons/\(name)")
        var random = Random(seed: 5)
        let bench = TestBench()
        for line in script.lines {
            try bench.run(line, name: name, folder: script.folder)
            _ = try Self.explainEverything(bench, &random, line)
        }
    }

    @Test func gradientsComeWithANumericCheck() throws {
        let bench = TestBench()
        try bench.run("x = param([-5, 4])\nJ = x[0]^2 + 4*x[1]^2 - x[0]*x[1]\nminimize J\nforward\nbackward")
        let lines = try bench.explanation("explain x.grad[1]").lines
        #expect(lines[0].result == 37)
        #expect(lines.contains { $0.remark == "numeric check 37 ✓" })
    }

    /// What is measured by running the network is explained as well.
    @Test(arguments: [
        "accuracy(val)", "accuracy()", "loss_on(val)", "loss_on(train)", "predict([0.3, -0.2])[1]",
        "predict([[0.3, -0.2], [1, 2]])[1,0]", "numgrad(loss, W1)[0,1]", "numgrad(loss, b2, h=1e-4)[2]",
        "hessian(loss, W1)[0,3]", "hessian(loss)[9,11]", "eig(hessian(loss, b2))[2]", "eig([[2, 1], [1, 3]])[0]",
        "eig(hessian(loss))[0]",
    ]) func measuredNumbersGiveResults(_ target: String) throws {
        let bench = TestBench()
        try bench.run(Self.sessions[0] + "\nsplit train=0.7 seed=1\nstep 3\nforward\na = \(target)")
        let explanation = try bench.explanation("explain \(target)")
        #expect(try Self.check(explanation, target) > 0)
        #expect(try explanation.lines[0].result == bench.value("a").elements[0])
    }

    @Test func longSumsShowTheirEnds() throws {
        let bench = TestBench()
        try bench.run("digits full\nw = param(linspace(1, 10, 10))\nJ = sum(w)\nminimize J\nforward")
        let line = try bench.explanation("explain J").lines[0]
        #expect(
            line.parts(.ascii, .full).map(\.text) == ["w[0] + w[1] + (7 more terms) + w[9]", "1 + 2 + 42 + 10", "55"])
    }

    @Test func roundedNumbersAreMarked() throws {
        let bench = TestBench()
        try bench.run("w = param(3)\nJ = 1 / w\nminimize J\nforward")
        let line = try bench.explanation("explain J").lines[0]
        #expect(line.parts(.ascii, .significant(4)).map(\.sign) == ["=", "=", "≈"])
        #expect(line.parts(.ascii, .full).map(\.sign) == ["=", "=", "="])
    }

    @Test(arguments: [
        "adam lr=0.05 weight_decay=0.1", "adamw", "momentum lr=0.1 weight_decay=0.2", "sgd lr=0.1", "nadam",
        "rmsprop momentum=0.9", "sgd lr=0.1\nclip norm 0.5", "adam weight_decay=0.1\nclip value 0.1\nregularize l2 0.1",
        "newton", "newton lr=0.1 form=abs damping=0.1",
        "rmsprop momentum=0.9", "mine lr=0.1", "typed lr=0.01",
    ])
    func partsOfAChangeAddUp(_ optimizer: String) throws {
        let bench = TestBench()
        try bench.run("rule mine { u = 0.9*u + g^2; v = 0.5*v + g/sqrt(u + 1); w = w - lr*v }")
        try bench.run("rule typed { m = 0.9*m + 0.1*g; w = w - lr*(m/(1 - 0.9^t) + 0.01*w) }")
        try bench.run("w = param(0.7)\nJ = (w - 2)^2 + w^3\nminimize J\noptimizer \(optimizer)\nstep 5")
        let before = try bench.value("w").elements[0]
        try bench.run("step")
        let change = try bench.value("w").elements[0] - before
        let parts = try bench.parts(of: "w")
        #expect((parts.reduce(0) { $0 + $1 } - change).magnitude <= 1e-15 + 1e-12 * change.magnitude)
    }
}

extension String {
    fileprivate func replacingFirst(_ old: Character, by new: String) -> String {
        guard let index = firstIndex(of: old) else { return self }
        return self[..<index] + new + self[self.index(after: index)...]
    }
}
