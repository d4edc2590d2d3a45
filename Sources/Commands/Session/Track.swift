// Track: moments of the present run, kept so that every other moment can be computed again with the same bits.

import Tensors

/// Checkpoints of a run. Steps are deterministic, so the state after any update follows from an earlier checkpoint.
///
/// In a row of steps a checkpoint is kept every `interval` updates; the interval doubles, and every other checkpoint is
/// dropped, when there are too many or they take too much memory. Where something other than a step changed the session,
/// a checkpoint begins a new segment, which is never dropped: what lies behind it cannot be computed from before it.
struct Track: Sendable {
    struct Checkpoint: Sendable {
        let training: TrainingState
        /// The definitions under which the next steps were made.
        let setup: Setup
        /// The gradients, where later ones are added to them.
        let gradients: [Double]
        let beginsSegment: Bool

        var updates: Int { training.updates }
    }

    /// A session without what training changes; shared by the checkpoints of a segment.
    final class Setup: Sendable {
        let session: Session

        init(_ session: Session) {
            var session = session
            let status = session.step.status
            session.training = TrainingState()
            session.step = StepState(status: session.accumulates ? status : status.map { _ in .none })
            session.track = Track()
            self.session = session
        }
    }

    /// At most this many checkpoints and bytes are kept between segments.
    static let countLimit = 512
    static let byteLimit = 192 << 20

    private(set) var checkpoints: [Checkpoint] = []
    private var interval = 1
    /// Whether nothing but steps happened since the last checkpoint.
    var isContinuous = false

    var isEmpty: Bool { checkpoints.isEmpty }
    /// The first update that can be reached.
    var first: Int { checkpoints.first?.updates ?? 0 }

    /// Whether a segment has to begin before a step, because something else happened since the last one.
    var needsSegment: Bool { !isContinuous || checkpoints.isEmpty }

    mutating func beginSegment(_ session: Session) {
        let now = session.training.updates
        checkpoints.removeAll { $0.updates >= now }
        checkpoints.append(
            Checkpoint(
                training: session.training, setup: Setup(session), gradients: session.carriedGradients,
                beginsSegment: true))
        isContinuous = true
    }

    /// Whether a checkpoint is to be kept after the step that has led to `updates`.
    func isDue(after updates: Int) -> Bool {
        guard let last = checkpoints.last else { return false }
        return updates - last.updates >= interval
    }

    mutating func record(_ training: TrainingState, gradients: [Double]) {
        guard let last = checkpoints.last else { return }
        checkpoints.append(
            Checkpoint(training: training, setup: last.setup, gradients: gradients, beginsSegment: false))
        let bytes = (training.parameters.count + training.slots.count + training.order.count) * 8
        if checkpoints.count > Self.countLimit || checkpoints.count * bytes > Self.byteLimit { thin() }
    }

    private mutating func thin() {
        interval *= 2
        var kept: [Checkpoint] = []
        for checkpoint in checkpoints {
            if checkpoint.beginsSegment || checkpoint.updates - kept[kept.count - 1].updates >= interval {
                kept.append(checkpoint)
            }
        }
        checkpoints = kept
    }

    /// The checkpoint from which update `time` is computed: the last one before it in its segment, so that the last step
    /// is really made and its values are there; a segment's beginning stands for itself.
    func checkpoint(for time: Int) -> Checkpoint? {
        guard let index = checkpoints.lastIndex(where: { $0.updates <= time }) else { return nil }
        let found = checkpoints[index]
        return found.updates == time && !found.beginsSegment ? checkpoints[index - 1] : found
    }

    /// Forgets what lies after `time`, from where the run now goes another way.
    mutating func forget(after time: Int) {
        checkpoints.removeAll { $0.updates > time }
    }
}

extension Session {
    /// One step, with the moments of the run kept.
    mutating func trackedStep() throws(Diagnostic) {
        let isInsideUpdate = step.cursor?.phase == .update
        beginSegment()
        try stepOnce()
        if isInsideUpdate {
            keepMoment()
        } else if track.isDue(after: training.updates) {
            track.record(training, gradients: carriedGradients)
        }
    }

    /// The gradients, where later ones are added to them.
    fileprivate var carriedGradients: [Double] { accumulates ? step.gradients : [] }

    /// Before steps: keeps the moment when it cannot be computed from earlier ones.
    mutating func beginSegment() {
        // In the middle of an update only some parameters are new; the moment before it has been kept.
        guard track.needsSegment, step.cursor?.phase != .update else { return }
        track.beginSegment(self)
    }

    /// Steps with or without keeping moments of the run, for the benchmark.
    package mutating func makeSteps(_ count: Int, keepingMoments: Bool) throws(Diagnostic) {
        for _ in 0..<count {
            if keepingMoments { try trackedStep() } else { try stepOnce() }
        }
    }

    /// Keeps the present moment as the beginning of a segment.
    mutating func keepMoment() {
        track.isContinuous = false
        beginSegment()
    }

    /// An update whose gradients may have come from anywhere: it cannot be computed again, so the moments before and
    /// after it are kept.
    mutating func trackedUpdate() throws(Diagnostic) {
        beginSegment()
        try update()
        keepMoment()
    }

    /// The session as it was after update `time` of the present run: training state and the values of that step.
    func moment(_ time: Int) throws(Diagnostic) -> Session {
        guard time >= 0, time <= training.updates else {
            throw Diagnostic(
                "there is no update \(time)", hint: "this run has made \(training.updates) updates; goto 0 is its start"
            )
        }
        if time == training.updates, track.isEmpty || track.first > time { return self }
        guard let checkpoint = track.checkpoint(for: time) else {
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

    /// Goes to the moment after update `time`. What was chosen since (rate, optimizer, loss) stays, except that an
    /// optimizer with other buffers gives way to the one of that time. Returns a note on that.
    mutating func go(to time: Int) throws(Diagnostic) -> String? {
        let past = try moment(time)
        training = past.training
        step = past.step
        track.forget(after: time)
        track.isContinuous = false
        guard let then = past.optimizer, then.rule.slots != optimizer?.rule.slots else { return nil }
        optimizer = then
        return "the optimizer is \(then.member.name) again, as it was then"
    }
}
