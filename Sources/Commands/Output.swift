// Output: what commands answer, before it is drawn.

import Formulas
import Plots
import Tensors

/// One piece of an answer. A renderer decides how it looks.
public enum Output: Sendable {
    case text(String)
    /// A text of one or more lines that belong together, as wide as a usual screen.
    case entry(Entry)
    /// A paragraph, as it was written; the renderer fits it to the screen.
    case prose([String])
    /// A value, with the name to print before it and a remark to print behind it.
    case tensor(Tensor, name: String?, remark: String?, digits: Digits)
    case table(Table)
    case explanation(Explanation)
    /// A picture; nil leaves the characters of the drawing to the renderer.
    case plot(Plot, Drawing?)
    /// A passing state of something long; shown only where it can be overwritten.
    case progress(Progress)
}

/// A text as it stands on a usual screen. Where the screen is narrower its lines are joined and broken anew, so that the later
/// ones begin at column `hang`.
public struct Entry: Sendable {
    public var lines: [String]
    public var hang: Int

    public init(_ lines: [String], hang: Int = 0) {
        self.lines = lines
        self.hang = hang
    }
}

/// Rows under headings.
public struct Table: Sendable {
    public var headings: [String]
    public var rows: [[String]]
    /// The columns that are aligned on the decimal point.
    public var numeric: Set<Int>

    public init(_ headings: [String], numeric: Set<Int> = [], rows: [[String]] = []) {
        self.headings = headings
        self.rows = rows
        self.numeric = numeric
    }
}

/// How far a training is.
public struct Progress: Sendable {
    /// What is counted, e.g. `epoch`.
    public var unit: String
    public var done: Int
    /// nil when the end is not known.
    public var total: Int?
    public var remark: String
}
