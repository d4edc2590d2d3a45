// ChosenClipping: a way to clip gradients with its settings, compiled; and the clipping of a step.

import CKernels
import Formulas
import Learning
import Tensors

struct ChosenClipping: Sendable {
    let member: Clipping
    let settings: Settings
    let lines: [Rule.Line]
    private let program: Program
    private let uniform: [String]

    init(_ member: Clipping, _ settings: Settings) {
        self.member = member
        self.settings = settings
        lines = member.lines(settings)
        let locals = Set(lines.map(\.name))
        uniform = Set(lines.flatMap(\.formula.symbols)).subtracting(locals).subtracting(["grad"]).sorted()
        program = Program(
            inputs: [.init("grad", uniform: false)] + uniform.map { .init($0, uniform: true) },
            assignments: lines.map { ($0.name, $0.formula) }, outputs: [Clipping.result])
    }

    /// The line that chooses it.
    var text: String { "\(member.name) \(settings.text)" }

    var usesNorm: Bool { uniform.contains(Clipping.length) }
    /// Whether one length is taken of all gradients together.
    var isGlobal: Bool { settings.word("per") == "all" }

    /// The value of a symbol that is the same for all elements of a parameter.
    func value(_ symbol: String, norm: Double) -> Double {
        symbol == Clipping.length ? norm : settings.number(symbol)
    }

    /// Clips the elements in `range`.
    func clip(_ range: Range<Int>, _ gradients: inout [Double], norm: Double) {
        let numbers = uniform.map { value($0, norm: norm) }
        gradients.withUnsafeMutableBufferPointer { gradients in
            numbers.withUnsafeBufferPointer { numbers in
                guard let base = gradients.baseAddress.map({ $0 + range.lowerBound }) else { return }
                var inputs = [ck_input(data: base, stride: nil)]
                for index in numbers.indices {
                    inputs.append(ck_input(data: numbers.baseAddress! + index, stride: nil))
                }
                program.run(inputs: inputs, outputs: [base], count: range.count)
            }
        }
    }
}

extension Session {
    /// The length that the clipping of a parameter's gradient is measured by, when the parameters `updated` (their places
    /// in the layout) are changed together.
    func clippingNorm(of index: Int, among updated: [Int], _ clipping: ChosenClipping) -> Double {
        let lengths = (clipping.isGlobal ? updated : [index]).map { gradientNorm(layout.entries[$0]) }
        // The length of one is itself; the square of a root would not be.
        return lengths.count == 1 ? lengths[0] : lengths.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    func gradientNorm(_ entry: ParameterLayout.Entry) -> Double {
        var result = 0.0
        step.gradients.withUnsafeBufferPointer { gradients in
            guard let base = gradients.baseAddress else { return }
            ck_norm(&result, base + entry.offset, 1, entry.shape.count, 1)
        }
        return result
    }

    /// Puts the gradients that the update reads into `step.clipped`, when gradients are clipped.
    mutating func clipGradients() {
        step.clipped = []
        guard let clipping else { return }
        let shared =
            clipping.isGlobal && clipping.usesNorm
            ? step.updating.first.map { clippingNorm(of: $0, among: step.updating, clipping) } : nil
        var clipped = step.gradients
        for index in step.updating {
            let norm = shared ?? (clipping.usesNorm ? clippingNorm(of: index, among: step.updating, clipping) : 0)
            clipping.clip(layout.entries[index].range, &clipped, norm: norm)
        }
        step.clipped = clipped
    }

    /// The gradients as an update of these parameters reads them.
    func gradientsRead(in updated: [Int], _ clipping: ChosenClipping?) -> [Double] {
        guard clipping != nil else { return step.gradients }
        var session = self
        session.clipping = clipping
        session.step.updating = updated
        session.clipGradients()
        return session.step.clipped
    }
}
