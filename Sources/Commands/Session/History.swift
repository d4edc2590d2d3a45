// History: the lines of a session with the session after each, so that any line can be undone.

import Tensors

/// Lines and the sessions after them. Old sessions are dropped when together they grow too large; they are computed
/// again, from the nearest earlier one that is kept, by running the lines between.
public struct History: Sendable {
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

    /// What all snapshots may take together, if nothing else is said. An array that several share counts once.
    public static let byteLimit = 80 << 20
    /// This many newest snapshots are always kept, so that undoing the last line never has to compute anything again.
    private static let newest = 2

    private(set) var entries: [Entry]
    /// The entry whose session is the present one; later ones can be redone.
    private(set) var index = 0
    /// Where the snapshots' arrays are, with the bytes of each.
    private var storage = Storage()
    private let byteLimit: Int

    init(_ session: Session, byteLimit: Int) {
        self.byteLimit = byteLimit
        entries = [Entry(line: "", folder: "", readsWorld: true, snapshot: Snapshot(session))]
    }

    /// The present session; the newest snapshot is never dropped.
    var present: Session { entries[index].snapshot!.session }

    /// What the snapshots take together.
    var bytes: Int { storage.bytes }

    /// The lines that led to the present session.
    var lines: ArraySlice<Entry> { entries[1..<index + 1] }

    mutating func commit(_ line: String, folder: String, readsWorld: Bool, _ session: Session) {
        let isBehind = index + 1 < entries.count
        entries.removeSubrange((index + 1)...)
        entries.append(Entry(line: line, folder: folder, readsWorld: readsWorld, snapshot: Snapshot(session)))
        index += 1
        // The places of removed arrays may be taken by new ones.
        if isBehind { recount() } else { storage.add(session) }
        if storage.bytes > byteLimit { thin() }
    }

    /// Drops every second of the older snapshots that can be computed again, until the rest fits.
    private mutating func thin() {
        recount()
        while storage.bytes > byteLimit {
            let older = entries.indices.dropFirst().filter {
                entries[$0].snapshot != nil && !entries[$0].readsWorld
                    && !(index - Self.newest + 1...index).contains($0)
            }
            if older.isEmpty { return }
            for position in stride(from: 0, to: older.count, by: 2) { entries[older[position]].snapshot = nil }
            recount()
        }
    }

    private mutating func recount() {
        storage = Storage()
        for entry in entries { entry.snapshot.map { storage.add($0.session) } }
    }

    /// Moves to another entry; `replay` computes a dropped session from an earlier one and the lines after it.
    mutating func move(to target: Int, replay: (Session, ArraySlice<Entry>) throws(Diagnostic) -> Session)
        throws(Diagnostic)
    {
        if entries[target].snapshot == nil {
            let start = entries[..<target].lastIndex { $0.snapshot != nil } ?? 0
            let session = try replay(entries[start].snapshot!.session, entries[start + 1...target])
            entries[target].snapshot = Snapshot(session)
            storage.add(session)
        }
        index = target
        if storage.bytes > byteLimit { thin() }
    }
}

/// The arrays that hold the numbers of some sessions. One that several sessions share counts once.
private struct Storage {
    private(set) var bytes = 0
    private var places: Set<UInt> = []

    mutating func add(_ session: Session) {
        let (training, step) = (session.training, session.step)
        for array in [training.parameters, training.slots] { add(array) }
        for array in [step.values, step.gradients, step.carried, step.clipped, step.shifted ?? []] { add(array) }
        add(training.order)
        for tensor in session.plain.values { add(tensor.elements) }
        for tensor in session.batchByHand.values { add(tensor.elements) }
        if let present = session.track.present { add(present) }
        for trail in session.track.walked.reversed() where !add(trail) { break }
        add(session.track.walked)
        add(session.track.checkpoints)
        // The moments of a run are added in their order, so that those before a known one are known.
        for checkpoint in session.track.checkpoints.reversed() {
            let isNew = add(checkpoint.training.parameters)
            for array in [checkpoint.training.slots, checkpoint.gradients] { add(array) }
            add(checkpoint.training.order)
            if !isNew, checkpoint.updates < training.updates { break }
        }
        for fork in session.forks.values where places.insert(UInt(bitPattern: ObjectIdentifier(fork))).inserted {
            add(fork.session)
        }
    }

    /// Whether the trail was not counted before.
    @discardableResult private mutating func add(_ trail: Trail) -> Bool {
        add(trail.points)
        return add(trail.losses)
    }

    /// The parts before a known one are known. Whether the list was not counted before.
    @discardableResult
    private mutating func add<Element>(_ list: SharedList<Element>) -> Bool {
        let isNew = add(list.rest)
        for part in list.parts.reversed() where !add(part) { break }
        return isNew
    }

    /// Whether the array was not counted before.
    @discardableResult private mutating func add<Element>(_ array: [Element]) -> Bool {
        array.withUnsafeBytes { array in
            guard let place = array.baseAddress.map(UInt.init(bitPattern:)), places.insert(place).inserted else {
                return false
            }
            bytes += array.count
            return true
        }
    }
}
