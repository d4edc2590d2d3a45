// polynomial: a regression whose true curve is known.

import Tensors

extension DataSource {
    static let polynomial = DataSource(
        "polynomial", "one feature x between -1 and 1, y a polynomial of x with noise", source: "made by this project",
        settings: [
            size(30), .integer("degree", 3, .within(0, 20), "the degree of the polynomial"),
            .number("noise", 0.1, .notNegative, "standard deviation of what is added to y"),
        ],
        notes: [
            "The polynomial is Chebyshev's: T0 = 1, T1 = x, T2 = 2·x² − 1, T3 = 4·x³ − 3·x, and on with"
                + " T(k+1) = 2·x·T(k) − T(k−1). All its turns lie between -1 and 1, and so do its values.",
            "The loss on many samples of a perfect net is the noise: its mse is noise².",
        ],
        examples: ["data polynomial degree=5 n=20 noise=0.2 seed=1"]
    ) { settings, random in
        let (degree, noise) = (settings.integer("degree") ?? 0, settings.number("noise"))
        let x = (0..<(settings.integer("n") ?? 0)).map { _ in random.uniform(-1, 1) }
        let y = x.map { chebyshev($0, degree) + noise * random.normal() }
        return DataSet(
            name: "polynomial", features: ["x"], target: "y", x: Tensor([x.count, 1], x), y: y, classes: [])
    }

    private static func chebyshev(_ x: Double, _ degree: Int) -> Double {
        var (value, next) = (1.0, x)
        for _ in 0..<degree { (value, next) = (next, 2 * x * next - value) }
        return value
    }
}
