// Every initialiser: bounds and deviations from Tests/Fixtures/initializers.json, and the moments of what is drawn.

import Formulas
import Foundation
import Learning
import Tensors
import Testing

@Suite("Initialisers")
struct InitializerTests {
    struct Fixture: Decodable, Sendable {
        let correction: Double
        let pairs: [Pair]

        enum CodingKeys: String, CodingKey {
            case correction = "truncated_normal_correction"
            case pairs
        }

        struct Pair: Decodable, Sendable {
            let fanIn: Int
            let fanOut: Int
            var members: [String: [String: Double]] = [:]

            struct Key: CodingKey {
                var stringValue: String
                init?(stringValue: String) { self.stringValue = stringValue }
                var intValue: Int? { nil }
                init?(intValue: Int) { nil }
            }

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: Key.self)
                fanIn = try container.decode(Int.self, forKey: Key(stringValue: "fan_in")!)
                fanOut = try container.decode(Int.self, forKey: Key(stringValue: "fan_out")!)
                for key in container.allKeys where !["fan_in", "fan_out"].contains(key.stringValue) {
                    members[key.stringValue] = try container.decode([String: Double].self, forKey: key)
                }
            }
        }
    }

    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures/initializers.json")

    static func fixture() throws -> Fixture {
        try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path))
    }

    static let pairCount = 12
    private static let count = 100_000

    private func member(_ name: String) throws -> Initializer {
        try #require(Catalog.initializers.first { $0.name == name }, "\(name)")
    }

    private func settings(_ member: Initializer, _ given: [String: SettingValue] = [:]) throws -> Settings {
        var settings = Settings(member.settings)
        for (name, value) in given { try settings.set(name, value) }
        return settings
    }

    /// Mean and deviation within four standard errors; `fourth` is the fourth central moment over deviation⁴.
    private func check(_ draws: [Double], deviation sigma: Double, fourth: Double, _ name: String) {
        let n = Double(draws.count)
        #expect(mean(draws).magnitude <= 4 * sigma / n.squareRoot(), "\(name)")
        let error = sigma * ((fourth - 1) / (4 * n)).squareRoot()
        #expect((deviation(draws, from: 0) - sigma).magnitude <= 4 * error, "\(name)")
    }

    @Test("the fixture has all pairs and members") func complete() throws {
        let fixture = try Self.fixture()
        #expect(fixture.pairs.count == Self.pairCount)
        #expect(Initializer.truncatedDeviation == fixture.correction)
        for pair in fixture.pairs { #expect(pair.members.count == 7) }
    }

    @Test("bounds and deviations are the fixture's, and draws keep to them", arguments: 0..<pairCount)
    func draws(pairIndex: Int) throws {
        let pair = try Self.fixture().pairs[pairIndex]
        for (name, expected) in pair.members {
            let member = try member(name)
            let size = member.weights.formula.value {
                ["fan_in": Double(pair.fanIn), "fan_out": Double(pair.fanOut)][$0]
            }
            let known = try #require(expected["bound"] ?? expected["std"])
            #expect((size - known).magnitude <= 1e-15 * known, "\(name)")
            var random = Random(seed: UInt64(pairIndex))
            let draws = Initializer.draw(
                member.weights, try settings(member), fanIn: pair.fanIn, fanOut: pair.fanOut, count: Self.count, &random
            )
            #expect(draws.count == Self.count)
            if let bound = expected["bound"] {
                check(draws, deviation: bound / 3.0.squareRoot(), fourth: 1.8, name)
                let largest = draws.reduce(0) { max($0, $1.magnitude) }
                #expect(largest <= bound && largest > 0.999 * bound, "\(name)")
            } else {
                check(draws, deviation: known, fourth: 3, name)
                // Of normal numbers 4.55 % lie beyond two deviations: they are not cut off.
                #expect(draws.contains { $0.magnitude > 3 * known }, "\(name)")
            }
        }
    }

    @Test(
        "truncated draws stay within two deviations of the wider normal, and keep the variance",
        arguments: 0..<pairCount)
    func truncated(pairIndex: Int) throws {
        let pair = try Self.fixture().pairs[pairIndex]
        for (name, expected) in pair.members {
            guard let wide = expected["keras_std_before_cut"], let bound = expected["keras_bound"] else { continue }
            let member = try member(name)
            var random = Random(seed: UInt64(100 + pairIndex))
            let draws = Initializer.draw(
                member.weights, try settings(member, ["truncated": .word("on")]), fanIn: pair.fanIn,
                fanOut: pair.fanOut, count: Self.count, &random)
            // Fourth moment over squared variance of a normal cut off at ±2: 1.4161891 / 0.7737413².
            check(draws, deviation: expected["std"]!, fourth: 2.3655518, name)
            let largest = draws.reduce(0) { max($0, $1.magnitude) }
            #expect((bound - 2 * wide).magnitude <= 1e-15 * bound)
            #expect(largest <= bound * (1 + 1e-15) && largest > 0.99 * bound, "\(name)")
        }
    }

    @Test("PyTorch draws biases too, in its own bound; the others have none")
    func biases() throws {
        for pair in try Self.fixture().pairs {
            let formula = try #require(try member("torch").biases).formula
            let bound = formula.value { ["fan_in": Double(pair.fanIn), "fan_out": Double(pair.fanOut)][$0] }
            let expected = pair.members["torch"]!["bias_bound"]!
            #expect((bound - expected).magnitude <= 1e-15 * expected)
        }
        for member in Catalog.initializers where member.name != "torch" { #expect(member.biases == nil) }
    }

    @Test("constant, zeros, uniform and normal have the size that is set")
    func plain() throws {
        func draw(_ name: String, _ given: [String: SettingValue]) throws -> [Double] {
            let member = try member(name)
            var random = Random(seed: 8)
            return Initializer.draw(
                member.weights, try settings(member, given), fanIn: 3, fanOut: 5, count: Self.count, &random)
        }
        #expect(try draw("zeros", [:]).allSatisfy { $0 == 0 })
        #expect(try draw("constant", ["value": .number(-2.5)]).allSatisfy { $0 == -2.5 })
        let uniform = try draw("uniform", ["scale": .number(0.5)])
        check(uniform, deviation: 0.5 / 3.0.squareRoot(), fourth: 1.8, "uniform")
        #expect(uniform.allSatisfy { $0.magnitude <= 0.5 })
        check(try draw("normal", ["scale": .number(2)]), deviation: 2, fourth: 3, "normal")
        check(try draw("uniform", [:]), deviation: 0.05 / 3.0.squareRoot(), fourth: 1.8, "uniform")
    }

    @Test("formulas read only the fans and the settings", arguments: Catalog.initializers.indices)
    func symbols(index: Int) {
        let member = Catalog.initializers[index]
        let known = Set(["fan_in", "fan_out"] + member.settings.map(\.name))
        #expect(known.isSuperset(of: member.weights.formula.symbols))
        #expect(known.isSuperset(of: member.biases?.formula.symbols ?? []))
    }
}
