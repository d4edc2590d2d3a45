// IDX: reads the format of the MNIST files: two zeros, the type of the numbers, the number of axes, their sizes, the
// numbers; all of it big-endian.

import Tensors

extension StoredArray {
    /// Reads a whole file. Fails when it is not IDX, holds another number of elements than it says, or none.
    public init(idx bytes: [UInt8]) throws(OperationError) {
        if bytes.starts(with: [0x1F, 0x8B]) {
            throw OperationError("the file is compressed", hint: "gunzip unpacks it")
        }
        guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0 else {
            throw OperationError(
                "the file is not IDX: it does not begin with two zeros, a type and a number of axes",
                hint: "MNIST's images begin with the bytes 0 0 8 3, its labels with 0 0 8 1")
        }
        guard let element = Self.idxElement(bytes[2]) else {
            throw OperationError(
                "IDX has no type \(bytes[2])",
                hint: "known are 8 and 9 (bytes), 11 (short), 12 (int), 13 (float), 14 (double)")
        }
        let rank = Int(bytes[3])
        guard (1...8).contains(rank) else { throw OperationError("an array of \(rank) axes: 1 to 8 can be read") }
        let start = 4 + 4 * rank
        guard bytes.count >= start else { throw OperationError("the file ends within its header") }
        let shape = (0..<rank).map { axis in
            bytes[4 + 4 * axis..<8 + 4 * axis].reduce(0) { $0 << 8 | Int($1) }
        }
        try self.init(bytes, from: start, shape: shape, element)
    }

    private static func idxElement(_ type: UInt8) -> Element? {
        switch type {
        case 0x08: Element(kind: .unsigned, bytes: 1, isBigEndian: true)
        case 0x09: Element(kind: .signed, bytes: 1, isBigEndian: true)
        case 0x0B: Element(kind: .signed, bytes: 2, isBigEndian: true)
        case 0x0C: Element(kind: .signed, bytes: 4, isBigEndian: true)
        case 0x0D: Element(kind: .real, bytes: 4, isBigEndian: true)
        case 0x0E: Element(kind: .real, bytes: 8, isBigEndian: true)
        default: nil
        }
    }
}
