// Augmentation: reproducible, undoable, explained, and never a part of evaluation.

import Commands
import Formulas
import Learning
import Tensors
import TestSupport
import Testing

@Suite struct AugmentTests {
    /// A line for every augmentation, and some of them together.
    static let chains: [String] =
        Catalog.augmentations.map { "augment \($0.name)" } + [
            "augment flip axis=vertical p=0.5\naugment shift max=2 fill=0.5\naugment rotate max=40",
            "augment rotate angles=[90, 180] between=nearest\naugment cutout size=3 p=0.5\naugment noise sigma=0.2",
            "augment mixup per=sample alpha=0.4\naugment cutmix per=sample partner=roll",
            "augment cutmix lambda=0.5 partner=reverse\naugment mixup lambda=0.6",
            "augment adversarial eps=0.1 steps=2 random_start=on share=0.5 range=[0, 1]\naugment mixup",
        ]

    static func net(_ chain: String) -> String {
        """
        seed 5
        data glyphs n=40 seed=1
        split train=0.8 seed=1
        net 64 6 batchnorm relu dropout 0.2 10
        loss cross_entropy smoothing=0.1
        optimizer adam lr=0.01
        batch 12
        \(chain)
        """
    }

    @Test("evaluation draws nothing, and its samples are those of the data", arguments: chains)
    func evaluation(_ chain: String) throws {
        let (bench, plain) = (TestBench(), TestBench())
        try bench.run(Self.net(chain) + "\nstep 3\nforward")
        let before = bench.fingerprint
        try bench.run(
            "accuracy(train)\na = loss_on(train)\nb = loss_on(val)\nexplain loss_on(val)\ncheck gradients\nlist")
        try bench.run("undo 2")
        #expect(bench.fingerprint == before)
        try plain.run(Self.net("") + "\nsplit train=0.8 seed=1")
        try bench.run("init glorot_normal seed=3\na = loss_on(train)\nb = loss_on(val)")
        try plain.run("init glorot_normal seed=3\na = loss_on(train)\nb = loss_on(val)")
        for name in ["a", "b"] { #expect(try bench.value(name) == plain.value(name)) }
    }

    @Test("back, goto, undo and forward again give the same bits", arguments: chains)
    func reproducible(_ chain: String) throws {
        for line in ["back 7", "goto 5", "undo"] {
            let (bench, other) = (TestBench(), TestBench())
            try other.run(Self.net(chain) + "\nstep 5")
            try bench.run(Self.net(chain) + "\nstep 5\nstep 7")
            try bench.run(line)
            for bench in [bench, other] { try bench.run("forward\nforward\nbackward\nupdate\nstep 4") }
            #expect(try bench.value("W1").hasSameBits(as: other.value("W1")), "\(line)")
            #expect(try bench.value("x").hasSameBits(as: other.value("x")), "\(line)")
        }
    }

    @Test("what the network reads is explained, and the gradients are right", arguments: chains)
    func explained(_ chain: String) throws {
        let bench = TestBench()
        try bench.run(Self.net(chain) + "\nforward\nbackward\ncheck gradients")
        #expect(!bench.texts.contains { $0.contains("✗") || $0.contains("differs") })
        var random = Random(seed: 3)
        var count = 0
        for (name, shape) in bench.explainable where !name.hasPrefix("W") && !name.hasSuffix("grad") {
            let offset = random.index(below: shape.count)
            let place = shape.position(of: offset).map(String.init).joined(separator: ",")
            let target = place.isEmpty ? name : "\(name)[\(place)]"
            guard let explanation = try? bench.explanation("explain \(target) deep") else { continue }
            count += try ExplainTests.check(explanation, "\(chain): \(target)")
            let stored = try bench.value(ofExplainable: name).elements[offset]
            let shown = explanation.lines.first { line in line.symbol == target }
            if let shown { #expect(shown.result == stored, "\(target)") }
        }
        #expect(count > 20)
        #expect(bench.explainable.contains { $0.0 == "x" } && bench.explainable.contains { $0.0 == "x_data" })
    }

    @Test("a preview shows the batch that the next step uses", arguments: chains)
    func preview(_ chain: String) throws {
        let (bench, other) = (TestBench(), TestBench())
        for bench in [bench, other] { try bench.run(Self.net(chain) + "\nstep 2") }
        try bench.run("augment preview 3\na = x\nforward\nb = x")
        #expect(try bench.value("a").hasSameBits(as: bench.value("b")))
        #expect(bench.plots.count == 1)
        for bench in [bench, other] { try bench.run("step 3") }
        #expect(try bench.value("W1").hasSameBits(as: other.value("W1")))
        let before = bench.fingerprint
        try bench.run("augment preview\nundo")
        #expect(bench.fingerprint == before)
    }

    /// 2 channels of 2×3 pixels, channel after channel as convolutions read them.
    @Test(
        "every channel is moved, and boxes are those of the image",
        arguments: [
            ("augment flip p=1", "[2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9]"),
            ("augment flip p=1 axis=vertical", "[3, 4, 5, 0, 1, 2, 9, 10, 11, 6, 7, 8]"),
            ("augment shift fill=-1; forward; shift_by = [[0, 1]]", "[-1, 0, 1, -1, 3, 4, -1, 6, 7, -1, 9, 10]"),
            ("augment rotate angles=[180] between=nearest", "[5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 6]"),
            (
                "augment cutout size=1 fill=-1; forward; cutout_box = [[0, 1, 2, 3]]",
                "[0, -1, -1, 3, -1, -1, 6, -1, -1, 9, -1, -1]"
            ),
        ])
    func channels(_ line: String, _ expected: String) throws {
        let bench = TestBench()
        try bench.run("net 2x2x3 flatten 2; loss cross_entropy; x = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]; y = [1]")
        try bench.run("\(line); forward; expect x[0] == \(expected)")
    }

    @Test("mixed labels are told in shares")
    func labels() throws {
        let bench = TestBench()
        try bench.run(Self.net("order fixed\naugment mixup lambda=0.6 partner=roll\naugment preview"))
        // The samples after the split in their fixed order, each mixed with the one before.
        let labels = bench.texts.filter { $0.contains("0.6 ") && $0.contains("0.4 ") }
        #expect(labels.count == 4)
        try bench.run("forward")
        for row in 0..<12 {
            try bench.run("expect sum(y[\(row)]) ~= 1 tol=1e-12")
            try bench.run(
                "expect y[\(row)] ~= 0.6*onehot(y_data[\(row)], 10) + 0.4*onehot(y_data[\(row)-1], 10) tol=1e-12")
        }
    }

    @Test("augmentations are replaced, removed one by one, and removed together")
    func chain() throws {
        let bench = TestBench()
        try bench.run(Self.net("augment flip p=1\naugment noise\naugment flip p=0"))
        try bench.run("augment")
        #expect(bench.texts.suffix(5).first == "flip p=0 axis=horizontal")
        try bench.run("augment flip off")
        try bench.run("augment off\nforward")
        #expect(throws: Diagnostic.self) { try bench.run("x_data") }
        // Without augmentation training is what it was before there was any.
        let plain = TestBench()
        try plain.run(Self.net("forward"))
        #expect(try plain.value("loss") == bench.value("loss"))
    }

    @Test("a session with augmentation is saved and replays", arguments: chains.suffix(3))
    func saved(_ chain: String) throws {
        let folder = TemporaryFolder()
        let (bench, again) = (TestBench(), TestBench())
        try bench.run(Self.net(chain) + "\nstep 3\nforward")
        try bench.run("save \"\(folder.path)/saved.dl\"")
        try again.run(try Script.read(folder.path + "/saved.dl"))
        #expect(again.fingerprint == bench.fingerprint)
    }

    @Test("targets that are one number a sample are mixed as numbers")
    func vectors() throws {
        let bench = TestBench()
        try bench.run("data polynomial n=6 seed=1\nw = param(0.5)\nJ = mean((w*x[:,0] - y)^2)\nminimize J\norder fixed")
        try bench.run(
            "augment mixup lambda=0.3 partner=reverse\nforward\nexpect x[0,0] ~= 0.3*x_data[0,0] + 0.7*x_data[5,0]")
        try bench.run("expect y[0] ~= 0.3*y_data[0] + 0.7*y_data[5]\nexpect J ~= mean((w*x[:,0] - y)^2)")
    }
}
