// What the tests of the catalogue share: combinations of settings, and lists of all members.

import Formulas
import Learning
import Tensors
import Testing

func same(_ a: Double, _ b: Double) -> Bool { a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) }

/// A member with some of its settings set, in a form that test names can show.
struct Variant<Kind: Member>: Sendable, CustomTestStringConvertible {
    let member: Kind
    let settings: Settings

    var testDescription: String {
        let given = settings.given.sorted { $0.key < $1.key }.map { "\($0)=\($1.text())" }
        return ([member.name] + given).joined(separator: " ")
    }
}

/// Every member in all combinations of its choices, each with its numbers at their defaults and away from them.
///
/// Numbers in `switches` change the form of a formula where they are 0, so they are combined with the choices.
func variants<Kind: Member>(
    _ members: [Kind], switches: Set<String> = ["momentum", "weight_decay", "dampening", "smoothing"]
) -> [Variant<Kind>] {
    members.flatMap { member in
        var combinations: [[String: SettingValue]] = [[:]]
        for setting in member.settings {
            var values: [SettingValue] = []
            if case .choice(let choices) = setting.kind { values = choices.map { .word($0) } }
            if switches.contains(setting.name) { values = [.number(0), .number(0.25)] }
            guard !values.isEmpty else { continue }
            combinations = combinations.flatMap { combination in
                values.map { combination.merging([setting.name: $0]) { $1 } }
            }
        }
        return combinations.compactMap { combination -> Variant<Kind>? in
            var settings = Settings(member.settings)
            for (name, value) in combination where (try? settings.set(name, value)) == nil { return nil }
            return Variant(member: member, settings: settings)
        }
    }
}

/// The optimizers in all combinations of settings that go together; of those with the same formulas one.
let rules = {
    var seen: Set<[String]> = []
    return variants(Catalog.optimizers).filter { variant in
        guard variant.member.conflict(variant.settings) == nil else { return false }
        let rule = variant.member.rule(variant.settings)
        let lines = rule.lines.map { "\($0.name) = \($0.formula.text())" }
        let kind = [variant.member.name, rule.lookahead?.text() ?? "", rule.direction?.text ?? ""]
        return seen.insert(kind + lines).inserted
    }
}()

/// Every list of the catalogue, by the folder in which its members are.
let catalogue: [(folder: String, members: [any Member])] = [
    ("Activations", Catalog.activations), ("Losses", Catalog.losses), ("Optimizers", Catalog.optimizers),
    ("Initializers", Catalog.initializers), ("Data", Catalog.data), ("Regularizers", Catalog.regularizers),
    ("Clippings", Catalog.clippings), ("Layers", Catalog.layers), ("Profiles", Catalog.profiles),
    ("Schedules", Catalog.schedules), ("Landscapes", Catalog.landscapes),
    ("Attacks", Catalog.attacks), ("Augmentations", Catalog.augmentations),
]

let allMembers = catalogue.flatMap(\.members)

/// A data set of the catalogue with some of its settings given.
func makeData(_ name: String, _ given: [String: SettingValue] = [:], seed: UInt64 = 1) throws -> DataSet {
    let source = try #require(Catalog.data.first { $0.name == name })
    var settings = Settings(source.settings)
    for (key, value) in given { try settings.set(key, value) }
    var random = Random(seed: seed)
    return source.make(settings, &random)
}

/// The derivative of a function of one number, from its values at five points.
func slope(at x: Double, h: Double = 1e-4, _ value: (Double) throws -> Double) rethrows -> Double {
    (8 * (try value(x + h) - value(x - h)) - (try value(x + 2 * h) - value(x - 2 * h))) / (12 * h)
}

func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }

/// The standard deviation from `center`.
func deviation(_ numbers: [Double], from center: Double) -> Double {
    (numbers.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(numbers.count)).squareRoot()
}
