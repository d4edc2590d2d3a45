// Track: moments of the present run, kept so that every other moment can be computed again with the same bits.

import Tensors

/// What the checkpoints of a run may take.
public struct TrackLimits: Sendable {
    /// How many there may be between segments.
    public var count: Int
    /// How many bytes all may take together; two are kept in any case.
    public var bytes: Int

    public init(count: Int = 128, bytes: Int = 48 << 20) {
        self.count = count
        self.bytes = bytes
    }
}

/// Checkpoints of a run. Steps are deterministic, so the state after any update follows from an earlier checkpoint.
///
/// In a row of steps a checkpoint is kept every `interval` updates; the interval doubles, and every other checkpoint is
/// dropped, when there are too many or they take too much memory. Where something other than a step changed the session,
/// a checkpoint begins a new segment, which is never dropped: what lies behind it cannot be computed from before it.
struct Track: Sendable {
    /// Shared, since each session that is kept for `undo` has a list of them.
    final class Checkpoint: Sendable {
        enum Kind: Sendable {
            /// Something other than a step led here; what lies behind it begins with this state.
            case segment
            /// Right after an update that cannot be computed again, before anything else was changed.
            case afterUpdate
            /// In a row of steps.
            case interval
        }

        let training: TrainingState
        /// The definitions under which the next steps were made.
        let setup: Setup
        /// The gradients, where later ones are added to them, or where the update that used them cannot be made again.
        let gradients: [Double]
        let kind: Kind

        init(_ training: TrainingState, _ setup: Setup, gradients: [Double], _ kind: Kind) {
            (self.training, self.setup, self.gradients, self.kind) = (training, setup, gradients, kind)
        }

        var updates: Int { training.updates }
    }

    /// A session without what training changes; shared by the checkpoints of a segment.
    final class Setup: Sendable {
        let session: Session

        init(_ session: Session, _ kind: Checkpoint.Kind) {
            var session = session
            let status = session.step.status
            let keepsGradients = session.accumulates || kind == .afterUpdate
            session.training = TrainingState()
            session.step = StepState(status: keepsGradients ? status : status.map { _ in .none })
            session.track = Track(session.track.limits)
            self.session = session
        }
    }

    let limits: TrackLimits
    private(set) var checkpoints: [Checkpoint] = []
    /// What the steps walked, in order; earlier ways come first. Further steps lengthen the last one, so that it stands by itself.
    private(set) var walked = SharedList<Trail>()
    private(set) var present: Trail?
    var trails: [Trail] { Array(walked) + (present.map { [$0] } ?? []) }
    private var interval = 1
    /// Whether nothing but steps happened since the last checkpoint.
    var isContinuous = false

    init(_ limits: TrackLimits) { self.limits = limits }

    var isEmpty: Bool { checkpoints.isEmpty }
    /// Whether no moment was given up for want of room.
    private var isWhole = true

    /// The first update that can be reached. Of a change by hand behind an update only the moment after it is kept.
    var first: Int {
        guard let oldest = checkpoints.first else { return 0 }
        return isWhole || oldest.kind != .segment ? oldest.updates : oldest.updates + 1
    }

    /// Whether a segment has to begin before a step, because something else happened since the last one.
    var needsSegment: Bool { !isContinuous || checkpoints.isEmpty }

    /// Keeps a moment that cannot be computed from earlier ones. The moment right after the same update stays as well.
    mutating func keep(_ session: Session, _ kind: Checkpoint.Kind) {
        let now = session.training.updates
        checkpoints.removeAll {
            $0.updates > now || ($0.updates == now && (kind == .afterUpdate || $0.kind != .afterUpdate))
        }
        let state = session.training
        // Large states are kept less often from the beginning, so that keeping them stays cheap beside a step.
        if checkpoints.isEmpty { interval = max(1, (state.parameters.count + state.slots.count) >> 16) }
        checkpoints.append(
            Checkpoint(
                state, Setup(session, kind),
                gradients: kind == .afterUpdate ? session.step.gradients : session.carriedGradients, kind))
        isContinuous = kind == .segment
        // What lies before the oldest one that is left can then no longer be computed.
        while checkpoints.count > 2, checkpoints.count * Self.bytes(state) > limits.bytes {
            checkpoints.removeFirst()
            isWhole = false
        }
    }

    private static func bytes(_ training: TrainingState) -> Int {
        ownBytes + (training.parameters.count + training.slots.count + training.order.count) * 8
    }

    /// About what a checkpoint and its setup take beside their numbers.
    private static let ownBytes = 4096

    /// Whether a checkpoint is to be kept after the step that has led to `updates`.
    func isDue(after updates: Int) -> Bool {
        guard let last = checkpoints.last else { return false }
        return updates - last.updates >= interval
    }

    mutating func record(_ training: TrainingState, gradients: [Double]) {
        guard let last = checkpoints.last else { return }
        checkpoints.append(
            Checkpoint(training, last.setup, gradients: gradients, .interval))
        let between = checkpoints.count { $0.kind == .interval }
        if between > limits.count || between > 0 && checkpoints.count * Self.bytes(training) > limits.bytes {
            thin()
        }
    }

    private mutating func thin() {
        interval *= 2
        var kept: [Checkpoint] = []
        for checkpoint in checkpoints {
            let isFar = kept.last.map { checkpoint.updates - $0.updates >= interval } ?? true
            if checkpoint.kind != .interval || isFar { kept.append(checkpoint) }
        }
        checkpoints = kept
    }

    /// The checkpoint from which the moment right after update `time` is computed: before it, so that the update is really
    /// made again and its values are there, unless it was kept because that is impossible.
    func checkpoint(after time: Int) -> Checkpoint? {
        checkpoints.first { $0.updates == time && $0.kind == .afterUpdate }
            ?? checkpoints.last { $0.updates < time } ?? (time < first ? nil : checkpoints.first { $0.updates == time })
    }

    /// The checkpoint from which the moment is computed at which the update behind `time` began.
    func checkpoint(before time: Int) -> Checkpoint? { checkpoints.last { $0.updates <= time } }

    /// Forgets what lies after `time`, from where the run now goes another way.
    mutating func forget(after time: Int) {
        checkpoints.removeAll { $0.updates > time }
        setTrails(Trail.left(trails, at: time))
    }

    private mutating func setTrails(_ trails: [Trail]) {
        walked = SharedList(trails.dropLast())
        present = trails.last
    }

    /// Before steps: what they walk continues the last trail, or begins another.
    mutating func beginTrail(_ session: Session) {
        if present?.continues(session) == true { return }
        if let present { walked.append(present) }
        present = Trail(session)
    }

    /// After a step: the objective before it, and the parameters after it.
    mutating func walk(_ loss: Double?, _ parameters: [Double]) {
        present?.walk(loss, parameters)
    }

    /// The track of a new run, which remembers the ways of those before it.
    func restarted() -> Track {
        var track = Track(limits)
        track.setTrails(Trail.left(trails, at: -1))
        return track
    }
}

extension Session {
    /// One step, with the moments of the run kept. `stop` is asked between backward and update; what it answers ends the
    /// step there.
    mutating func trackedStep(stop: ((Session) -> String?)? = nil) throws(Diagnostic) -> String? {
        let isInsideUpdate = step.cursor?.phase == .update
        beginSegment()
        if !isInsideUpdate {
            try computeGradients()
            if let reason = stop?(self) { return reason }
        }
        try update()
        track.walk(lossValue, training.parameters)
        if isInsideUpdate {
            keepMoment()
        } else if track.isDue(after: training.updates) {
            track.record(training, gradients: carriedGradients)
        }
        return nil
    }

    /// The gradients, where later ones are added to them.
    fileprivate var carriedGradients: [Double] { accumulates ? step.gradients : [] }

    /// Before steps: keeps the moment when it cannot be computed from earlier ones.
    mutating func beginSegment() {
        // In the middle of an update only some parameters are new; the moment before it has been kept.
        guard track.needsSegment, step.cursor?.phase != .update else { return }
        track.keep(self, .segment)
        track.beginTrail(self)
    }

    /// After an update that cannot be computed again.
    mutating func keepMoment() { track.keep(self, .afterUpdate) }

    /// An update whose gradients may have come from anywhere: the moments before and after it are kept.
    mutating func trackedUpdate() throws(Diagnostic) {
        beginSegment()
        try update()
        track.walk(lossValue, training.parameters)
        keepMoment()
    }

    /// The session as it was right after update `time` of the present run: training state and the values of that step.
    func moment(_ time: Int) throws(Diagnostic) -> Session {
        guard time >= 0, time <= training.updates else {
            throw Diagnostic(
                "there is no update \(time)",
                hint: "this run has made \(training.updates) updates; what a goto left behind comes back by undo")
        }
        if time == training.updates, track.isEmpty || track.first > time { return self }
        return try computed(from: track.checkpoint(after: time), to: time)
    }

    /// The session as it was when the update behind `time` began: what was changed by hand after update `time` included.
    func start(behind time: Int) throws(Diagnostic) -> Session {
        try computed(from: track.checkpoint(before: time), to: time)
    }

    private func computed(from checkpoint: Track.Checkpoint?, to time: Int) throws(Diagnostic) -> Session {
        guard let checkpoint else {
            throw Diagnostic(
                "update \(time) can no longer be computed", hint: "what is known of this run begins at \(track.first)")
        }
        var session = checkpoint.setup.session
        session.training = checkpoint.training
        session.step.gradients =
            checkpoint.gradients.isEmpty
            ? [Double](repeating: 0, count: session.layout.count) : checkpoint.gradients
        while session.training.updates < time { try session.stepOnce() }
        return session
    }

    /// Goes to the moment after update `time`. What was chosen since (rate, schedule, optimizer, loss) stays, except that an
    /// optimizer with other buffers gives way to the one of that time. Returns a note on that.
    mutating func go(to time: Int) throws(Diagnostic) -> String? {
        let past = try moment(time)
        let (then, now) = (past.optimizer, optimizer)
        origins = past.origins
        training = past.training
        step = past.step
        track.forget(after: time)
        track.isContinuous = false
        var notes: [String] = []
        if let then, then.rule.slots != now?.rule.slots {
            optimizer = then
            notes.append("the optimizer is \(then.member.name) again, as it was then")
        } else if let now, let then, now.rate != then.rate {
            notes.append("lr stays \(digits.text(now.rate)); it was \(digits.text(then.rate)) then")
        }
        if past.schedule.label != schedule.label {
            notes.append("the schedule stays \(schedule.label); it was \(past.schedule.label) then")
        }
        return notes.isEmpty ? nil : notes.joined(separator: "; ")
    }
}
