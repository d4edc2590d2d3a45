// Suggestion: the known name that is nearest to a mistyped one.

enum Suggestion {
    /// The nearest of `names`, when it is near enough to be meant.
    static func nearest(to word: String, in names: some Sequence<String>) -> String? {
        let limit = word.count <= 1 ? 0 : word.count <= 4 ? 1 : word.count <= 7 ? 2 : 3
        return names.map { (name: $0, distance: distance(word.lowercased(), $0.lowercased())) }
            .filter { $0.distance <= limit && $0.distance < max($0.name.count, 2) }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    /// The hint `did you mean …?`, or the list itself when it is short.
    static func hint(for word: String, in names: [String]) -> String? {
        if let name = nearest(to: word, in: names) { return "did you mean \(name)?" }
        return names.isEmpty || names.count > 20 ? nil : "known are \(names.joined(separator: ", "))"
    }

    /// Insertions, deletions, changes and swaps of neighbours that lead from one word to the other.
    private static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.unicodeScalars.prefix(40)), Array(b.unicodeScalars.prefix(40)))
        var rows = [Array(0...b.count)]
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
