// help: everything has a text that fits the screen, and every line that a text gives as an example runs.

import Commands
import TestSupport
import Testing

@Suite struct HelpTests {
    /// A session in which the examples of most commands make sense.
    static let network = """
        data iris
        split train=0.8 seed=1
        net 4 16 relu 3
        init he_normal seed=7
        loss cross_entropy
        optimizer adam lr=0.01
        batch 15
        w = param([1, 2])
        J = sum(w^2)
        step 3
        forward
        backward
        """

    /// One in which those of functions do.
    static let values = """
        x = [2, 1, 0.1]
        a = [[1, 2, 3], [4, 5, 6]]; b = a + 1; c = a > 2
        p = x; y = 1; lo = 0; hi = 1; z = [[1, 0], [0, 1], [0.8, 0.6], [-0.6, 0.8]]
        """

    private static let machine = "new; data csv \"bits.csv\" target=c; split train=0.5; rbm hidden=2; forward"

    /// What the examples of a verb need besides.
    static let setups = [
        "augment": "data glyphs n=40 seed=1\nnet 64 10\naugment noise",
        "ssl": "new; data glyphs n=40 seed=1; ssl order",
        "p_hidden": machine, "p_visible": machine, "energy": machine, "free_energy": machine, "log_partition": machine,
        "reconstruct": machine, "reconstruction_error": machine, "rbm visible=3": "new",
        "init dbn": "new; data bars; rbm hidden=4; net 16 4 sigmoid 2",
        "minimize": "minimize J", "forward": "update", "next": "update", "back": "step 100", "goto": "step 100",
        "undo": "a = 1\na = 2\na = 3", "redo": "a = 1\na = 2\na = 3\nundo 3", "switch": "fork fast; switch main",
        "delete": "display lr", "continue": "break if t == 5\nstep 3\ndelete 1", "why": "update", "explain": "update",
        "diff": "step 10; fork fast; fork slow", "landscape": "landscape valley",
        "plot J": "new; w = param(2); J = w^2", "plot contour": "minimize J",
        "plot boundary": "new; data moons; net 2 4 tanh 2",
        "rbm": "data bars; rbm hidden=3", "gibbs": "data bars; rbm hidden=3",
        "plot fit": "new; net 1 4 tanh 1; x = [[0], [1]]; y = [[1], [2]]; loss mse",
    ]

    static let topics = TestBench().completions("help ")

    private func examples(_ topic: String) throws -> [String] {
        let bench = TestBench()
        try bench.run("help \(topic)")
        let mark = "  e.g.  "
        return bench.texts.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
    }

    /// A folder with the files that examples read.
    private func folder() throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        folder.write("1 + 1\n", to: "lesson.dl")
        let arrays = ["images": "images_u1.idx", "labels": "labels.idx", "x.npy": "x_5x4_C.npy", "y.npy": "values.npy"]
        for (name, file) in arrays { folder.copy("Tests/Fixtures/arrays/\(file)", as: name) }
        folder.write("a,b,d,c\n1,0,1,0\n0,1,1,1\n", to: "bits.csv")
        folder.write("a,b,species\n1,2,rose\n3,4,lily\n", to: "flowers.csv")
        let bench = TestBench()
        try bench.run(Self.network)
        try bench.run("save weights \"net.weights\"", folder: folder.path)
        return folder
    }

    @Test(arguments: topics) func examplesRun(_ topic: String) throws {
        let folder = try folder()
        for line in try examples(topic) {
            let words = line.split(separator: " ").prefix(2)
            let setup = Self.setups[words.joined(separator: " ")] ?? Self.setups[String(words[0].prefix { $0 != "(" })]
            let setups = [Self.network + "\n" + (setup ?? ""), Self.values]
            let errors = setups.compactMap { setup -> String? in
                let bench = TestBench()
                do throws(Diagnostic) {
                    try bench.run(setup, name: "setup", folder: folder.path)
                    try bench.run(line, folder: folder.path)
                    return nil
                } catch { return "\(error.place?.source ?? ""): \(error.message)" }
            }
            #expect(errors.count < setups.count, "\(line): \(errors)")
        }
    }

    @Test func everyVerbMemberAndFunctionHasExamples() throws {
        let bench = TestBench()
        for topic in bench.completions("").filter({ !["lr", "t", "epoch"].contains($0) })
            + bench.completions("optimizer ")
        {
            #expect(try !examples(topic.hasSuffix("(") ? String(topic.dropLast()) : topic).isEmpty, "\(topic)")
        }
    }

    @Test func textsFitTheScreen() throws {
        for topic in [""] + Self.topics {
            let bench = TestBench()
            try bench.run("help \(topic)")
            let text = bench.texts.filter { !$0.hasPrefix("  e.g.  ") }
            #expect(text.allSatisfy { $0.count <= 80 }, "\(topic): \(text.filter { $0.count > 80 })")
        }
    }

    @Test func overviewNamesEveryVerb() throws {
        let bench = TestBench()
        try bench.run("help")
        let words = Set(bench.texts.flatMap { $0.split(separator: " ").map(String.init) })
        let verbs = bench.completions("").filter { !$0.hasSuffix("(") && !["lr", "t", "epoch"].contains($0) }
        #expect(Set(verbs).isSubset(of: words))
    }

    @Test(
        "what may stand after a verb or a key, and what is drawn, has help",
        arguments: [
            ("extract", "word of transfer"), ("stack", "word of rbm"), ("dbn", "word of init"),
            ("preview", "word of ssl"),
            ("pcd", "chain=pcd of rbm"), ("masked", "on=masked of mask"), ("context_position", "of ssl context"),
            ("mixup_lambda", "of augment mixup"), ("anchor_loss", "the loss of each row"),
        ]) func declaredWords(_ word: String, _ text: String) throws
    {
        let bench = TestBench()
        try bench.run("help \(word)")
        #expect(bench.texts.joined(separator: " ").contains(text))
        #expect(Self.topics.contains(word))
    }

    @Test func valuesInUseAreShownBesideDefaults() throws {
        let bench = TestBench()
        try bench.run("optimizer adam lr=0.25; help adam")
        #expect(bench.texts.contains { $0.contains("lr=0.25") && $0.contains("default 0.001") })
        #expect(bench.texts.contains { $0.contains("mhat / (sqrt(vhat) + eps)") })
        #expect(bench.texts.contains { $0.contains("Keras: eps_at=hat") })
    }
}
