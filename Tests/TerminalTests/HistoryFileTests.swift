// The history's file: what is kept, and how several sessions share it.

import Glibc
import Terminal
import TestSupport
import Testing

@Suite("History file")
struct HistoryFileTests {
    private let folder = TemporaryFolder()
    private var path: String { folder.path + "/state/dlrepl/history" }

    @Test("entries come back as they were", arguments: ["1+1", "a\nb\\n", "한글 🙂 \\", "x\\\\\n"])
    func roundTrip(entry: String) {
        HistoryFile(path: path).add(entry + "|")
        #expect(HistoryFile(path: path).entries == [entry + "|"])
    }

    @Test("a repeated entry moves to the end; empty ones and spaces at the end are left out")
    func duplicates() {
        let history = HistoryFile(path: path)
        for entry in ["a", "b", " ", "a  ", "a", ""] { history.add(entry) }
        #expect(history.entries == ["b", "a"])
        #expect(HistoryFile(path: path).entries == ["b", "a"])
    }

    @Test("two sessions at once lose nothing")
    func sharing() {
        let first = HistoryFile(path: path)
        let second = HistoryFile(path: path)
        first.add("a")
        second.add("b")
        first.add("c")
        #expect(HistoryFile(path: path).entries == ["a", "b", "c"])
    }

    @Test("the latest 10,000 are kept, also of what another session wrote meanwhile")
    func trimming() {
        folder.write((1...12_000).map { "\($0)\n" }.joined(), to: "long")
        let long = folder.path + "/long"
        let history = HistoryFile(path: long)
        #expect(history.entries.count == HistoryFile.limit)
        HistoryFile(path: long).add("other")
        history.add("own")
        history.trim()
        let kept = HistoryFile(path: long).entries
        #expect(kept.count == HistoryFile.limit)
        #expect(kept.suffix(3) == ["12000", "other", "own"])
        #expect(kept.first == "2003")
    }

    @Test("a file that is replaced while an entry waits for its lock gets the entry all the same")
    func replacing() async {
        folder.write("a\n", to: "shared")
        let shared = folder.path + "/shared"
        nonisolated(unsafe) let history = HistoryFile(path: shared)
        let file = open(shared, O_RDWR)
        flock(file, LOCK_EX)
        let adding = Task.detached { history.add("late") }
        usleep(50_000)  // Time to come to the lock, which nothing shows.
        folder.write("b\n", to: "new")
        rename(folder.path + "/new", shared)
        close(file)
        await adding.value
        #expect(HistoryFile(path: shared).entries == ["b", "late"])
    }

    @Test("a file that others could read is closed to them")
    func permissions() {
        folder.write("a\n", to: "open")
        chmod(folder.path + "/open", 0o644)
        _ = HistoryFile(path: folder.path + "/open")
        var status = stat()
        #expect(stat(folder.path + "/open", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test("a last line without its end swallows nothing")
    func unfinishedLine() {
        folder.write("a\nb", to: "broken")
        HistoryFile(path: folder.path + "/broken").add("c")
        #expect(HistoryFile(path: folder.path + "/broken").entries == ["a", "b", "c"])
    }

    @Test("a file that cannot be written is said, and the session goes on")
    func unwritable() {
        folder.write("", to: "file")
        let history = HistoryFile(path: folder.path + "/file/history")
        history.add("a")
        #expect(history.entries == ["a"])
        #expect(history.problem?.contains("Not a directory") == true)
    }
}
