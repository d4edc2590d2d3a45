// A place for the files of one test.

import Glibc

/// A folder for one test, empty at first and removed with all its contents in the end.
public final class TemporaryFolder {
    public let path: String

    public init() {
        var template = Array("/tmp/dlrepl-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no temporary folder: \(String(cString: strerror(errno)))") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// Writes a file, and the folders that its name asks for.
    public func write(_ text: String, to name: String) {
        for slash in name.indices where name[slash] == "/" { mkdir("\(path)/\(name[..<slash])", 0o700) }
        guard let file = fopen("\(path)/\(name)", "w") else { return }
        fputs(text, file)
        fclose(file)
    }

    /// Copies a file of the package.
    public func copy(_ file: String, as name: String) {
        write("", to: name)
        guard let source = fopen("\(packageFolder)/\(file)", "r"), let target = fopen("\(path)/\(name)", "w") else {
            fatalError("cannot copy \(file)")
        }
        while case let byte = fgetc(source), byte != EOF { fputc(byte, target) }
        fclose(source)
        fclose(target)
    }

    private static func remove(_ path: String) {
        if unlink(path) == 0 { return }
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            closedir(folder)
        }
        rmdir(path)
    }
}
