// TestBench: a workbench for tests: runs lines, keeps what was said, and tells whether two sessions are the same.

import Formulas
import Tensors

@testable import Commands

/// Runs lines and collects their output.
public final class TestBench {
    public private(set) var texts: [String] = []
    fileprivate var explanations: [Explanation] = []
    fileprivate var workbench: Workbench!

    public init(seed: UInt64 = 0) {
        workbench = Workbench(seed: seed) { [unowned self] output in
            switch output {
            case .text(let text): texts.append(text)
            case .tensor(let value, let name, _, let digits):
                texts.append((name.map { "\($0) = " } ?? "") + TensorText.inline(value, digits: digits))
            case .table(let table): texts += table.rows.map { $0.joined(separator: " ") }
            case .explanation(let explanation): explanations.append(explanation)
            case .progress: break
            }
        }
    }

    /// Runs a script of one or more lines.
    public func run(_ text: String, name: String = "test", folder: String = "") throws(Diagnostic) {
        try workbench.run(Script(name: name, text, folder: folder))
    }

    public func run(_ script: Script) throws(Diagnostic) { try workbench.run(script) }

    /// The logical lines of a script, one by one.
    public static func lines(of script: Script) -> [String] {
        var lines: [String] = []
        var start = 0
        while let (range, next) = script.line(from: start) {
            lines.append(String(decoding: script.text[range], as: UTF8.self))
            start = next
        }
        return lines
    }

    /// The value of a name.
    public func value(_ name: String) throws(Diagnostic) -> Tensor { try workbench.session.value(of: name) }

    /// How many lines can be undone.
    public var lineCount: Int { workbench.history.lines.count }

    public func completions(_ line: String) -> [String] {
        workbench.completions(line, cursor: line.utf8.count).candidates.map(\.text)
    }

    /// Every number that later commands depend on, bit by bit.
    public var fingerprint: [String] {
        let session = workbench.session
        let training = session.training
        func bits(_ values: [Double]) -> String {
            values.map { String($0.bitPattern, radix: 16) }.joined(separator: " ")
        }
        return [
            "parameters \(bits(training.parameters))", "slots \(bits(training.slots))",
            "clock \(training.updates) \(training.optimizerUpdates) \(training.epoch) \(training.drawn)",
            "batch \(training.batch) \(training.batchIsUsed) \(training.order)", "random \(training.random)",
            "layout \(session.layout.entries)", "objective \(session.objective ?? "")",
            "optimizer \(session.optimizer?.member.name ?? "") \(session.optimizer?.settings.given.description.sorted() ?? [])",
            "live \(session.liveOrder)",
            "plain \(session.plain.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.shape) \(bits($0.value.elements))" })",
            "hand \(session.batchByHand.sorted { $0.key < $1.key }.map { "\($0.key) \(bits($0.value.elements))" })",
            "data \(session.data?.set.name ?? "") \(session.data?.trainingRows ?? []) \(session.data?.batchSize ?? 0)",
            "digits \(session.digits) \(session.accumulates)",
        ]
    }
}

/// The package's folder.
public let packageFolder: String = {
    let file = #filePath
    return file.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
}()

/// The names of the files in a folder of the package that end in `suffix`, sorted.
public func files(in folder: String, endingIn suffix: String) -> [String] {
    FolderListing.names(packageFolder + "/" + folder).filter { $0.hasSuffix(suffix) }.sorted()
}

extension TestBench {
    /// Everything with a name whose elements may be explained, with its shape.
    public var explainable: [(String, Shape)] {
        let session = workbench.session
        var targets = session.layout.entries.map { ($0.name, $0.shape) }
        for name in session.liveOrder {
            if let value = try? session.value(of: name) { targets.append((name, value.shape)) }
        }
        targets += targets.map { ("\($0.0).grad", $0.1) }
        for slot in session.optimizer?.rule.slots ?? [] {
            targets += session.layout.entries.map { ("\($0.name).\(slot.name)", $0.shape) }
        }
        if let x = try? session.value(of: "x"), session.isBatchName("x") { targets.append(("x", x.shape)) }
        return targets
    }

    /// What a line that begins with `explain` shows.
    public func explanation(_ line: String) throws(Diagnostic) -> Explanation {
        explanations = []
        try run(line)
        return explanations.first ?? Explanation()
    }

    /// The parts of the last change of a scalar parameter.
    public func parts(of name: String) throws(Diagnostic) -> [Double] {
        let session = workbench.session
        guard let entry = session.layout[name] else { return [] }
        return try session.lastUpdate(of: entry, 0, name).parts.map(\.amount)
    }
}
