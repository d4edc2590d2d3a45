// IDX and NPY files: what is read, and that damaged files are refused in words, without asking for memory.

import Foundation
import Learning
import Tensors
import TestSupport
import Testing

@Suite("Arrays in files")
struct StoredArrayTests {
    static let folder = "\(packageFolder)/Tests/Fixtures/arrays"

    private func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(name)")))
    }

    /// A file of NumPy with this header and these bytes behind it.
    private static func npy(_ header: String, _ body: [UInt8] = [], length: Int? = nil, version: UInt8 = 1) -> [UInt8] {
        let length = length ?? header.utf8.count
        let size = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
        return [0x93] + Array("NUMPY".utf8) + [version, 0] + size + Array(header.utf8) + body
    }

    private static func header(_ descr: String = "'<f8'", _ fortran: String = "False", _ shape: String = "(1,)")
        -> String
    {
        "{'descr': \(descr), 'fortran_order': \(fortran), 'shape': \(shape), }\n"
    }

    @Test("NPY: the extremes of each type")
    func extremes() throws {
        let cases: [(String, [UInt8], Double)] = [
            ("<u8", [255, 255, 255, 255, 255, 255, 255, 255], 18_446_744_073_709_551_616),
            ("<i8", [0, 0, 0, 0, 0, 0, 0, 128], -9_223_372_036_854_775_808), (">i2", [0x80, 0], -32768),
            ("<i2", [0xFF, 0xFF], -1), ("|i1", [0x80], -128), ("|u1", [0xFF], 255), ("|b1", [1], 1),
            ("<f4", [0, 0, 0x80, 0x3F], 1), (">f8", [0x3F, 0xF8, 0, 0, 0, 0, 0, 0], 1.5),
            ("<f8", [1, 0, 0, 0, 0, 0, 0, 0], .leastNonzeroMagnitude),
        ]
        for (descr, body, value) in cases {
            let array = try StoredArray(npy: Self.npy(Self.header("'\(descr)'"), body))
            #expect(array.shape == [1] && array.elements == [value], "\(descr)")
        }
    }

    @Test("NPY: what Python also reads as that dictionary")
    func headers() throws {
        let body = [UInt8](repeating: 0, count: 16)
        for header in [
            "{\"shape\":(2,),\"descr\":\"<f8\",\"fortran_order\":True}",
            "{ 'fortran_order' : False , 'shape' : ( 1 , 2 ) , 'descr' : '<f8' }   \n",
        ] {
            #expect(try StoredArray(npy: Self.npy(header, body)).elements == [0, 0])
            #expect(try StoredArray(npy: Self.npy(header, body, version: 2)).elements == [0, 0])
        }
    }

    static let wrong: [([UInt8], String)] = [
        ([], "not NPY"), (Array("numpy".utf8), "not NPY"), ([0x93] + Array("NUMPY".utf8), "within its header"),
        (npy("", version: 4), "version 4.0"), (npy("{}", length: 500), "500 bytes"),
        (npy("{}", length: 0xFFFF_FFFF, version: 2), "4294967295 bytes"), (npy("{}"), "needs descr"),
        (npy("["), "{ should"),
        (npy(header("'<f2'"), [0, 0]), "type <f2"), (npy(header("'<c16'")), "type <c16"),
        (npy(header("'|O'")), "type |O"),
        (npy(header("'<U3'")), "type <U3"), (npy(header("'|f8'")), "type |f8"), (npy(header("'f8'")), "type f8"),
        (npy(header("[('a', '<f8')]")), "records"), (npy(header("'<f8'", "None")), "False should"),
        (npy(header("'<f8'", "False", "(1)"), [0, 0, 0, 0, 0, 0, 0, 0]), "a comma"),
        (npy(header("'<f8'", "False", "(-1,)")), "a size"), (npy(header("'<f8'", "False", "(1.5,)")), ") should"),
        (npy(header("'<f8'", "False", "(99999999999999999999,)")), "a size"),
        (npy(header("'<f8'", "False", "(4000000000, 4000000000, 4000000000)")), "too large"),
        (npy(header("'<f8'", "False", "(100000000,)")), "take 800000000 bytes, but 0"),
        (npy(header("'<f8'", "False", "(0,)")), "empty"),
        (npy(header("'<f8'", "False", "(2,)"), [0]), "cut off|1 bytes"),
        (npy(header("'<f8'", "False", "(1,)"), [UInt8](repeating: 0, count: 9)), "9 bytes follow"),
        (npy(header("'<f8'", "False", "(1,1,1,1,1,1,1,1,1)")), "9 axes"),
        (npy("{'descr': '<f8', 'descr': '<f8'}"), "key descr"), (npy("{'shape': (1,), 'order': 1}"), "key order"),
        (npy(header() + "x"), "its end"), (npy("{'descr': '<f8"), "closing quote"),
    ]

    @Test("NPY: damaged or unknown files are refused", arguments: wrong.indices)
    func wrongNPY(index: Int) {
        let (bytes, words) = Self.wrong[index]
        expectError(words) { () throws(OperationError) in _ = try StoredArray(npy: bytes) }
    }

    static let wrongImages: [([UInt8], String)] = [
        ([], "not IDX"), ([0, 0, 8], "not IDX"), ([1, 0, 8, 1], "not IDX"), ([0x1F, 0x8B, 8, 0], "compressed"),
        ([0, 0, 7, 1, 0, 0, 0, 0], "no type 7"), ([0, 0, 10, 1, 0, 0, 0, 0], "no type 10"), ([0, 0, 8, 0], "0 axes"),
        ([0, 0, 8, 9], "9 axes"), ([0, 0, 8, 2, 0, 0, 0, 1, 0], "within its header"),
        ([0, 0, 8, 1, 0, 0, 0, 0], "empty"),
        ([0, 0, 8, 1, 0, 0, 0, 2, 5], "take 2 bytes, but 1"), ([0, 0, 8, 1, 0, 0, 0, 1, 5, 6], "take 1 bytes, but 2"),
        ([0, 0, 14, 1, 7, 0, 0, 0], "take 939524096 bytes, but 0"),
        ([0, 0, 8, 1, 0xFF, 0xFF, 0xFF, 0xFF], "too large"),
        ([0, 0, 8, 8] + [UInt8](repeating: 0xFF, count: 32), "too large"),
    ]

    @Test("IDX: damaged or unknown files are refused", arguments: wrongImages.indices)
    func wrongIDX(index: Int) {
        let (bytes, words) = Self.wrongImages[index]
        expectError(words) { () throws(OperationError) in _ = try StoredArray(idx: bytes) }
    }

    @Test("arrays that do not go together, or hold what cannot be learned, are refused")
    func samples() throws {
        func array(_ descr: String, _ shape: String, _ body: [UInt8]) throws -> StoredArray {
            try StoredArray(npy: Self.npy(Self.header("'\(descr)'", "False", shape), body))
        }
        let three = try array("|u1", "(3,)", [0, 1, 2])
        let two = try array("|u1", "(2, 1)", [0, 255])
        let cases: [(StoredArray, StoredArray, String)] = [
            (three, two, "3 samples, but the targets have shape [2×1]"), (two, three, "2 samples"),
            (try array("|u1", "()", [3]), three, "one number"),
            (two, try array("|i1", "(2,)", [0, 0xFF]), "target 1 is -1"),
            (two, try array("<u2", "(2,)", [0, 0, 0x10, 0x27]), "target 1 is 10000"),
            (two, try array("<f4", "(2,)", [0, 0, 0, 0, 0, 0, 0xC0, 0x7F]), "target 1 is not a finite"),
            (
                try array("<f4", "(1, 2)", [0, 0, 0, 0, 0, 0, 0x80, 0x7F]), try array("|u1", "(1,)", [0]),
                "sample 0: x1"
            ),
            (
                try array("|u1", "(1, 400, 300)", [UInt8](repeating: 0, count: 120_000)), try array("|u1", "(1,)", [0]),
                "too many"
            ),
        ]
        for (x, y, words) in cases {
            expectError(words) { () throws(OperationError) in
                _ = try DataSet(name: "file", x: x, y: y, target: "y", scale: nil)
            }
        }
        #expect(try DataSet(name: "file", x: two, y: two, target: "y", scale: nil).classes.count == 256)
    }

    /// Every file of the fixtures cut at each length, and with each of its first bytes changed: nothing traps, and what is
    /// read has as many numbers as its shape says.
    @Test(
        "damaged bytes never trap",
        arguments: ["x_little_f4.npy", "x_5x2x3_F.npy", "x_version3.npy", "images_u1.idx", "images_f8.idx"])
    func damage(name: String) throws {
        let whole = try bytes(name)
        func check(_ bytes: [UInt8]) -> Bool {
            let array = name.hasSuffix("npy") ? try? StoredArray(npy: bytes) : try? StoredArray(idx: bytes)
            guard let array else { return false }
            #expect(array.elements.count == array.shape.reduce(1, *))
            return true
        }
        #expect(check(whole))
        for length in whole.indices { #expect(!check(Array(whole[..<length])), "\(length)") }
        #expect(!check(whole + [0]))
        var random = Random(seed: 5)
        for place in whole.indices.prefix(200) {
            for value in [0, 1, 0x27, 0x39, 0x7F, 0x80, 0xFF, UInt8(random.index(below: 256))] {
                var damaged = whole
                damaged[place] = value
                _ = check(damaged)
            }
        }
        for _ in 0..<3000 {
            var damaged = whole
            for _ in 0...random.index(below: 4) {
                damaged[random.index(below: damaged.count)] = UInt8(random.index(below: 256))
            }
            if random.index(below: 3) == 0 { damaged.removeLast(random.index(below: damaged.count)) }
            _ = check(damaged)
        }
    }

    private func expectError(_ words: String, _ body: () throws(OperationError) -> Void) {
        do {
            try body()
            Issue.record("accepted; expected \(words)")
        } catch {
            let text = error.message + (error.hint ?? "")
            #expect(words.split(separator: "|").allSatisfy { text.contains($0) }, "\(text)")
        }
    }
}
