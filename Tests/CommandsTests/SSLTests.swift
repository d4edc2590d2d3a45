// Pretext tasks: labels are not read, evaluation is repeatable, and everything can be undone, repeated and explained.

import Commands
import Formulas
import Learning
import Tensors
import TestSupport
import Testing

@Suite struct SSLTests {
    /// A task with the outputs and the loss that it needs, and what else is done to the batch.
    struct Task: Sendable, CustomTestStringConvertible {
        let line: String
        let net: String
        let loss: String
        var chain = ""

        var testDescription: String { chain.isEmpty ? line : "\(chain); \(line)" }
        var isContrast: Bool { line.contains("contrast") }

        var session: String {
            """
            seed 5
            data glyphs n=40 seed=1
            split train=0.8 seed=1
            net \(net)
            loss \(loss)
            optimizer adam lr=0.01
            batch 12
            \(chain)
            \(line)
            """
        }
    }

    static let tasks = [
        Task(line: "ssl mask", net: "64 6 tanh 64", loss: "mse"),
        Task(line: "ssl mask rate=0.5 patch=2 fill=-1", net: "64 6 batchnorm relu dropout 0.2 64", loss: "bce"),
        Task(
            line: "ssl mask patch=4 on=all", net: "8x8 conv 3 channels=2 tanh flatten 64", loss: "huber",
            chain: "augment shift"),
        Task(line: "ssl order parts=2", net: "64 6 tanh 2", loss: "hinge"),
        Task(
            line: "ssl order parts=4", net: "64 6 batchnorm relu dropout 0.2 24", loss: "cross_entropy smoothing=0.1",
            chain: "augment noise sigma=0.2"),
        Task(line: "ssl contrast", net: "64 6 tanh 3", loss: "nt_xent"),
        Task(
            line: "ssl contrast", net: "64 6 batchnorm tanh dropout 0.2 3", loss: "nt_xent temperature=0.1",
            chain: "augment shift\naugment noise\nregularize l2 0.01"),
        Task(
            line: "ssl context patch=2 gap=0 jitter=1", net: "2x2x2 each( 4 batchnorm tanh dropout 0.2 ) 8",
            loss: "cross_entropy", chain: "augment flip"),
    ]

    @Test("every task of the catalogue has a session here that steps")
    func all() {
        for task in Catalog.pretextTasks { #expect(Self.tasks.contains { $0.line.hasPrefix("ssl \(task.name)") }) }
    }

    @Test(
        "labels are not read",
        arguments: [
            ("net 4 3 tanh 4; loss mse", "ssl mask rate=0.5"),
            ("net 4 3 tanh 2; loss cross_entropy", "ssl order parts=2"),
            ("net 4 3 tanh 2; loss nt_xent", "augment noise; ssl contrast"),
        ])
    func labels(_ net: String, _ task: String) throws {
        let folder = TemporaryFolder()
        var random = Random(seed: 2)
        let rows = (0..<30).map { row in
            ((0..<4).map { _ in "\(random.uniform())" } + ["\(row % 2)", "\(row * row)"]).joined(separator: ",")
        }
        folder.write("a,b,c,d,kind,size\n\(rows.joined(separator: "\n"))\n", to: "rows.csv")
        let benches = ["kind", "size"].map { target in
            let bench = TestBench()
            #expect(throws: Never.self) {
                try bench.run(
                    "seed 1; data csv \"rows.csv\" target=\(target) features=[a,b,c,d]; split train=0.8 seed=1",
                    folder: folder.path)
                try bench.run("\(net); \(task); optimizer adam; batch 8; train epochs=3; v = loss_on(val)")
            }
            return bench
        }
        for name in ["W1", "v"] { #expect(try benches[0].value(name).hasSameBits(as: benches[1].value(name))) }
        #expect(throws: Diagnostic.self) { try benches[0].run("y_data") }
    }

    @Test("an evaluation is repeatable and leaves the training its bits", arguments: tasks)
    func evaluation(_ task: Task) throws {
        let bench = TestBench()
        try bench.run(task.session + "\nstep 3\nforward")
        let before = bench.fingerprint
        try bench.run("a = loss_on(val)\nb = loss_on(train)\nexplain loss_on(train)\ngap\nexpect loss_on(val) == a")
        if !task.line.contains("mask") { try bench.run("expect accuracy(val) == accuracy(val)\nexplain accuracy(val)") }
        try bench.run("undo 2")
        #expect(bench.fingerprint == before)
        // Other batches were drawn since, of which evaluation knows nothing.
        try bench.run("a = loss_on(val)\nlr = 0\nstep 2")
        if !task.net.contains("batchnorm") { try bench.run("expect loss_on(val) == a") }
    }

    @Test("back, goto, undo and forward again give the same bits", arguments: tasks)
    func reproducible(_ task: Task) throws {
        for line in ["back 7", "goto 5", "undo"] {
            let (bench, other) = (TestBench(), TestBench())
            try other.run(task.session + "\nstep 5")
            try bench.run(task.session + "\nstep 5\nstep 7")
            try bench.run(line)
            for bench in [bench, other] { try bench.run("forward\nforward\nbackward\nupdate\nstep 4") }
            #expect(try bench.value("W1").hasSameBits(as: other.value("W1")), "\(line)")
            #expect(try bench.value("x").hasSameBits(as: other.value("x")), "\(line)")
        }
    }

    @Test("what the net reads and is asked is explained, and the gradients are right", arguments: tasks)
    func explained(_ task: Task) throws {
        let bench = TestBench()
        try bench.run(task.session + "\nforward\nbackward\ncheck gradients")
        #expect(!bench.texts.contains { $0.contains("✗") || $0.contains("differs") })
        var random = Random(seed: 3)
        var count = 0
        for (name, shape) in bench.explainable {
            let offset = random.index(below: shape.count)
            let place = shape.position(of: offset).map(String.init).joined(separator: ",")
            let target = place.isEmpty ? name : "\(name)[\(place)]"
            guard let explanation = try? bench.explanation("explain \(target)") else { continue }
            count += try ExplainTests.check(explanation, "\(task): \(target)")
            let stored = try bench.value(ofExplainable: name).elements[offset]
            let shown = explanation.lines.first { $0.symbol == target }
            if let shown { #expect(shown.result == stored, "\(target)") }
        }
        #expect(count > 20)
        for name in ["x", "y", "x_data"] { #expect(bench.explainable.contains { $0.0 == name }, "\(name)") }
    }

    @Test("next walks to the same numbers as step", arguments: tasks)
    func next(_ task: Task) throws {
        let (bench, other) = (TestBench(), TestBench())
        for bench in [bench, other] { try bench.run(task.session) }
        while try bench.value("t").elements[0] < 2 { try bench.run("next 5") }
        try other.run("step 2")
        #expect(try bench.value("W1").hasSameBits(as: other.value("W1")))
    }

    @Test("a preview shows the batch that the next step uses", arguments: tasks)
    func preview(_ task: Task) throws {
        let (bench, other) = (TestBench(), TestBench())
        for bench in [bench, other] { try bench.run(task.session + "\nstep 2") }
        try bench.run("ssl preview 30\na = x\nforward\nb = x")
        #expect(try bench.value("a").hasSameBits(as: bench.value("b")))
        #expect(bench.plots.count == 1)
        for bench in [bench, other] { try bench.run("step 3") }
        #expect(try bench.value("W1").hasSameBits(as: other.value("W1")))
    }

    @Test("a preview after forward leaves it to backward", arguments: tasks)
    func previewAfterForward(_ task: Task) throws {
        let (bench, other) = (TestBench(), TestBench())
        for bench in [bench, other] { try bench.run(task.session + "\nstep 2\nforward") }
        try bench.run("ssl preview 2")
        for bench in [bench, other] { try bench.run("backward\nupdate") }
        #expect(try bench.value("W1").hasSameBits(as: other.value("W1")))
    }

    @Test("with ssl off training is what it is without a task", arguments: tasks)
    func off(_ task: Task) throws {
        let (bench, plain) = (TestBench(), TestBench())
        let labelled = "net 64 4 tanh 10\nloss cross_entropy\ninit he_normal seed=3\nseed 4\nstep 3\na = loss_on(val)"
        try bench.run(task.session + "\nstep 2\nssl off\naugment off\nregularize off\nssl\n\(labelled)")
        #expect(bench.texts.contains { $0.contains("learns from labels") })
        try plain.run("data glyphs n=40 seed=1\nsplit train=0.8 seed=1\noptimizer adam lr=0.01\nbatch 12\n\(labelled)")
        for name in ["W1", "a"] { #expect(try bench.value(name).hasSameBits(as: plain.value(name))) }
    }

    @Test("a session with a task is saved and replays", arguments: tasks)
    func saved(_ task: Task) throws {
        let folder = TemporaryFolder()
        let (bench, again) = (TestBench(), TestBench())
        try bench.run(task.session + "\nstep 3\nforward")
        try bench.run("save \"\(folder.path)/saved.dl\"")
        try again.run(try Script.read(folder.path + "/saved.dl"))
        #expect(again.fingerprint == bench.fingerprint)
    }

    @Test(
        "of each sample as many squares are hidden as rate says",
        arguments: [(0.25, 1), (0.25, 2), (0.5, 4), (0.001, 2)])
    func hidden(_ rate: Double, _ patch: Int) throws {
        let bench = TestBench()
        try bench.run(
            "data glyphs n=40 seed=1\nnet 64 64\nloss mse\noptimizer sgd lr=0\nbatch 10\nssl mask rate=\(rate) patch=\(patch) fill=7"
        )
        let squares = 64 / (patch * patch)
        let count = max(Int((rate * Double(squares)).rounded()), 1) * patch * patch
        for _ in 0..<3 {
            try bench.run("step\nforward")
            let hidden = try bench.value("mask_hidden")
            for row in 0..<10 {
                let image = hidden.row(row).elements
                #expect(image.reduce(0, +) == Double(count))
                for pixel in 0..<64 {
                    let corner = pixel / 8 / patch * patch * 8 + pixel % 8 / patch * patch
                    #expect(image[pixel] == image[corner])
                }
            }
            try bench.run("expect x == where(mask_hidden, 7, x_data)\nexpect y == x_data")
        }
    }

    @Test("strips are put in the order that the table of help gives", arguments: 2...4)
    func order(_ parts: Int) throws {
        let bench = TestBench()
        let strips = (0..<12).map { "\($0)" }.joined(separator: ", ")
        let count = (1...parts).reduce(1, *)
        try bench.run("net 12 \(count)\nloss cross_entropy\nx = [\(strips)]\nssl order parts=\(parts)")
        let table = bench.texts.flatMap { $0.split(separator: " ").map(String.init) }
        var seen: Set<String> = []
        for number in 0..<count {
            let place = try #require(table.firstIndex(of: "\(number):"))
            let order = table[place + 1].compactMap(\.wholeNumberValue)
            seen.insert(table[place + 1])
            try bench.run("forward\norder_number = \(number)\nforward\nexpect y == \(number)")
            let expected = order.flatMap { strip in (0..<12 / parts).map { Double(strip * 12 / parts + $0) } }
            #expect(try bench.value("x").elements == expected)
        }
        #expect(seen.count == count && seen.allSatisfy { Set($0).count == parts })
        #expect(seen.sorted() == (0..<count).map { table[table.firstIndex(of: "\($0):")! + 1] })
    }

    @Test("two views of a batch are changed each for itself, and partners are those of the other half")
    func views() throws {
        let bench = TestBench()
        try bench.run(Self.tasks[6].session + "\nforward")
        try bench.run("expect x == shift_x + 0.1*noise_values\nexpect contrast_views[0:12] == x_data")
        try bench.run("expect contrast_views[12:24] == x_data\nexpect y[0:12] == linspace(12, 23, 12)")
        try bench.run("expect y[12:24] == linspace(0, 11, 12)\nexpect max(abs(x[0:12] - x[12:24])) > 0.1")
        // A net keeps its names of the loss only while it has it.
        try bench.run("similarity\nanchor_loss\nssl off\nloss cross_entropy")
        #expect(throws: Diagnostic.self) { try bench.run("similarity") }
    }
}
