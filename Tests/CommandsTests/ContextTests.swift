// Context prediction: what is drawn, what evaluation does, how it goes back, and what is kept of its net.

import Commands
import Learning
import Tensors
import TestSupport
import Testing

@Suite("Context prediction") struct ContextTests {
    static let session = """
        seed 5
        data scenes size=12 n=40 seed=1
        split train=0.8 seed=1
        ssl context patch=3 gap=1 jitter=0
        net 2x3x3 each( 6 batchnorm relu dropout 0.2 4 tanh ) 8
        loss cross_entropy
        optimizer adam lr=0.02
        batch 8
        """

    /// For the tests of explanations.
    static let sessions = [
        session,
        """
        seed 6
        data scenes size=13 n=20 content=texture seed=2
        ssl context patch=3 gap=1 jitter=1
        augment flip
        net 2x3x3 each( conv 2 channels=2 relu flatten 3 ) tanh 8
        normalize standard
        loss cross_entropy smoothing=0.1
        regularize l2 0.1
        optimizer momentum lr=0.1
        batch 7
        """,
        """
        data glyphs n=20 seed=2
        net 64 each( 5 relu each( 3 ) parts=5 batchnorm ) parts=4 relu skip( each( 3 dropout 0.4 ) parts=20 ) 10
        loss cross_entropy
        optimizer sgd lr=0.1
        batch 7
        """,
    ]

    @Test("every position and every move occurs, each alike, and only those", arguments: [0, 1, 2])
    func draws(jitter: Int) throws {
        let bench = TestBench()
        try bench.run(
            "seed 1; data scenes size=20 n=1600 grain=1 seed=1; ssl context patch=2 gap=2 jitter=\(jitter); "
                + "net 2x2x2 flatten 8; loss cross_entropy; forward")
        let positions = try bench.value(ofExplainable: "context_position").elements
        #expect(try bench.value("y").elements == positions)
        for position in 0..<8 {
            // Five standard deviations of a count of 1600 draws.
            let count = positions.count { $0 == Double(position) }
            #expect(abs(Double(count) - 200) < 5 * (200 * 7.0 / 8).squareRoot())
        }
        let moves = try bench.value(ofExplainable: "context_jitter")
        #expect(moves.shape == [1600, 4])
        #expect(Set(moves.elements) == Set((-jitter...jitter).map(Double.init)))
    }

    @Test("an image without jitter shows each patch where it stands")
    func patches() throws {
        let bench = TestBench()
        // Pixel 10·row + column of an image of 7×7, patches of 1 with gaps of 1: rows and columns 1, 3 and 5.
        try bench.run(
            """
            ssl context patch=1 gap=1 jitter=0
            net 2x1x1 flatten 8
            loss cross_entropy
            row = reshape(linspace(0, 6, 7), [7, 1])
            one = reshape(10*row + reshape(row, [1, 7]), [1, 7, 7])
            x = concat(one, one, one, one, one, one, one, one)
            context_position = [0, 1, 2, 3, 4, 5, 6, 7]
            forward
            """)
        #expect(
            try bench.value("x").elements == [11, 13, 15, 31, 35, 51, 53, 55].flatMap { [33.0, $0] })
    }

    @Test(
        "evaluation is repeatable and leaves the stream alone",
        arguments: ["accuracy(val)", "loss_on(val)", "loss_on(train)", "gap", "check gradients", "plot confusion"])
    func evaluation(_ line: String) throws {
        let bench = TestBench()
        try bench.run(Self.session + "\nstep 5\nforward")
        let before = bench.fingerprint
        try bench.run(line)
        #expect(bench.fingerprint == before)
        try bench.run("a = loss_on(val)\nb = loss_on(val)")
        #expect(try bench.value("a") == bench.value("b"))
    }

    @Test("back, goto and undo give the same draws and bits", arguments: ["back 7", "goto 5", "undo"])
    func goingBack(_ line: String) throws {
        let (bench, other) = (TestBench(), TestBench())
        try other.run(Self.session + "\nstep 5")
        try bench.run(Self.session + "\nstep 5\nstep 7")
        try bench.run(line)
        for bench in [bench, other] { try bench.run("step 3\nforward") }
        for name in ["context_position", "context_jitter", "mask1", "running_mean1", "W2", "out"] {
            #expect(try bench.value(ofExplainable: name) == other.value(ofExplainable: name), "\(name)")
        }
    }

    @Test("no label is read: other labels give the same training")
    func labels() throws {
        let (bench, other) = (TestBench(), TestBench())
        try bench.run(Self.session + "\nstep 12")
        try other.run(
            Self.session.replacing("n=40", with: "n=40 labels=random") + "\nstep 12")
        #expect(try bench.value("W2") == other.value("W2"))
    }

    @Test("transfer keeps the layers that read one patch", arguments: ["extract", "finetune", "scratch"])
    func transfer(_ way: String) throws {
        let bench = TestBench()
        try bench.run(Self.session + "\ntrain epochs=2")
        let names = ["W1", "b1", "gamma1", "running_mean1", "W2", "b2"]
        let before = try names.map { try bench.value(ofExplainable: $0).elements }
        try bench.run("ssl off\ndata scenes size=3 content=texture n=40 seed=1\ntransfer \(way) seed=2")
        #expect(bench.texts.contains("net 9 6 batchnorm relu dropout 0.2 4 tanh 4"))
        let after = try names.map { try bench.value(ofExplainable: $0).elements }
        #expect((after == before) == (way != "scratch"))
        try bench.run("batch 10\nstep 2")
        #expect(try (bench.value("W2").elements == before[4]) == (way == "extract"))
        guard way != "scratch" else { return }
        // One patch in the net that is left gives what it gave as a channel of two.
        try bench.run(
            """
            new
            net 2x3x3 each( conv 2 channels=2 relu flatten 4 tanh ) 8
            a = rand(3, 18)
            W3 = eye(8)
            both = predict(a)
            data scenes size=3 n=4
            transfer \(way) head=4
            W3 = eye(4)
            expect predict(a[:, 0:9]) ~= both[:, 0:4] tol=1e-12
            expect predict(a[:, 9:18]) ~= both[:, 4:8] tol=1e-12
            """)
    }
}
