// TestBench: a workbench for tests: runs lines, keeps what was said, and tells whether two sessions are the same.

import Commands
import Formulas
import Learning
import Plots
import Tensors

/// Runs lines and collects their output.
public final class TestBench {
    public private(set) var texts: [String] = []
    public private(set) var plots: [Plot] = []
    fileprivate var explanations: [Explanation] = []
    fileprivate var workbench: Workbench!

    public init(
        seed: UInt64 = 0, historyBytes: Int = History.byteLimit, trackLimits: TrackLimits = TrackLimits()
    ) {
        workbench = Workbench(seed: seed, historyBytes: historyBytes, trackLimits: trackLimits) {
            [unowned self] output in
            switch output {
            case .text(let text): texts.append(text)
            case .entry(let entry): texts += entry.lines
            case .prose(let lines): texts += lines
            case .tensor(let value, let name, _, let digits):
                texts.append((name.map { "\($0) = " } ?? "") + TensorText.inline(value, digits: digits))
            case .table(let table): texts += table.rows.map { $0.joined(separator: " ") }
            case .explanation(let explanation): explanations.append(explanation)
            case .plot(let plot, _): plots.append(plot)
            case .progress: break
            }
        }
    }

    /// Whether rows of steps end after one step, as if Ctrl-C had been typed.
    public var stopsAfterEveryStep: Bool {
        get { workbench.isInterrupted() }
        set { workbench.isInterrupted = { newValue } }
    }

    /// Whether lines come as from a person at a prompt.
    public var isInteractive: Bool {
        get { workbench.isInteractive }
        set { workbench.isInteractive = newValue }
    }

    /// Runs a script of one or more lines.
    public func run(_ text: String, name: String = "test", folder: String = "") throws(Diagnostic) {
        try workbench.run(Script(name: name, text, folder: folder))
    }

    public func run(_ script: Script) throws(Diagnostic) { try workbench.run(script) }

    /// The value of a name.
    public func value(_ name: String) throws(Diagnostic) -> Tensor { try workbench.session.value(of: name) }

    /// The updates of the present run after which a moment is kept.
    public var keptMoments: [Int] { workbench.session.keptMoments }

    /// How many lines can be undone.
    public var lineCount: Int { workbench.lineCount }

    /// What the sessions that are kept for `undo` take together.
    public var historyBytes: Int { workbench.historyBytes }

    public func completions(_ line: String) -> [String] {
        workbench.completions(line, cursor: line.utf8.count).candidates.map(\.text)
    }

    /// What is shown beside the candidates.
    public func completionNotes(_ line: String) -> [String: String] {
        let candidates = workbench.completions(line, cursor: line.utf8.count).candidates
        return Dictionary(candidates.compactMap { c in c.note.map { (c.text, $0) } }, uniquingKeysWith: { $1 })
    }

    /// Every number that later commands depend on, bit by bit.
    public var fingerprint: [String] { workbench.session.fingerprint }
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
    public var explainable: [(String, Shape)] { workbench.session.explainable }

    /// The value of something explainable: `W1`, `W1.grad`, `W1.m`.
    public func value(ofExplainable text: String) throws(Diagnostic) -> Tensor {
        try workbench.session.value(ofExplainable: text)
    }

    /// What a line that begins with `explain` shows.
    public func explanation(_ line: String) throws(Diagnostic) -> Explanation {
        explanations = []
        try run(line)
        return explanations[0]
    }

    /// The rule of the updates with its settings.
    public var chosenRule: (rule: Rule, settings: Settings)? { workbench.session.chosenRule }

    /// The parts of the last change of a scalar parameter.
    public func parts(of name: String) throws(Diagnostic) -> [Double] { try workbench.session.parts(of: name) }
}
