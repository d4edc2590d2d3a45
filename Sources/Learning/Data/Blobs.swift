// blobs: round clouds of points, one for each class.

import Glibc

extension DataSource {
    static let blobs = DataSource(
        "blobs", "round clouds of points with their centres on a circle", source: "made by this project",
        settings: [
            size(200), .integer("classes", 3, .within(2, 20), "the number of clouds"),
            .number("noise", 0.5, .notNegative, "standard deviation within a cloud"),
        ]
    ) { settings, random in
        let classes = settings.integer("classes") ?? 2
        let points = (0..<(settings.integer("n") ?? 0)).map { index in
            let cloud = index % classes
            let angle = 2 * Double.pi * Double(cloud) / Double(classes)
            let noise = settings.number("noise")
            return (2 * cos(angle) + noise * random.normal(), 2 * sin(angle) + noise * random.normal(), cloud)
        }
        return plane("blobs", points, classes: classes)
    }
}
