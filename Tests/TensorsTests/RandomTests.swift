// Random numbers: known streams, and the moments of what is drawn from them.

import Glibc
import Tensors
import Testing

@Suite("Random")
struct RandomTests {
    // xoshiro256++ seeded by SplitMix64, written down again in Python after Vigna's C code; it gives Vigna's outputs
    // 6457827717110365317, 3203168211198807973 for SplitMix64(1234567) and 41943041, 58720359 for the state 1, 2, 3, 4.
    private static let streams: [(UInt64, [UInt64])] = [
        (
            0,
            [5_987_356_902_031_041_503, 7_051_070_477_665_621_255, 6_633_766_593_972_829_180, 211_316_841_551_650_330]
        ),
        (
            1,
            [
                14_971_601_782_005_023_387, 13_781_649_495_232_077_965, 1_847_458_086_238_483_744,
                13_765_271_635_752_736_470,
            ]
        ),
        (
            7,
            [
                1_021_219_803_524_665_661, 3_174_977_118_032_272_916, 13_236_943_193_235_544_178,
                7_880_630_202_246_103_356,
            ]
        ),
        (
            42,
            [
                15_021_278_609_987_233_951, 5_881_210_131_331_364_753, 18_149_643_915_985_481_100,
                12_933_668_939_759_105_464,
            ]
        ),
        (
            .max,
            [
                6_254_647_548_650_071_986, 16_610_832_622_747_802_512, 16_422_857_234_328_439_435,
                5_048_281_510_058_307_187,
            ]
        ),
    ]

    @Test("the first bits of some seeds", arguments: streams.indices)
    func bits(index: Int) {
        let (seed, expected) = Self.streams[index]
        var random = Random(seed: seed)
        #expect(expected.indices.map { _ in random.bits() } == expected)
    }

    @Test("the first uniform numbers: the upper 53 bits")
    func uniformBits() {
        var random = Random(seed: 42)
        #expect(random.uniform() == 0.8143051451229099)
        #expect(random.uniform() == 0.3188210400616611)
    }

    @Test("a copy goes on with the same numbers")
    func copies() {
        var random = Random(seed: 5)
        _ = random.bits()
        var copy = random
        #expect(copy == random)
        #expect((0..<100).map { _ in copy.bits() } == (0..<100).map { _ in random.bits() })
    }

    private static let count = 100_000

    /// A distribution with its first two moments, the fourth central one, and its bounds.
    private struct Distribution: Sendable {
        let name: String
        let mean: Double
        let variance: Double
        let fourth: Double
        let bounds: ClosedRange<Double>
        let draw: @Sendable (inout Random) -> Double
    }

    // Truncated at ±2, with φ the density and Z = erf(√2): variance 1 − 4φ(2)/Z, fourth moment 3·variance − 16φ(2)/Z.
    private static let distributions = [
        Distribution(name: "uniform", mean: 0.5, variance: 1.0 / 12, fourth: 1.0 / 80, bounds: 0...1) { $0.uniform() },
        Distribution(name: "uniform(-1, 3)", mean: 1, variance: 16.0 / 12, fourth: 256.0 / 80, bounds: -1...3) {
            $0.uniform(-1, 3)
        },
        Distribution(name: "normal", mean: 0, variance: 1, fourth: 3, bounds: -7...7) { $0.normal() },
        Distribution(
            name: "truncated", mean: 0, variance: 0.7737413035499232, fourth: 1.4161891248494625, bounds: -2...2
        ) { $0.truncatedNormal() },
        // Gamma: mean and variance k, fourth moment 3·k² + 6·k. Beta(a, a): variance 1/(4·(2a + 1)), fourth moment
        // 3/(16·(2a + 1)·(2a + 3)); Beta(2, 5): 10/(49·8), and 2.88 times its square.
        Distribution(name: "gamma(3.5)", mean: 3.5, variance: 3.5, fourth: 57.75, bounds: 0...60) { $0.gamma(3.5) },
        Distribution(name: "gamma(0.4)", mean: 0.4, variance: 0.4, fourth: 2.88, bounds: 0...40) { $0.gamma(0.4) },
        Distribution(name: "beta(1, 1)", mean: 0.5, variance: 1.0 / 12, fourth: 1.0 / 80, bounds: 0...1) {
            $0.beta(1, 1)
        },
        Distribution(name: "beta(0.2, 0.2)", mean: 0.5, variance: 1 / 5.6, fourth: 3 / 76.16, bounds: 0...1) {
            $0.beta(0.2, 0.2)
        },
        Distribution(name: "beta(2, 5)", mean: 2.0 / 7, variance: 10.0 / 392, fourth: 0.001874219075, bounds: 0...1) {
            $0.beta(2, 5)
        },
    ]

    @Test("mean, variance and bounds of 100,000 draws", arguments: distributions.indices, [1, 2, 3] as [UInt64])
    func moments(index: Int, seed: UInt64) {
        let distribution = Self.distributions[index]
        var random = Random(seed: seed)
        let draws = (0..<Self.count).map { _ in distribution.draw(&random) }
        let n = Double(Self.count)
        let mean = draws.reduce(0, +) / n
        let variance = draws.reduce(0) { $0 + ($1 - distribution.mean) * ($1 - distribution.mean) } / n
        #expect((mean - distribution.mean).magnitude < 4 * sqrt(distribution.variance / n))
        let error = sqrt((distribution.fourth - distribution.variance * distribution.variance) / n)
        #expect((variance - distribution.variance).magnitude < 4 * error)
        #expect(draws.allSatisfy { distribution.bounds.contains($0) })
        // The ends of a bounded interval are reached, too: 10 draws or more are expected in the last 0.05 % of it.
        if distribution.name.hasPrefix("uniform") || distribution.name == "truncated" {
            let reach = 0.999 * (distribution.bounds.upperBound - distribution.mean)
            #expect(draws.contains { $0 > distribution.mean + reach })
            #expect(draws.contains { $0 < distribution.mean - reach })
        }
    }

    @Test("a beta distribution of very small shapes gives its ends, each as often")
    func ends() {
        var random = Random(seed: 4)
        let draws = (0..<10_000).map { _ in random.beta(1e-9, 1e-9) }
        #expect(draws.allSatisfy { $0 == 0 || $0 == 1 })
        #expect((4800...5200).contains(draws.count { $0 == 1 }))
    }

    @Test("normal numbers beyond 1, 2 and 3 deviations are as many as there should be")
    func tails() {
        var random = Random(seed: 9)
        let draws = (0..<Self.count).map { _ in random.normal() }
        for limit in [1.0, 2, 3] {
            let share = erfc(limit / sqrt(2))
            let found = Double(draws.filter { $0.magnitude > limit }.count) / Double(Self.count)
            #expect((found - share).magnitude < 4 * sqrt(share * (1 - share) / Double(Self.count)), "\(limit)")
        }
    }

    @Test("indices are below their bound and equally frequent", arguments: [1, 2, 3, 7, 10])
    func indices(bound: Int) {
        var random = Random(seed: UInt64(bound))
        var counts = [Int](repeating: 0, count: bound)
        for _ in 0..<50_000 { counts[random.index(below: bound)] += 1 }
        let p = 1 / Double(bound)
        for count in counts {
            #expect((Double(count) / 50_000 - p).magnitude <= 4 * sqrt(p * (1 - p) / 50_000))
        }
    }

    @Test("a permutation holds every number once", arguments: [0, 1, 2, 3, 10, 1000])
    func permutation(count: Int) {
        var random = Random(seed: 3)
        for _ in 0..<5 { #expect(random.permutation(count).sorted() == Array(0..<count)) }
    }

    @Test("all six orders of three are equally frequent")
    func permutations() {
        var random = Random(seed: 4)
        var counts: [[Int]: Int] = [:]
        for _ in 0..<30_000 { counts[random.permutation(3), default: 0] += 1 }
        #expect(counts.count == 6)
        let error = sqrt(1.0 / 6 * 5 / 6 / 30_000)
        for (order, count) in counts { #expect((Double(count) / 30_000 - 1.0 / 6).magnitude < 4 * error, "\(order)") }
    }
}
