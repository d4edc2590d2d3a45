// CSV files: quoting, line ends, encodings, and errors that name line and column.

import Learning
import Tensors
import Testing

@Suite("CSV")
struct CSVTests {
    private func csv(_ text: String) throws -> CSV { try CSV(Array(text.utf8)) }

    private func message(_ bytes: [UInt8]) -> String {
        do {
            _ = try CSV(bytes)
            return "no error"
        } catch { return error.message }
    }

    private func dataError(_ text: String, target: String = "y", features: [String]? = nil) throws -> OperationError? {
        let table = try csv(text)
        do {
            _ = try table.dataSet(name: "t", target: target, features: features)
            return nil
        } catch { return error }
    }

    @Test(
        "the same table with any line ends, with or without a last one, with empty lines and a byte order mark",
        arguments: [
            "a,b\n1,2\n3,4\n", "a,b\n1,2\n3,4", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4", "\u{FEFF}a,b\n1,2\n3,4\n",
            "a,b\n\n1,2\n\n\n3,4\n\n", " a , b\n1,2\n3,4", "\"a\",\"b\"\n\"1\",2\n3,\"4\"\n",
            "\u{FEFF}\"a\",b\r\n1,2\r\n3,4",
        ])
    func sameTable(text: String) throws {
        let table = try csv(text)
        #expect(table.header == ["a", "b"])
        #expect(table.rows.map(\.fields) == [["1", "2"], ["3", "4"]])
    }

    @Test("quoted fields hold commas, doubled quotes and line ends")
    func quotes() throws {
        let table = try csv("a,b\n\"x, y\",\"he said \"\"no\"\"\"\n\"two\nlines\",\"\"\nlast,z\n")
        #expect(table.rows.map(\.fields) == [["x, y", "he said \"no\""], ["two\nlines", ""], ["last", "z"]])
        #expect(table.rows.map(\.line) == [2, 3, 5])
    }

    @Test("an empty quoted field is a row of one column; an empty line is none")
    func emptyField() throws {
        #expect(try csv("a\n\"\"\n\nx\n").rows.map(\.fields) == [[""], ["x"]])
    }

    @Test("Korean text")
    func korean() throws {
        let table = try csv("키,몸무게,품종\r\n1.5,2,진돗개\r\n2,3,\"삽살개, 큰\"\r\n")
        #expect(table.header == ["키", "몸무게", "품종"])
        let set = try table.dataSet(name: "개", target: "품종", features: nil)
        #expect(set.features == ["키", "몸무게"])
        #expect(set.classes == ["삽살개, 큰", "진돗개"])
        #expect(set.y == [1, 0])
        #expect(set.x == Tensor([2, 2], [1.5, 2, 2, 3]))
    }

    @Test("what is no table is refused")
    func refused() {
        #expect(message([]) == "the file is empty")
        #expect(message(Array("\n\n".utf8)) == "the file is empty")
        #expect(message([0xEF, 0xBB, 0xBF]) == "the file is empty")
        #expect(message(Array("a,b\n".utf8)) == "the file has a header but no rows")
        #expect(message([97, 44, 98, 10, 0, 1, 2]) == "the file is not text: it holds NUL bytes")
        #expect(message([97, 10, 0xFF, 0xFE]) == "the file is not UTF-8 text")
        #expect(message(Array("a,a\n1,2".utf8)) == "two columns are named a")
        #expect(message(Array("a,\n1,2".utf8)) == "column 2 has no name")
        #expect(message(Array("a,b\n1,2\n3\n".utf8)) == "line 3 has 1 fields, the header has 2")
        #expect(message(Array("a,b\n1,2,3\n".utf8)) == "line 2 has 3 fields, the header has 2")
        #expect(message(Array("a,b\n1,2\n\"x,3\n4,5\n".utf8)) == "the quote opened in line 3 is never closed")
    }

    @Test("a ragged row after a quoted line end is named by its line in the file")
    func raggedAfterQuote() {
        #expect(message(Array("a,b\n\"1\n1\",2\n3\n".utf8)) == "line 4 has 1 fields, the header has 2")
    }

    @Test("a missing column is named, with those that there are")
    func missingColumn() throws {
        #expect(
            try dataError("a,y\n1,2", target: "z") == OperationError("there is no column z", hint: "columns are a, y"))
        #expect(try dataError("a,y\n1,2", features: ["q"])?.message == "there is no column q")
        #expect(try dataError("y\n1\n2")?.message == "there is no column but the target y")
    }

    @Test(
        "what is no finite number is refused with line and column",
        arguments: [
            ("x", "\"x\" is not a finite number"), ("", "a value is missing"),
            ("nan", "\"nan\" is not a finite number"),
            ("NaN", "\"NaN\" is not a finite number"), ("inf", "\"inf\" is not a finite number"),
            ("-Infinity", "\"-Infinity\" is not a finite number"), ("1e999", "\"1e999\" is not a finite number"),
            ("0x1F", "\"0x1F\" is not a finite number"), ("1.5.2", "\"1.5.2\" is not a finite number"),
            ("\"1,5\"", "\"1,5\" is not a finite number"),
        ])
    func notNumbers(field: String, reason: String) throws {
        let error = try dataError("a,b,y\n1,2,0\n3,\(field),1\n")
        #expect(error?.message == "line 3, column b: \(reason)")
    }

    @Test("numbers as targets are values; NaN and infinity among them are refused")
    func valueTargets() throws {
        let set = try csv("y,a\n1.5,2\n-3e2,4").dataSet(name: "t", target: "y", features: nil)
        #expect(set.y == [1.5, -300])
        #expect(set.classes.isEmpty)
        #expect(set.features == ["a"])
        #expect(try dataError("a,y\n1,2\n3,inf")?.message == "line 3, column y: \"inf\" is not a finite number")
        #expect(try dataError("a,y\n1,nan\n3,1")?.message == "line 2, column y: \"nan\" is not a finite number")
    }

    @Test("words as targets are classes in alphabetical order; a missing one is refused")
    func classTargets() throws {
        let text = "a,b,y\n1,2,pear\n3,4,apple\n5,6,pear\n7,8,fig\n"
        let set = try csv(text).dataSet(name: "t", target: "y", features: ["b"])
        #expect(set.classes == ["apple", "fig", "pear"])
        #expect(set.y == [2, 0, 2, 1])
        #expect(set.x == Tensor([4, 1], [2, 4, 6, 8]))
        #expect(try dataError("a,y\n1,p\n2,\n")?.message == "line 3 has no value for y")
    }

    @Test("columns can be chosen in another order")
    func chosen() throws {
        let set = try csv("a,b,y\n1,2,0\n3,4,1\n").dataSet(name: "t", target: "y", features: ["b", "a"])
        #expect(set.x == Tensor([2, 2], [2, 1, 4, 3]))
        let reduced = try set.choosing(["a"])
        #expect(reduced.x == Tensor([2, 1], [1, 3]))
        #expect(throws: OperationError.self) { try set.choosing(["c"]) }
        #expect(throws: OperationError.self) { try set.choosing([]) }
    }
}
