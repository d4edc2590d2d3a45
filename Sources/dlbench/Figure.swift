// One figure of the benchmark: work that is set up once and measured several times.

import Commands
import Glibc

struct Figure {
    let name: String
    let unit: String
    var runs = 5
    /// Sets the work up; what it returns does the work once and gives the figure of that run, in `unit`.
    let prepare: () throws -> () throws -> Double

    /// Measures, and prints everything but the end of the line.
    func measure() throws {
        let run = try prepare()
        let values = try (0..<runs).map { _ in try run() }.sorted()
        let columns = [values[runs / 2], values[0], values[runs - 1]].map(Column.number)
        print(
            Column.name(name), columns[0], unit.padded(to: 8), columns[1], columns[2], Column.text("\(runs) runs"),
            separator: "", terminator: "")
        fflush(nil)
    }
}

/// The columns of the table.
enum Column {
    static func name(_ text: String) -> String { text.padded(to: 58) }
    static func text(_ text: String) -> String { "  " + text }

    /// Four significant digits.
    static func number(_ value: Double) -> String {
        let digits = max(0, 3 - Int(log10(max(abs(value), 1e-9)).rounded(.down)))
        var buffer = [CChar](repeating: 0, count: 64)
        _ = withVaList([value]) { vsnprintf(&buffer, buffer.count, "%.\(digits)f", $0) }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .padded(to: 10, left: true) + " "
    }
}

extension String {
    fileprivate func padded(to width: Int, left: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - count))
        return left ? space + self : self + space
    }
}

/// Seconds that `work` takes.
func seconds(_ work: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try work()
    return (ContinuousClock.now - start) / .seconds(1)
}

/// A workbench in which `setup` has run.
func workbench(_ setup: String) throws -> Workbench {
    let bench = Workbench { _ in }
    try bench.run(Script(name: "setup", setup))
    return bench
}
