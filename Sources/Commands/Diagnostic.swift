// Diagnostic: the one error of the program: what is wrong, where, and what would work.

import Tensors

/// A mistake in a line. It is a value; nothing in the session has changed when it is thrown.
public struct Diagnostic: Error, Hashable, Sendable {
    public var message: String
    /// A line that would work, or what to look at.
    public var hint: String?
    /// The UTF-8 offsets in the source text that the message is about.
    public var range: Range<Int>?
    /// Set when the line stood in a script: where.
    public var place: Place?

    /// A position in a named source, with the line's text for the caret.
    public struct Place: Hashable, Sendable {
        public var source: String
        public var line: Int
        public var column: Int
        public var text: String
        /// The number of columns under which carets are drawn.
        public var width: Int
    }

    public init(_ message: String, hint: String? = nil, at range: Range<Int>? = nil) {
        self.message = message
        self.hint = hint
        self.range = range
    }

    init(_ error: OperationError, at range: Range<Int>? = nil) {
        self.init(error.message, hint: error.hint, at: range)
    }
}

/// Turns an operation's error into a diagnostic at `range`.
func located<Result>(
    _ range: Range<Int>?, _ body: () throws(OperationError) -> Result
) throws(Diagnostic) -> Result {
    do { return try body() } catch { throw Diagnostic(error, at: range) }
}
