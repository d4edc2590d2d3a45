// Gamma and beta distributed random numbers.

import Glibc

extension Random {
    /// Gamma distributed with this shape and scale 1 (Marsaglia and Tsang 2000).
    public mutating func gamma(_ shape: Double) -> Double {
        if shape < 1 {
            // A shape below 1 is reached from the next one.
            let larger = gamma(shape + 1)
            return larger * pow(1 - uniform(), 1 / shape)
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
            guard v > 0 else { continue }
            if log(1 - uniform()) < x * x / 2 + d - d * v + d * log(v) { return d * v }
        }
    }

    /// Beta distributed between 0 and 1: a/(a + b) of two gamma distributed numbers.
    public mutating func beta(_ alpha: Double, _ beta: Double) -> Double {
        let (a, b) = (gamma(alpha), gamma(beta))
        // Of two very small shapes both may be 0; all the weight is at the ends then.
        return a + b > 0 ? a / (a + b) : uniform() < alpha / (alpha + beta) ? 1 : 0
    }
}
