// ProgramRun: runs a program of the package without a terminal and collects what it writes.

import Glibc

/// A finished run of a program.
public struct ProgramRun {
    public let status: Int32
    public let output: String
    public let errors: String

    /// Runs a product of the package; `input` is its standard input, `environment` is added to that of the tests.
    public init(
        _ product: String, _ arguments: [String], input: String = "", environment: [String: String] = [:],
        folder: TemporaryFolder
    ) {
        let name = "\(folder.path)/run\(Self.counter.next())"
        let (input, inputFile) = (Array(input.utf8), "\(name).in")
        Self.write(input, to: inputFile)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, inputFile, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "\(name).out", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "\(name).err", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let path = PseudoTerminal.product(product)
        var argv = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        var variables = Self.variables(environment).map { strdup($0) } + [nil]
        defer { for variable in variables { free(variable) } }
        var process: pid_t = 0
        guard posix_spawn(&process, path, &actions, nil, &argv, &variables) == 0 else {
            (status, output, errors) = (-1, "", "\(path) could not be started")
            return
        }
        var result: Int32 = 0
        while waitpid(process, &result, 0) < 0, errno == EINTR {}
        // As the shell counts: the exit status, or 128 and the signal.
        status = result & 0x7F == 0 ? (result >> 8) & 0xFF : 128 + (result & 0x7F)
        output = Self.read("\(name).out")
        errors = Self.read("\(name).err")
    }

    private static func variables(_ added: [String: String]) -> [String] {
        var variables: [String] = []
        var entry = environ
        while let text = entry.pointee {
            let variable = String(cString: text)
            if added[String(variable.prefix { $0 != "=" })] == nil { variables.append(variable) }
            entry += 1
        }
        return variables + added.map { "\($0)=\($1)" }
    }

    private static func write(_ bytes: [UInt8], to path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        close(file)
    }

    private static func read(_ path: String) -> String {
        let file = open(path, O_RDONLY)
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    private static let counter = Counter()
}

/// Numbers that no two runs share.
private final class Counter: @unchecked Sendable {
    private var lock = pthread_mutex_t()
    private var number = 0

    init() { pthread_mutex_init(&lock, nil) }

    func next() -> Int {
        pthread_mutex_lock(&lock)
        defer { pthread_mutex_unlock(&lock) }
        number += 1
        return number
    }
}
