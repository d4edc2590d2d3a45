// data: random labels, files of arrays, and what a saved session says about them.

import Commands
import TestSupport
import Testing

@Suite struct DataCommandTests {
    @Test func oneSeedGivesTheSameSamplesWithEitherLabels() throws {
        let (given, random) = (TestBench(), TestBench())
        let lines = "\nnet 64 10; loss cross_entropy; batch full; order fixed; forward"
        try given.run("data glyphs seed=3" + lines)
        try random.run("data glyphs labels=random seed=3" + lines)
        #expect(try given.value("x") == random.value("x"))
        #expect(try given.value("y") != random.value("y"))
        #expect(try given.value("y").elements.sorted() == random.value("y").elements.sorted())
        let again = TestBench()
        try again.run("data glyphs seed=3 labels=random" + lines)
        #expect(try again.value("y") == random.value("y"))
        // Without a seed of its own the session's stream is drawn from, and undo gives the numbers back.
        try again.run("data glyphs labels=random" + lines)
        let drawn = try again.value("y")
        try again.run("undo 2\ndata glyphs labels=random" + lines)
        #expect(try again.value("y") == drawn)
    }

    /// Images with their channels last, as NumPy saved them: five of 2×3 with two channels.
    @Test func channelsComeFirst() throws {
        let folder = TemporaryFolder()
        for (name, file) in [("x.npy", "x_5x2x3x2_C"), ("flat.npy", "x_5x4_C"), ("y.npy", "values")] {
            folder.copy("Tests/Fixtures/arrays/\(file).npy", as: name)
        }
        let bench = TestBench()
        let line = "data npy \"x.npy\" target=\"y.npy\""
        try bench.run("\(line) channels=last; net 12 conv 2 channels=1 flatten 1; show", folder: folder.path)
        #expect(bench.texts.contains { $0.contains("net 2x2x3 conv 2 channels=1 flatten 1") })
        try bench.run("\(line); net 12 conv 2 channels=1 flatten 1; show", folder: folder.path)
        #expect(bench.texts.contains { $0.contains("net 2x3x2 conv 2 channels=1 flatten 1") })
        let failure = #expect(throws: Diagnostic.self) {
            try bench.run("data npy \"flat.npy\" target=\"y.npy\" channels=last", folder: folder.path)
        }
        #expect(failure?.message.contains("channels=last is for images") == true)
        #expect(failure?.place?.column == 36)
    }

    /// A session that read two files replays from another folder.
    @Test(arguments: [
        "data idx \"images\" labels=\"labels\" scale=2", "data idx \"images\" labels=random(\"labels\") seed=2",
        "data npy \"x.npy\" target=\"y.npy\"; a = 1", "a = 1; data npy \"x.npy\" target=\"y.npy\" features=[x1]",
        "data csv \"a.csv\" target=\"c\"", "data csv \"a.csv\" target=c labels=random seed=1",
    ]) func savedSessionFindsTheFiles(_ line: String) throws {
        let folder = TemporaryFolder()
        folder.copy("Tests/Fixtures/arrays/images_u1.idx", as: "in/images")
        folder.copy("Tests/Fixtures/arrays/labels.idx", as: "in/labels")
        folder.copy("Tests/Fixtures/arrays/x_5x4_F.npy", as: "in/x.npy")
        folder.copy("Tests/Fixtures/arrays/labels.npy", as: "in/y.npy")
        folder.write("b,c\n1,x\n2,y\n", to: "in/a.csv")
        let bench = TestBench()
        try bench.run(line, folder: folder.path + "/in")
        try bench.run("split train=0.6\nJ = sum(x^2) + sum(y)\nbatch full\nforward", folder: folder.path + "/in")
        try bench.run("save \"\(folder.path)/saved.dl\"", folder: folder.path)
        let again = TestBench()
        try again.run(try Script.read(folder.path + "/saved.dl"))
        // The name of the data is the file's, as it was written.
        #expect(
            again.fingerprint.filter { !$0.hasPrefix("data ") } == bench.fingerprint.filter { !$0.hasPrefix("data ") })
        for name in ["x", "y", "J"] { #expect(try again.value(name).hasSameBits(as: bench.value(name))) }
    }
}
