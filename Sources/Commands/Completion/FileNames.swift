// The names of files that begin as typed, for completion inside a string.

import Glibc

extension Completions {
    /// Candidates for the file name `typed` after the quote at `start`; folders end in `/`. Names with a point in front
    /// are offered when the point is typed.
    static func files(_ typed: String, start: Int) -> Completions {
        let slash = typed.lastIndex(of: "/").map { typed.index(after: $0) } ?? typed.startIndex
        let (folder, prefix) = (String(typed[..<slash]), typed[slash...])
        let names = entries(of: folder.isEmpty ? "." : folder).filter { name in
            name.hasPrefix(prefix) && (!name.hasPrefix(".") || prefix.hasPrefix(".")) && name != "." && name != ".."
        }.sorted()
        let isOnly = names.count == 1
        return Completions(
            start: start + escaped(folder).utf8.count,
            candidates: names.map { name in
                let isFolder = Self.isFolder(folder + name)
                let end = isFolder ? "/" : isOnly ? "\"" : ""
                return Candidate(text: escaped(name) + end, note: nil, endsWord: isOnly && !isFolder)
            })
    }

    /// As the language reads it back.
    private static func escaped(_ name: String) -> String {
        name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    private static func entries(of folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            // A name that is no text cannot be typed, nor one with a line break.
            if let name, !name.utf8.contains(where: { $0 < 32 }) { names.append(name) }
        }
        return names
    }

    private static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }
}
