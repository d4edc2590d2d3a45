// moons: two half circles that reach into each other.

import Glibc

extension DataSource {
    static let moons = DataSource(
        "moons", "two half circles that reach into each other", source: "the shape of scikit-learn's make_moons",
        settings: [size(200), .number("noise", 0.1, .notNegative, "deviation of the points from their circles")],
        examples: ["data moons n=400 noise=0.2 seed=1"]
    ) { settings, random in
        let noise = settings.number("noise")
        let points = (0..<(settings.integer("n") ?? 0)).map { index in
            let moon = index % 2
            let angle = Double.pi * random.uniform()
            let (x, y) = moon == 0 ? (cos(angle), sin(angle)) : (1 - cos(angle), 0.5 - sin(angle))
            return (x + noise * random.normal(), y + noise * random.normal(), moon)
        }
        return plane("moons", points, classes: 2)
    }
}
