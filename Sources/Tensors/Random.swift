// Random: the one source of random numbers, a value that is part of the session.

import Glibc

/// A stream of random numbers (xoshiro256++ by Blackman and Vigna 2019, seeded by SplitMix64). Equal seeds give equal
/// streams on every machine.
public struct Random: Hashable, Sendable {
    private var s0: UInt64, s1: UInt64, s2: UInt64, s3: UInt64

    public init(seed: UInt64) {
        var mixed = seed
        func next() -> UInt64 {
            mixed &+= 0x9E37_79B9_7F4A_7C15
            var z = mixed
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        (s0, s1, s2, s3) = (next(), next(), next(), next())
    }

    /// 64 random bits.
    public mutating func bits() -> UInt64 {
        func rotated(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
        let result = rotated(s0 &+ s3, 23) &+ s0
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = rotated(s3, 45)
        return result
    }

    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    public mutating func uniform() -> Double { Double(bits() >> 11) * 0x1p-53 }

    /// Uniform in [low, high).
    public mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * uniform() }

    /// Normal with mean 0 and standard deviation 1 (Box and Muller 1958).
    public mutating func normal() -> Double {
        let radius = sqrt(-2 * log(1 - uniform()))
        return radius * cos(2 * .pi * uniform())
    }

    /// Normal, drawn again while farther than two standard deviations from 0. Its own standard deviation is
    /// 0.87962566103423978.
    public mutating func truncatedNormal() -> Double {
        while true {
            let value = normal()
            if value.magnitude <= 2 { return value }
        }
    }

    /// Uniform among 0 ..< bound, without bias (Lemire 2019).
    public mutating func index(below bound: Int) -> Int {
        let bound = UInt64(bound)
        while true {
            let product = bits().multipliedFullWidth(by: bound)
            if product.low >= (0 &- bound) % bound { return Int(product.high) }
        }
    }

    /// The numbers 0 ..< count in random order (Fisher and Yates).
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, index(below: last + 1)) }
        return order
    }
}
