// Completion inside of a definition of one's own: the names and functions that mean something there.

extension Workbench {
    /// What can follow inside of the block of a rule, or behind the `=` of an activation; nil elsewhere.
    func namesInDefinition(_ text: String) -> [Completions.Candidate]? {
        var names: [String]
        if let open = text.lastIndex(of: "{"), !text[open...].contains("}") {
            let head = text[..<open].split(separator: ";").last.map { $0.split(separator: " ") } ?? []
            guard head.first == "rule" else { return nil }
            let set = text[text.index(after: open)...].split { ";\n".contains($0) }.dropLast()
            names = ["w", "grad", "t", "lr"] + Self.keys(head.dropFirst())
            names += set.compactMap { $0.split(separator: "=").first?.trimmingBlanks }.filter { $0.first != "#" }
        } else {
            let words = text.split(separator: ";").last ?? ""
            guard words.drop(while: { $0 == " " }).hasPrefix("activation "),
                let open = words.firstIndex(of: "("), let close = words.firstIndex(of: ")"), open < close,
                words[close...].contains("=")
            else { return nil }
            let arguments = words[words.index(after: open)..<close].split(separator: ",")
            names = Self.keys(arguments) + arguments.filter { !$0.contains("=") }.map { $0.trimmingBlanks }
        }
        let candidates =
            Set(names).map { Completions.Candidate(text: $0, note: nil, endsWord: false) }
            + FormulaReader.functions(session).map { .init(text: $0 + "(", note: nil, endsWord: false) }
        return candidates.sorted { $0.text < $1.text }
    }

    /// The names before `=`.
    private static func keys(_ words: some Sequence<Substring>) -> [String] {
        words.filter { $0.contains("=") }.compactMap { $0.split(separator: "=").first?.trimmingBlanks }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String { String(split(separator: " ").first ?? "") }
}
