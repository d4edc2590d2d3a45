// ProgressMeter: the passing line of long work: how far, how fast, how long still.

/// Counts units of work and shows them, from half a second on and ten times a second at most.
final class ProgressMeter {
    let unit: String
    let total: Int
    private let start = ContinuousClock().now
    private var last = 0
    /// The units done when it was last told.
    private(set) var done = 0

    init(unit: String, total: Int) {
        self.unit = unit
        self.total = total
    }

    /// `remark` is shown before the rate and the time that is left.
    func show(done: Int, _ context: Context, _ remark: @autoclosure () -> String) {
        self.done = done
        let elapsed = ContinuousClock().now - start
        let tenths = Int(elapsed / .milliseconds(100))
        guard tenths >= 5, tenths != last else { return }
        last = tenths
        let rate = Double(done) / (elapsed / .seconds(1))
        var parts = [remark()].filter { !$0.isEmpty }
        parts.append("\(rate >= 10 ? String(Int(rate)) : context.text((rate * 100).rounded() / 100))/s")
        if rate > 0 { parts.append(Self.text(seconds: Double(total - done) / rate)) }
        context.emit(.progress(Progress(unit: unit, done: done, total: total, remark: parts.joined(separator: "  "))))
    }

    /// `12 s left`, `3 min left`, `2.5 h left`.
    static func text(seconds: Double) -> String {
        switch seconds {
        case ..<100: "\(Int(seconds) + 1) s left"
        case ..<6000: "\(Int((seconds / 60).rounded())) min left"
        default: "\(Int((seconds / 3600).rounded())) h left"
        }
    }
}
