// ChosenChange: an augmentation or a pretext task with its settings.

import Learning
import Tensors

struct ChosenChange<Member: BatchChange>: Sendable {
    let member: Member
    let settings: Settings

    /// The line that chooses it, behind the verb.
    var text: String { settings.text.isEmpty ? member.name : "\(member.name) \(settings.text)" }
    /// What it draws for each batch.
    var draws: [AugmentationDraw] { member.draws(settings) }
}

typealias ChosenAugmentation = ChosenChange<Augmentation>
typealias ChosenPretext = ChosenChange<PretextTask>

extension ChosenPretext {
    /// The draw that is 1 for the elements that the loss counts.
    var counted: String? { member.counted(settings) }
}

extension Session {
    /// What some augmentations and a task behind them draw for one batch, by name.
    static func draws(
        _ chain: [ChosenAugmentation], _ task: ChosenPretext?, _ sizes: BatchSizes, _ random: inout Random
    ) -> [String: Tensor] {
        var draws: [String: Tensor] = [:]
        for chosen in chain { draws.merge(chosen.member.draw(chosen.settings, sizes, &random)) { $1 } }
        if let task { draws.merge(task.member.draw(task.settings, sizes, &random)) { $1 } }
        return draws
    }

    /// Forgets what else the names stood for that are drawn from now on; in words what was lost.
    mutating func forgetNames<Member>(drawnBy chosen: ChosenChange<Member>) -> [String] {
        let names = chosen.draws.map(\.name)
        let replaced = names.filter { plain[$0] != nil }
        return (replaced.isEmpty ? [] : ["replaces \(replaced.joined(separator: ", "))"])
            + names.compactMap { forget($0) }
    }
}

extension Context {
    func show<Member>(_ chosen: ChosenChange<Member>) {
        say(chosen.text)
        for line in chosen.member.formulas(chosen.settings) { say("  \(line)") }
    }
}
