// Layers with two modes: evaluation draws nothing and moves nothing; masks and statistics go back with the rest.

import Commands
import Learning
import TestSupport
import Testing

@Suite struct LayerTests {
    static let net = """
        seed 3
        data moons n=40 noise=0.2 seed=1
        split train=0.8 seed=1
        net 2 6 batchnorm relu skip( 6 tanh dropout 0.4 6 ) dropout 0.3 2
        loss cross_entropy
        optimizer adam lr=0.02
        batch 8
        """

    static let images = """
        seed 4
        data glyphs n=40 classes=2 seed=1
        split train=0.8 seed=1
        net 64 conv 3 channels=2 batchnorm relu dropout 0.2 maxpool 2 flatten 3 batchnorm dropout 0.3 2
        loss cross_entropy
        optimizer adam lr=0.02
        batch 8
        """

    @Test(
        "evaluation draws no random numbers and changes no statistics",
        arguments: [
            "accuracy(train)", "accuracy(val)", "loss_on(train)", "predict(x[0:3])", "explain loss_on(val)",
            "plot confusion", "plot loss", "plot layers", "check gradients", "show", "list", "gap", "params",
            "explain predict(x[0])[1]", "explain accuracy(val)",
        ], [net, images])
    func evaluation(_ line: String, _ net: String) throws {
        let bench = TestBench()
        try bench.run(net + "\nstep 5\nforward")
        let before = bench.fingerprint
        try bench.run(line)
        #expect(bench.fingerprint == before)
    }

    @Test("back, goto and undo restore masks and statistics bit by bit", arguments: ["back 7", "goto 5", "undo"])
    func goingBack(_ line: String) throws {
        let (bench, other) = (TestBench(), TestBench())
        try other.run(Self.net + "\nstep 5")
        try bench.run(Self.net + "\nstep 5\nstep 7")
        try bench.run(line)
        let names = ["running_mean1", "running_var1", "mask2", "mask3", "W3", "gamma1"]
        for name in names {
            #expect(try bench.value(ofExplainable: name) == other.value(ofExplainable: name), "\(name)")
        }
        for bench in [bench, other] { try bench.run("step 3") }
        for name in names {
            #expect(try bench.value(ofExplainable: name) == other.value(ofExplainable: name), "\(name)")
        }
    }

    @Test("running statistics of images count every pixel of a channel")
    func pixels() throws {
        let bench = TestBench()
        try bench.run(
            """
            net 2x2 batchnorm flatten 1
            loss mse
            x = [[1, 2, 3, 4], [5, 6, 7, 8]]
            y = [0, 1]
            forward
            """)
        // The mean of 1 … 8 is 4.5; their variance with n − 1 is 6.
        #expect(try bench.value(ofExplainable: "running_mean0").elements == [0.9 * 0 + 0.1 * 4.5])
        let variance = try bench.value(ofExplainable: "running_var0").elements[0]
        #expect(abs(variance - (0.9 + 0.1 * 6)) < 1e-15)
        // One image has pixels enough for a variance.
        try bench.run("x = [1, 2, 3, 4]\ny = [0]\noptimizer sgd lr=0.1\nstep")
    }

    @Test("images are taken as rows, in their own shape, and one by one")
    func shapes() throws {
        let bench = TestBench()
        try bench.run("net 2x3x2 conv 2 channels=2 flatten 2; a = reshape(linspace(0, 1, 36), [3, 12])")
        try bench.run(
            "rows = predict(a); images = predict(reshape(a, [3, 2, 3, 2])); one = predict(reshape(a[1], [2, 3, 2]))")
        #expect(try bench.value("rows") == bench.value("images"))
        #expect(try bench.value("one") == bench.value("rows").row(1))
        try bench.run("loss mse; x = reshape(a, [3, 2, 3, 2]); y = zeros(3, 2); forward")
        #expect(try bench.value("x") == bench.value("a"))
        #expect(try bench.value("out") == bench.value("rows"))
    }

    @Test("many samples are evaluated in parts, with the same results")
    func parts() throws {
        let bench = TestBench()
        try bench.run(
            """
            net 8x8 conv 3 channels=64 batchnorm relu maxpool 2 dropout 0.3 form=classic flatten 3
            loss cross_entropy
            a = rand(4000, 64); b = argmax(a @ rand(64, 3), axis=1)
            x = a; y = b
            running_mean1 = 0.1; running_var1 = 2
            parts = concat(predict(a[0:1500]), predict(a[1500:3000]), predict(a[3000:4000]))
            expect predict(a) ~= parts tol=1e-12
            expect loss_on(train) ~= cross_entropy(parts, b) tol=1e-12
            regularize l2 0.1 evaluation=total
            expect loss_on(train) ~= cross_entropy(parts, b) + 0.1 * (sum(W1^2) + sum(W2^2)) tol=1e-12
            """)
    }

    @Test("a layer of the width of images takes the shape of the data, as the line that it becomes says")
    func shapeOfData() throws {
        let bench = TestBench()
        try bench.run("data bars size=5; net 25 batchnorm conv 2 channels=1 flatten 2; show")
        #expect(bench.texts.contains { $0.contains("net 5x5 batchnorm conv 2 channels=1 flatten 2") })
        // A dense layer first: the pixels are plain features.
        try bench.run("net 25 4 relu 2; show")
        #expect(bench.texts.contains { $0.contains("net 25 4 relu 2") })
    }

    @Test("a batch is counted once, and its mask stays, however often it goes forward")
    func onceABatch() throws {
        let (bench, other) = (TestBench(), TestBench())
        for bench in [bench, other] { try bench.run(Self.net) }
        try bench.run("forward\nforward\nbackward\nupdate\nforward\nstep")
        try other.run("step 2")
        #expect(bench.fingerprint == other.fingerprint)
    }

    @Test("a mask has the share of ones that its rate asks for", arguments: [("0.2", 0.8), ("0.2 p=keep", 0.2)])
    func share(_ keys: String, _ keep: Double) throws {
        let bench = TestBench()
        try bench.run("net 1 100 dropout \(keys) 1; loss mse; x = ones(100, 1); y = ones(100, 1); forward")
        let mask = try bench.value(ofExplainable: "mask1")
        #expect(mask.shape == [100, 100])
        // Five standard deviations of the mean of 10000 draws.
        #expect(abs(mask.elements.reduce(0, +) / 10000 - keep) < 5 * 0.4 / 100)
    }
}
