// spiral: arms that wind around each other.

import Glibc

extension DataSource {
    static let spiral = DataSource(
        "spiral", "arms that wind around each other", source: "the shape of Stanford CS231n's case study",
        settings: [
            size(300), .integer("classes", 3, .within(2, 20), "the number of arms"),
            .number("noise", 0.2, .notNegative, "deviation of the angle"),
        ]
    ) { settings, random in
        let (count, arms) = (settings.integer("n") ?? 0, settings.integer("classes") ?? 2)
        let perArm = Double(max((count + arms - 1) / arms - 1, 1))
        let points = (0..<count).map { index in
            let arm = index % arms
            let radius = Double(index / arms) / perArm
            let angle = 4 * (Double(arm) + radius) + settings.number("noise") * random.normal()
            return (radius * sin(angle), radius * cos(angle), arm)
        }
        return plane("spiral", points, classes: arms)
    }
}
