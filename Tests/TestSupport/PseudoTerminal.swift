// A program at the other end of a pseudo-terminal: keys go in, a screen comes out.

import Glibc
import Synchronization

/// Runs a program as a person at a terminal would: `send` types, the `wait…` functions read until something is there.
///
/// Everything happens in the calling thread; each wait has a deadline and its error shows the screen.
public final class PseudoTerminal {
    /// What was waited for did not come.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// How a program ended.
    public enum Exit: Equatable {
        case status(Int32)
        case signal(Int32)
    }

    public let process: pid_t
    public private(set) var screen: TerminalScreen
    /// All output as it came, with its control sequences.
    public private(set) var received = ""
    /// How the program ended, once a wait has noticed.
    public private(set) var exit: Exit?

    /// The terminal's settings before the program could change them.
    public let originalSettings: [UInt8]

    /// Lives as long as the program, which may write there.
    private let home: TemporaryFolder
    private let master: Int32
    /// Open as long as this object lives: the kernel forgets a terminal's settings with its last user.
    private let slave: Int32
    /// Where in the transcript the answer to the last `send` may begin.
    private var answerStart = 0

    // Between opening a descriptor and marking it, no other spawn may come: its child would inherit it.
    private static let spawning = Mutex(())

    /// Starts `command`, whose first word is a path, in a session of its own, with `home` as the home folder. The
    /// environment is `environment` and little else.
    public init(
        _ command: [String], home: TemporaryFolder = TemporaryFolder(), environment: [String: String] = [:],
        rows: Int = 24, columns: Int = 80
    ) throws {
        self.home = home
        let basic = [
            "HOME": home.path, "PATH": "/usr/bin:/bin", "TERM": "xterm", "LANG": "C.UTF-8",
            "SWIFT_BACKTRACE": "enable=no",
        ]
        let variables = basic.merging(environment) { $1 }.map { "\($0)=\($1)" }
        screen = TerminalScreen(rows: rows, columns: columns)
        (process, master, slave, originalSettings) = try Self.spawning.withLock { _ in
            var (master, slave): (Int32, Int32) = (-1, -1)
            var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
            guard openpty(&master, &slave, nil, nil, &size) == 0 else { throw Failure(description: "openpty failed") }
            _ = fcntl(master, F_SETFD, FD_CLOEXEC)
            _ = fcntl(slave, F_SETFD, FD_CLOEXEC)
            let settings = Self.settings(of: slave)
            return (try Self.spawn(command, variables, slave), master, slave, settings)
        }
    }

    deinit {
        if exit == nil {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        close(master)
        close(slave)
    }

    private static func spawn(_ command: [String], _ variables: [String], _ slave: Int32) throws -> pid_t {
        var name = [CChar](repeating: 0, count: 64)
        ttyname_r(slave, &name, name.count)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Opened by the leader of a new session, the terminal becomes its controlling one.
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // What the test runner ignores or blocks, the program must not.
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        let newSession: Int32 = 0x80
        posix_spawnattr_setflags(&attributes, Int16(newSession | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var arguments = command.map { strdup($0) } + [nil]
        var environment = variables.map { strdup($0) } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, command[0], &actions, &attributes, &arguments, &environment)
        guard result == 0 else {
            throw Failure(description: "\(command[0]): \(String(cString: strerror(result)))")
        }
        return process
    }

    // MARK: Typing

    /// Types a text. A long one is handed over as the program takes it, while its output is read.
    public func send(_ text: String) { send(bytes: Array(text.utf8)) }

    /// Types bytes, which need not be text.
    public func send(bytes: [UInt8]) {
        answerStart = screen.transcript.utf8.count
        var bytes = bytes[...]
        while !bytes.isEmpty, exit == nil {
            var poller = pollfd(fd: master, events: Int16(POLLIN | POLLOUT), revents: 0)
            poll(&poller, 1, 100)
            if Int32(poller.revents) & POLLIN != 0 { readOutput(milliseconds: 0) }
            if Int32(poller.revents) & POLLOUT != 0 {
                let count = bytes.prefix(256).withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
                bytes = bytes.dropFirst(max(0, count))
            } else {
                noticeExit()
            }
        }
    }

    /// Gives the window another size; the program gets SIGWINCH.
    public func resize(rows: Int, columns: Int) {
        screen.resize(rows: rows, columns: columns)
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// The terminal's settings as bytes, to compare.
    public var settings: [UInt8] { Self.settings(of: slave) }

    private static func settings(of terminal: Int32) -> [UInt8] {
        var attributes = termios()
        tcgetattr(terminal, &attributes)
        return withUnsafeBytes(of: &attributes) { Array($0) }
    }

    // MARK: Waiting

    /// What was printed since the last `send`.
    public var answer: Substring { Substring(screen.transcript.utf8.dropFirst(answerStart)) }

    /// Waits until the output since the last `send` contains `text`. Typed text may be drawn in pieces: for that, look at
    /// the screen.
    public func waitFor(_ text: String, timeout: Double = 30) throws {
        try wait("'\(text)'", timeout) { $0.answer.contains(text) }
    }

    /// Waits until the screen is as `condition` wants it.
    public func waitForScreen(
        _ meaning: String = "the screen", timeout: Double = 30, _ condition: (TerminalScreen) -> Bool
    ) throws {
        try wait(meaning, timeout) { condition($0.screen) }
    }

    /// Waits until the cursor's row is `line`.
    public func waitForLine(_ line: String, timeout: Double = 30) throws {
        try wait("the line '\(line)'", timeout) { $0.screen.currentLine == line }
    }

    /// Waits until the program has ended and all its output is read.
    public func waitForExit(timeout: Double = 30) throws -> Exit {
        let deadline = Self.now + timeout
        while true {
            if let exit { return exit }
            guard Self.now < deadline else { throw failure("its end") }
            readOutput(milliseconds: 20)
            noticeExit()
        }
    }

    private func wait(_ meaning: String, _ timeout: Double, for condition: (PseudoTerminal) -> Bool) throws {
        let deadline = Self.now + timeout
        while !condition(self) {
            guard exit == nil, Self.now < deadline else { throw failure(meaning) }
            if !readOutput(milliseconds: 20) { noticeExit() }
        }
    }

    private func failure(_ meaning: String) -> Failure {
        let end = exit.map { "; the program ended with \($0)" } ?? ""
        let shown = screen.lines.map { "  |\($0)" }.joined(separator: "\n")
        return Failure(description: "waited in vain for \(meaning)\(end); cursor \(screen.cursor); screen:\n\(shown)")
    }

    @discardableResult private func readOutput(milliseconds: Int32) -> Bool {
        var poller = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, milliseconds) > 0 else { return false }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(master, &bytes, bytes.count)
        guard count > 0 else { return false }
        screen.receive(bytes[..<count])
        received += String(decoding: bytes[..<count], as: UTF8.self)
        return true
    }

    private func noticeExit() {
        var status: Int32 = 0
        guard exit == nil, waitpid(process, &status, WNOHANG) == process else { return }
        while readOutput(milliseconds: 0) {}
        let signal = status & 0x7F
        exit = signal == 0 ? .status((status >> 8) & 0xFF) : .signal(signal)
    }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    // MARK: What to run

    /// The path of a program that was built together with these tests.
    public static func product(_ name: String) -> String {
        var path = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        let own = String(decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for start in [own, CommandLine.arguments[0]] {
            var folder = Substring(start)
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                if access("\(folder)/\(name)", X_OK) == 0 { return "\(folder)/\(name)" }
            }
        }
        return name
    }
}
