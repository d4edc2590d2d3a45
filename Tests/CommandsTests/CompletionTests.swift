// Tab: what is offered at a place, that it works there, and that nothing else is offered.

import Commands
import TestSupport
import Testing

@Suite struct CompletionTests {
    private func bench() throws -> TestBench {
        let bench = TestBench()
        try bench.run(BadInputTests.setup)
        try bench.run("J = sum(w^2); fork other; display lr; forward; backward")
        return bench
    }

    /// A line, what must be offered at its end, and what must not.
    struct Case: Sendable, CustomStringConvertible {
        let line: String
        let offered: [String]
        let absent: [String]

        init(_ line: String, _ offered: [String], not absent: [String] = []) {
            self.line = line
            self.offered = offered
            self.absent = absent
        }

        var description: String { line }
    }

    @Test(arguments: [
        Case("", ["net", "sum(", "W1", "lr"], not: ["adam", "and"]),
        Case("a = ", ["W1", "sum("], not: ["net", "and"]),
        Case("a = W1 ", ["and", "or"], not: ["W1", "net"]),
        Case("loss ", ["mse", "huber"], not: ["delta=", "W1"]),
        Case("loss < ", ["W1", "t"], not: ["mse"]),
        Case("loss mse; optimizer sgd l", ["lr="], not: ["loss"]),
        Case("optimizer ", ["adam", "lion"], not: ["lr=", "W1", "net"]),
        Case("optimizer adam ", ["lr=", "eps_at="], not: ["momentum=", "sgd"]),
        Case("optimizer adam lr=0.1 ", ["eps="], not: ["lr="]),
        Case("optimizer adam eps_at=", ["hat", "inside"], not: ["on", "lr="]),
        Case("optimizer adam lr=", [], not: ["W1", "on"]),
        Case("init ", ["he_normal"], not: ["seed="]),
        Case("init normal scale=2 ", ["seed=", "bias="], not: ["scale=", "he_normal"]),
        Case("net ", [], not: ["relu"]),
        Case("net 4 8 ", ["relu", "gelu"], not: ["slope="]),
        Case("net 4 8 gelu ", ["form="], not: ["relu"]),
        Case("net 8x8 ", ["conv", "maxpool", "flatten"], not: ["channels=", "relu"]),
        Case("net 8x8 conv 3 ", ["channels=", "padding=", "relu"], not: ["kernel="]),
        Case("net 8x8 conv 3 channels=4 ", ["padding=", "relu"], not: ["channels=", "slope="]),
        Case("net 8x8 conv 3 channels=4 padding=", ["same", "valid"], not: ["relu"]),
        Case("net 8x8 conv 3 channels=4 relu conv 3 ", ["channels="]),
        Case("net 8x8 conv 3 channels=4 skip( conv 3x3 ", ["channels=", "padding="]),
        Case("net 8x8 maxpool 2 stride=", [], not: ["relu"]),
        Case("data ", ["iris", "csv", "show"], not: ["n="]),
        Case("data ", ["glyphs", "bars", "polynomial", "sparse", "idx", "npy"]),
        Case("data glyphs ", ["classes=", "shift=", "labels=", "n="], not: ["scale="]),
        Case("data glyphs labels=", ["random", "given"]),
        Case("data idx \"a\" ", ["labels=", "scale=", "seed="], not: ["target="]),
        Case("data npy \"a\" ", ["target=", "labels=", "scale=", "channels="]),
        Case("data npy \"a\" channels=", ["first", "last"]),
        Case("earlystop ", ["patience=", "min_delta=", "restore=", "rule=", "off"]),
        Case("loss cross_entropy variant=", ["K", "K-1"]),
        Case("maxnorm ", ["off", "limit=", "form="]),
        Case("maxnorm 3 ", ["form="], not: ["off"]),
        Case("maxnorm form=", ["torch", "keras"]),
        Case("earlystop rule=", ["torch", "keras"]),
        Case("augment ", ["mixup", "rotate", "preview", "off"], not: ["p="]),
        Case("augment mixup ", ["alpha=", "lambda=", "per=", "partner="], not: ["off"]),
        Case("augment mixup partner=", ["permutation", "reverse", "roll"]),
        Case("attack ", ["fgsm", "pgd"], not: ["eps="]),
        Case("attack pgd ", ["eps=", "steps=", "range=", "on=", "seed="]),
        Case("attack pgd on=", ["val", "batch"]),
        Case("x.", ["grad"], not: ["m"]),
        Case("data moons ", ["n=", "noise=", "seed="], not: ["iris"]),
        Case("data iris features=[", ["petal_width"], not: ["W1"]),
        Case("minimize ", ["J"], not: ["z1", "W1", "a"]),
        Case("state ", ["W1", "w"], not: ["J"]),
        Case("order ", ["fixed"], not: ["full"]),
        Case("batch ", ["full"]),
        Case("split train=0.5 ", ["seed="], not: ["train="]),
        Case("switch ", ["main"], not: ["other"]),
        Case("delete ", ["1"]),
        Case("break ", ["if", "on"], not: ["nan"]),
        Case("break if ", ["W1", "norm("], not: ["on"]),
        Case("break on ", ["nan"]),
        Case("train ", ["epochs=", "until"]),
        Case("train until ", ["loss"], not: ["epochs="]),
        Case("explain W1[0,0] ", ["deep"], not: ["W1"]),
        Case("expect 1 ~= 1 ", ["tol="]),
        Case("expect 1 ~= 1 tol=1 ", [], not: ["tol="]),
        Case("help ad", ["adam", "adamax"], not: ["relu"]),
        Case("trials 5 accuracy(", ["val", "train"], not: ["W1"]),
        Case("trials 5 lr { init ", ["he_normal"], not: ["W1"]),
        Case("trials 5 lr { init torch; ", ["train", "W1"]),
        Case("W1.", ["grad", "m", "v"], not: ["W1", "velocity"]),
        Case("z1.", ["grad"], not: ["m"]),
        Case("a.", [], not: ["grad"]),
        Case("1.", [], not: ["grad"]),
        Case("sum(a, ", ["axis=", "W1"], not: ["net"]),
        Case("sum(a, axis=0, ", [], not: ["axis="]),
        Case("gelu(a, form=", ["tanh"], not: ["W1"]),
        Case("12", [], not: ["and"]),
        Case("# opt", [], not: ["optimizer"]),
        Case("expect \"", [], not: ["W1"]),
    ]) func offers(_ place: Case) throws {
        let found = Set(try bench().completions(place.line))
        #expect(found.isSuperset(of: place.offered), "\(found.sorted())")
        #expect(found.isDisjoint(with: place.absent), "\(found.sorted())")
    }

    @Test func notesShowPresentValues() throws {
        let bench = try bench()
        func note(_ line: String, _ word: String) -> String? {
            bench.completionNotes(line)[word]
        }
        #expect(note("optimizer adam ", "lr=") == "0.01")
        #expect(note("optimizer sgd ", "lr=") == "0.001")
        #expect(note("split ", "train=") == "0.8")
        #expect(note("batch ", "full") == "now 15 of 120")
        #expect(note("order ", "shuffle") == "now")
        #expect(note("w", "w") == "[1, 2]")
    }

    /// Words offered after a verb are understood there, and so are keys with their first value.
    @Test func whatIsOfferedIsAccepted() throws {
        for verb in try bench().completions("").filter({ !$0.hasSuffix("(") && $0 != "quit" }) {
            for word in try bench().completions(verb + " ") where !word.hasSuffix("=") && !word.hasSuffix("(") {
                let bench = try bench()
                do throws(Diagnostic) { try bench.run("\(verb) \(word)") } catch {
                    let isUnknown = ["knows no", "there is no", "no such"].contains { error.message.contains($0) }
                    #expect(!isUnknown, "\(verb) \(word): \(error.message)")
                }
            }
        }
    }

    @Test func keysOfMembersAreAccepted() throws {
        for verb in ["optimizer", "loss", "init", "data"] {
            for member in try bench().completions(verb + " ") where member != "csv" && member != "show" {
                for key in try bench().completions("\(verb) \(member) ") where key != "features=" {
                    let bench = try bench()
                    let value = bench.completions("\(verb) \(member) \(key)").first ?? "0.5"
                    do throws(Diagnostic) { try bench.run("\(verb) \(member) \(key)\(value)") } catch {
                        #expect(!error.message.contains("no key"), "\(verb) \(member) \(key)\(value)")
                    }
                }
            }
        }
    }

    @Test func fileNamesStandInStrings() throws {
        let folder = TemporaryFolder()
        for name in ["lesson-1.dl", "lesson-2.dl", "odd \\ \"name", ".hidden"] { folder.write("", to: name) }
        folder.write("", to: "inner/deep.csv")
        let bench = TestBench()
        func found(_ line: String) -> [String] { bench.completions(line).map { $0.replacing(folder.path, with: "") } }
        let path = folder.path
        #expect(found("run \"\(path)/") == ["inner/", "lesson-1.dl", "lesson-2.dl", "odd \\\\ \\\"name"])
        #expect(found("run \"\(path)/less") == ["lesson-1.dl", "lesson-2.dl"])
        #expect(found("save \"\(path)/lesson-1") == ["lesson-1.dl\""])
        #expect(found("save weights \"\(path)/inn") == ["inner/"])
        #expect(found("data csv \"\(path)/inner/") == ["deep.csv\""])
        #expect(found("load weights \"\(path)/.") == [".hidden\""])
        #expect(found("load \"\(path)/") == [])
        #expect(found("print \"\(path)/") == [])
        #expect(found("run \"\(path)/none/") == [])
    }
}
