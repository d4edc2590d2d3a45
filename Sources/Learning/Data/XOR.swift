// xor: the four points that no straight line separates.

extension DataSource {
    static let xor = DataSource(
        "xor", "4 points; the class is 1 where exactly one coordinate is 1", source: "Minsky and Papert 1969",
        population: .whole
    ) { _, _ in plane("xor", [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)], classes: 2) }
}
