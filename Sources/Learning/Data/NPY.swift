// NPY: reads NumPy's files: a magic word, a version, the length of a header, the header (a Python dictionary), the numbers.

import Tensors

extension StoredArray {
    /// Reads a whole file of version 1 to 3. Fails when it is not NPY, holds anything but whole and floating-point numbers or
    /// truth values, or another number of elements than it says, or none.
    public init(npy bytes: [UInt8]) throws(OperationError) {
        guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
            throw OperationError(
                "the file is not NPY: its first bytes are wrong", hint: "numpy.save(\"x.npy\", x) writes one")
        }
        guard bytes.count >= 8 else { throw OperationError("the file ends within its header") }
        guard (1...3).contains(bytes[6]), bytes[7] == 0 else {
            throw OperationError("NPY version \(bytes[6]).\(bytes[7]) is not known: 1.0, 2.0 and 3.0 are")
        }
        let lengthEnd = bytes[6] == 1 ? 10 : 12
        guard bytes.count >= lengthEnd else { throw OperationError("the file ends within its header") }
        let length = bytes[8..<lengthEnd].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytes.count - lengthEnd else {
            throw OperationError("the header should take \(length) bytes, the file ends before that")
        }
        var header = NPYHeader(bytes[lengthEnd..<lengthEnd + length])
        try header.read()
        try self.init(
            bytes, from: lengthEnd + length, shape: header.shape!, try Self.npyElement(header.descr!),
            columnsFirst: header.fortranOrder!)
    }

    /// `<f8`, `>i4`, `|u1`: the order of the bytes, the kind, how many.
    private static func npyElement(_ descr: String) throws(OperationError) -> Element {
        let known: [String: (Element.Kind, Int)] = [
            "b1": (.truth, 1), "u1": (.unsigned, 1), "u2": (.unsigned, 2), "u4": (.unsigned, 4), "u8": (.unsigned, 8),
            "i1": (.signed, 1), "i2": (.signed, 2), "i4": (.signed, 4), "i8": (.signed, 8), "f4": (.real, 4),
            "f8": (.real, 8),
        ]
        guard let order = descr.first, "<>|=".contains(order), let (kind, size) = known[String(descr.dropFirst())],
            order != "|" || size == 1
        else {
            throw OperationError(
                "numbers of type \(descr) cannot be read",
                hint: "whole numbers, float32 and float64 can: x.astype(\"float64\") in NumPy")
        }
        return Element(kind: kind, bytes: size, isBigEndian: order == ">")
    }
}

/// The dictionary of the header: three keys, each once, and nothing else.
private struct NPYHeader {
    private(set) var descr: String?
    private(set) var fortranOrder: Bool?
    private(set) var shape: [Int]?
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func read() throws(OperationError) {
        try expect("{")
        while !take("}") {
            let key = try string()
            try expect(":")
            switch key {
            case "descr" where descr == nil:
                if next == UInt8(ascii: "[") {
                    throw OperationError("the array holds records, not numbers", hint: "save one field: x[\"field\"]")
                }
                descr = try string()
            case "fortran_order" where fortranOrder == nil:
                if take("True") {
                    fortranOrder = true
                } else {
                    try expect("False")
                    fortranOrder = false
                }
            case "shape" where shape == nil: shape = try tuple()
            default:
                throw OperationError(
                    "the header has a key \(key) where descr, fortran_order and shape should each stand once")
            }
            if !take(",") {
                try expect("}")
                break
            }
        }
        guard next == nil else { throw damaged("its end") }
        guard descr != nil, fortranOrder != nil, shape != nil else {
            throw OperationError("the header needs descr, fortran_order and shape")
        }
    }

    private func damaged(_ wanted: String) -> OperationError {
        OperationError("the header is damaged: \(wanted) should stand at its byte \(rest.startIndex)")
    }

    /// The next byte that is no blank.
    private var next: UInt8? { rest.first { $0 != 0x20 && $0 != 0x0A } }

    private mutating func take(_ word: String) -> Bool {
        rest = rest.drop { $0 == 0x20 || $0 == 0x0A }
        guard rest.starts(with: word.utf8) else { return false }
        rest = rest.dropFirst(word.utf8.count)
        return true
    }

    private mutating func expect(_ word: String) throws(OperationError) {
        if !take(word) { throw damaged(word) }
    }

    private mutating func string() throws(OperationError) -> String {
        let quote: UInt8 = take("'") ? 0x27 : 0x22
        if quote == 0x22 { try expect("\"") }
        guard let end = rest.firstIndex(of: quote), end - rest.startIndex <= 100 else {
            throw damaged("a closing quote")
        }
        defer { rest = rest[(end + 1)...] }
        return String(decoding: rest[..<end], as: UTF8.self)
    }

    private mutating func tuple() throws(OperationError) -> [Int] {
        var sizes: [Int] = []
        try expect("(")
        while !take(")") {
            sizes.append(try size())
            if !take(",") {
                try expect(")")
                // (3) is a number in Python, (3,) a tuple.
                if sizes.count == 1 { throw damaged("a comma") }
                break
            }
        }
        guard sizes.count <= 8 else { throw OperationError("an array of \(sizes.count) axes: up to 8 can be read") }
        return sizes
    }

    private mutating func size() throws(OperationError) -> Int {
        _ = take("")
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard let size = Int(String(decoding: digits, as: UTF8.self)) else { throw damaged("a size") }
        rest = rest.dropFirst(digits.count)
        return size
    }
}
