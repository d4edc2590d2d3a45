// The lines typed so far, kept over sessions in a file: one entry a line, UTF-8, oldest first.
// Sessions that run at the same time append to the same file, each under a lock.

import Glibc

/// The history of the line editor: in memory without duplicates, on disk as an appended log.
public final class HistoryFile {
    /// How many entries are kept.
    public static let limit = 10_000

    /// Oldest first; each text once, at its latest use.
    public private(set) var entries: [String] = []

    /// Why nothing is kept on disk, for the user to read; nil while all is well.
    public private(set) var problem: String?

    private let path: String?
    private var lines = 0

    /// Reads the file if there is one. Without a path the history lasts as long as the process.
    public init(path: String?) {
        self.path = path
        guard let path else { return }
        Self.makeFolders(for: path)
        guard let file = LockedFile(path) else {
            problem = "history is not kept: \(path): \(String(cString: strerror(errno)))"
            return
        }
        let stored = file.read().split(separator: UInt8(ascii: "\n"))
        lines = stored.count
        entries = Self.withoutDuplicates(stored.map { Self.decode(String(decoding: $0, as: UTF8.self)) })
        if lines > Self.limit { replace(by: entries) }
    }

    /// `$XDG_STATE_HOME/dlrepl/history`, or the same below `~/.local/state`.
    public static func standard() -> HistoryFile {
        HistoryFile(path: userFile("history", in: "XDG_STATE_HOME", or: ".local/state"))
    }

    /// Adds an entry as the latest, here and in the file. An empty one and a repetition of the latest are left out.
    public func add(_ entry: String) {
        let entry = String(entry.reversed().drop { $0.isWhitespace }.reversed())
        guard !entry.isEmpty, entry != entries.last else { return }
        if let earlier = entries.firstIndex(of: entry) { entries.remove(at: earlier) }
        entries.append(entry)
        if entries.count > Self.limit { entries.removeFirst() }

        guard problem == nil, let path, let file = LockedFile(path) else { return }
        file.append(Self.encode(entry) + "\n")
        lines += 1
    }

    /// Brings the file back to its limit, other sessions' entries included.
    public func trim() {
        guard lines > Self.limit, problem == nil, let path, let file = LockedFile(path) else { return }
        let stored = file.read().split(separator: UInt8(ascii: "\n"))
        replace(by: Self.withoutDuplicates(stored.map { Self.decode(String(decoding: $0, as: UTF8.self)) }))
    }

    /// A new file takes the old one's place in one step, so that no reader ever sees half of it. The caller has the lock.
    private func replace(by entries: [String]) {
        guard let path, let real = realpath(path, nil) else { return }
        defer { free(real) }
        let target = String(cString: real)
        let temporary = "\(target).\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        let written = writeAll(descriptor, entries.map { Self.encode($0) + "\n" }.joined())
        if close(descriptor) == 0, written, rename(temporary, target) == 0 {
            lines = entries.count
        } else {
            unlink(temporary)
        }
    }

    /// The latest `limit` entries, each at its last place.
    private static func withoutDuplicates(_ entries: [String]) -> [String] {
        var seen: Set<String> = []
        return entries.reversed().filter { !$0.isEmpty && seen.insert($0).inserted }.prefix(limit).reversed()
    }

    private static func makeFolders(for path: String) {
        for end in path.indices.dropFirst() where path[end] == "/" {
            mkdir(String(path[..<end]), 0o700)
        }
    }

    // MARK: One entry, one line

    static func encode(_ entry: String) -> String {
        var line = ""
        for character in entry.unicodeScalars {
            switch character {
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            default: line.unicodeScalars.append(character)
            }
        }
        return line
    }

    static func decode(_ line: String) -> String {
        guard line.utf8.contains(UInt8(ascii: "\\")) else { return line }
        var entry = ""
        var escaped = false
        for character in line.unicodeScalars {
            if escaped {
                entry.unicodeScalars.append(character == "n" ? "\n" : character)
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else {
                entry.unicodeScalars.append(character)
            }
        }
        return entry
    }
}

/// The history file, open for reading and appending, with its lock until the value goes away.
private struct LockedFile: ~Copyable {
    private let descriptor: Int32

    init?(_ path: String) {
        while true {
            let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return nil }
            flock(descriptor, LOCK_EX)
            // While this one waited, another session may have put a new file in its place.
            var here = stat()
            var there = stat()
            if fstat(descriptor, &here) == 0, stat(path, &there) == 0, here.st_ino != there.st_ino {
                close(descriptor)
                continue
            }
            fchmod(descriptor, 0o600)
            self.descriptor = descriptor
            return
        }
    }

    deinit { close(descriptor) }

    func read() -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        lseek(descriptor, 0, SEEK_SET)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }

    func append(_ text: String) {
        // A line that another program left unfinished must not swallow this one.
        var last: UInt8 = 0
        let end = lseek(descriptor, 0, SEEK_END)
        let unfinished = end > 0 && pread(descriptor, &last, 1, end - 1) == 1 && last != UInt8(ascii: "\n")
        _ = writeAll(descriptor, unfinished ? "\n" + text : text)
    }
}

private func writeAll(_ descriptor: Int32, _ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 || errno == EINTR else { return false }
        bytes = bytes.dropFirst(max(count, 0))
    }
    return true
}
