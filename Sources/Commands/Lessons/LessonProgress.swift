// LessonProgress: which lessons are done and where one was left, kept in a file.

/// One line for each lesson: `04-adam 17` for one that was left before its step 17, `04-adam done`.
struct LessonProgress {
    enum Mark: Equatable {
        case left(Int)
        case done
    }

    private(set) var marks: [String: Mark] = [:]
    private let path: String?

    /// What the file at `path` says; nothing is kept without one. Lines that cannot be read are left out.
    init(path: String?) {
        self.path = path
        guard let path, let bytes = try? Files.read(path) else { return }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 2 else { continue }
            if words[1] == "done" {
                marks[words[0]] = .done
            } else if let step = Int(words[1]), step > 0 {
                marks[words[0]] = .left(step)
            }
        }
    }

    /// nil forgets the lesson.
    mutating func set(_ name: String, _ mark: Mark?) throws(Diagnostic) {
        marks[name] = mark
        try write()
    }

    mutating func forgetAll() throws(Diagnostic) {
        marks = [:]
        try write()
    }

    private func write() throws(Diagnostic) {
        guard let path else { return }
        let lines = marks.sorted { $0.key < $1.key }.map { name, mark in
            switch mark {
            case .done: "\(name) done\n"
            case .left(let step): "\(name) \(step)\n"
            }
        }
        try Files.makeFolder(Files.folder(of: path))
        try Files.write(Array(lines.joined().utf8), to: path)
    }
}
