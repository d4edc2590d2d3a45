// Statements as text that can be run again.

extension Statement {
    /// Another text for a place of the line.
    typealias Edit = (range: Range<Int>, text: String)

    /// The verbs in full: at the prompt they may be shortened, in a script they may not.
    var fullVerbs: [Edit] {
        guard case .command(let call) = kind else { return [] }
        return [(call.verbRange, call.verb)] + (call.block ?? []).flatMap(\.fullVerbs)
    }

    /// A part of a text with some places of it written otherwise; they come in order.
    static func text(_ text: [UInt8], _ range: Range<Int>, _ edits: [Edit]) -> String {
        var result: [UInt8] = []
        var start = range.lowerBound
        for edit in edits {
            result += text[start..<edit.range.lowerBound] + Array(edit.text.utf8)
            start = edit.range.upperBound
        }
        return String(decoding: result + text[start..<range.upperBound], as: UTF8.self)
    }
}
