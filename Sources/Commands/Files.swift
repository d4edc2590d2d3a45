// Files: reading and writing whole files, with errors in words.

import Glibc

enum Files {
    /// Larger files are refused instead of filling the memory.
    static let limit = 1 << 30

    static func read(_ path: String) throws(Diagnostic) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("cannot read", path) }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0 else { throw failure("cannot read", path) }
        if info.st_mode & S_IFMT == S_IFDIR { throw Diagnostic("\(path) is a folder, not a file") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("cannot read", path) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            if bytes.count > limit { throw Diagnostic("\(path) is larger than \(limit >> 20) MiB") }
        }
    }

    static func write(_ bytes: [UInt8], to path: String) throws(Diagnostic) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure("cannot write", path) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failure("cannot write", path)
                close(file)
                throw error
            }
            written += count
        }
        guard close(file) == 0 else { throw failure("cannot write", path) }
    }

    private static func failure(_ what: String, _ path: String) -> Diagnostic {
        Diagnostic("\(what) \(path): \(String(cString: strerror(errno)))")
    }

    /// The names in a folder; none when it cannot be read.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder.isEmpty ? "." : folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes a folder and those above it where they are missing.
    static func makeFolder(_ path: String) throws(Diagnostic) {
        guard !path.isEmpty, access(path, F_OK) != 0 else { return }
        try makeFolder(folder(of: path))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("cannot make the folder", path) }
    }

    /// The folder that holds a file; empty when the path has none.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The path from the root, links resolved; the path itself when it cannot be found.
    static func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

extension Script {
    /// The script in a file.
    public static func read(_ path: String) throws(Diagnostic) -> Script {
        Script(name: path, text: try Files.read(path), folder: Files.folder(of: path))
    }
}
