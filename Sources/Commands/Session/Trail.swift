// Trail: what a row of updates by one optimizer walked, for pictures: losses, and points where there are few parameters.

import Tensors

struct Trail: Sendable {
    /// The optimizer with its rate and what else was set by hand.
    let label: String
    let objective: String?
    /// The objective's node, which another definition under the same name does not have.
    let node: Int?
    /// The parameters' names; points of another trail can be compared when they are the same.
    let names: [String]
    /// The number of updates before the first of these.
    let start: Int
    /// Whether the run has gone another way since.
    private(set) var isPast = false
    /// The objective before each update; NaN where it was not computed.
    private(set) var losses = SharedList<Double>()
    /// The parameters before the first update and after each; empty when there are more than `pointLimit`.
    private(set) var points = SharedList<[Double]>()

    static let pointLimit = 16
    /// This many earlier ways are remembered.
    private static let pastLimit = 12

    init(_ session: Session) {
        label = session.optimizer?.label ?? ""
        objective = session.objective
        node = session.objective.flatMap { session.live[$0]?.node }
        names = session.layout.entries.map(\.name)
        start = session.training.updates
        if session.layout.count <= Self.pointLimit { points.append(session.training.parameters) }
    }

    /// The number of updates after the last of these.
    var end: Int { start + losses.count }

    /// Whether further steps of the session go on from here.
    func continues(_ session: Session) -> Bool {
        !isPast && end == session.training.updates && objective == session.objective
            && (points.last.map { $0 == session.training.parameters } ?? true)
            && label == (session.optimizer?.label ?? "")
    }

    mutating func walk(_ loss: Double?, _ parameters: [Double]) {
        losses.append(loss ?? .nan)
        if !points.isEmpty { points.append(parameters) }
    }

    /// The trails when the run goes on elsewhere after update `time`: what was walked behind it is past.
    static func left(_ trails: [Trail], at time: Int) -> [Trail] {
        var result: [Trail] = []
        for trail in trails {
            guard !trail.isPast, trail.end > time else {
                result.append(trail)
                continue
            }
            if trail.start < time {
                var kept = trail
                kept.losses.removeLast(trail.end - time)
                if !kept.points.isEmpty { kept.points.removeLast(trail.end - time) }
                result.append(kept)
            }
            var past = trail
            past.isPast = true
            if !past.losses.isEmpty, !past.points.isEmpty { result.append(past) }
        }
        let surplus = result.count { $0.isPast } - pastLimit
        for _ in 0..<max(surplus, 0) { result.remove(at: result.firstIndex { $0.isPast }!) }
        // The present way comes last, since steps go on from the last trail.
        return result.filter(\.isPast) + result.filter { !$0.isPast }
    }
}
