// History: the lines of a session with the session after each, so that any line can be undone.

import Tensors

/// Lines and the sessions after them. Old sessions are dropped when together they grow too large; they are computed
/// again, from the nearest earlier one that is kept, by running the lines between.
struct History: Sendable {
    /// A session at a fixed place, so that copying the history copies only references.
    final class Snapshot: Sendable {
        let session: Session
        init(_ session: Session) { self.session = session }
    }

    struct Entry: Sendable {
        /// The line as it can be run again; empty for the beginning.
        let line: String
        let folder: String
        /// Whether running it again could give something else, because it read a file.
        let readsWorld: Bool
        /// nil when dropped.
        var snapshot: Snapshot?

        /// The line for a list: of several only the first.
        var title: String {
            let lines = line.split(separator: "\n").map { String($0).trimmed }.filter { !$0.isEmpty }
            return (lines.first ?? "") + (lines.count > 1 ? " …" : "")
        }
    }

    /// What all snapshots may take together, counted as if they shared nothing.
    static let byteLimit = 256 << 20
    /// This many newest snapshots are always kept.
    private static let newest = 8

    private(set) var entries: [Entry]
    /// The entry whose session is the present one; later ones can be redone.
    private(set) var index = 0
    private var bytes = 0

    init(_ session: Session) {
        entries = [Entry(line: "", folder: "", readsWorld: true, snapshot: Snapshot(session))]
    }

    /// The present session; the newest snapshot is never dropped.
    var present: Session { entries[index].snapshot!.session }

    /// The lines that led to the present session.
    var lines: ArraySlice<Entry> { entries[1..<index + 1] }

    mutating func commit(_ line: String, folder: String, readsWorld: Bool, _ session: Session) {
        entries.removeSubrange((index + 1)...)
        entries.append(Entry(line: line, folder: folder, readsWorld: readsWorld, snapshot: Snapshot(session)))
        index += 1
        bytes += session.byteCount
        if bytes > Self.byteLimit { thin() }
    }

    /// Drops every second of the older snapshots that can be computed again.
    private mutating func thin() {
        var drop = true
        for position in 1..<max(entries.count - Self.newest, 1) where entries[position].snapshot != nil {
            if drop, !entries[position].readsWorld { entries[position].snapshot = nil }
            drop.toggle()
        }
        bytes = entries.reduce(0) { $0 + ($1.snapshot?.session.byteCount ?? 0) }
    }

    /// Moves to another entry; `replay` computes a dropped session from an earlier one and the lines after it.
    mutating func move(to target: Int, replay: (Session, ArraySlice<Entry>) throws(Diagnostic) -> Session)
        throws(Diagnostic)
    {
        if entries[target].snapshot == nil {
            let start = entries[..<target].lastIndex { $0.snapshot != nil } ?? 0
            let session = try replay(entries[start].snapshot!.session, entries[start + 1...target])
            entries[target].snapshot = Snapshot(session)
        }
        index = target
    }
}

extension Session {
    /// About how much memory the numbers of the session take.
    var byteCount: Int {
        let step = step.values.count + step.gradients.count
        return (training.parameters.count + training.slots.count + step) * MemoryLayout<Double>.size
    }
}
