// scenes: pictures with a texture all over, or with an object on it, large enough to be cut into patches.

import Tensors

extension DataSource {
    static let scenes = DataSource(
        "scenes", "textured pictures, with an object in the middle or without; large enough for 3×3 patches",
        source: "made by this project",
        settings: [
            .integer("n", 400, .within(1, 20_000), "the number of samples"),
            .integer("size", 24, .within(3, 48), "height and width in pixels"),
            .choice(
                "content", ["object", "texture"],
                "object: a bright shape on cloudy ground, the class is its form; texture: nothing else, the class is its kind"
            ),
            .integer(
                "classes", 4, .within(1, 4), "how many of disc square diamond cross, or clouds rows columns slants"),
            .integer("grain", 3, .within(1, 12), "how far the texture reaches: pixels that far apart are independent"),
            .number("contrast", 2, .finite, "how much brighter the object is than the ground"),
            .integer("shift", 1, .within(0, 4), "the most pixels by which the object is moved, each way"),
        ],
        notes: [
            "The features are the pixels row by row, p0_0 and so on. A texture has mean 0 and standard deviation 1.",
            "Clouds are sums of noise over grain × grain pixels; rows, columns and slants over grain pixels in a line. So what "
                + "lies grain or more pixels away in a row or a column says nothing about a pixel, and every place is like "
                + "every other.",
            "All objects have the same area, a disc's with a radius of size / 3, up to 10 % more or less.",
        ],
        examples: ["data scenes content=texture classes=1 grain=5 size=20 n=100 seed=1"]
    ) { settings, random in
        let (count, size) = (settings.integer("n") ?? 0, settings.integer("size") ?? 3)
        let (classes, grain) = (settings.integer("classes") ?? 1, settings.integer("grain") ?? 1)
        let (contrast, shift) = (settings.number("contrast"), settings.integer("shift") ?? 0)
        let hasObject = settings.word("content") == "object"
        var elements: [Double] = []
        elements.reserveCapacity(count * size * size)
        for index in 0..<count {
            let kind = index % classes
            var picture = (hasObject ? Texture.clouds : Texture.allCases[kind]).drawn(size, grain, &random)
            if hasObject {
                let object = Object(Object.Form.allCases[kind], size: size, shift: shift, &random)
                for place in picture.indices where object.covers(place / size, place % size) {
                    picture[place] += contrast
                }
            }
            elements += picture
        }
        let names = hasObject ? Object.Form.allCases.map(\.rawValue) : Texture.allCases.map(\.rawValue)
        return DataSet(
            name: "scenes", features: DataSet.pixelNames([size, size]), target: hasObject ? "object" : "texture",
            x: Tensor([count, size * size], elements), y: (0..<count).map { Double($0 % classes) },
            classes: Array(names.prefix(classes)), image: [size, size])
    }

    /// Sums of noise that stands within a few pixels.
    private enum Texture: String, CaseIterable {
        case clouds
        case rows
        case columns
        case slants

        /// Where the noise stands that a pixel is the sum of, in rows and columns behind it.
        private func reach(_ grain: Int) -> [(down: Int, right: Int)] {
            let line = 0..<grain
            return switch self {
            case .clouds: line.flatMap { down in line.map { (down, $0) } }
            case .rows: line.map { (0, $0) }
            case .columns: line.map { ($0, 0) }
            case .slants: line.map { ($0, $0) }
            }
        }

        /// The pixels of a picture, each of variance 1.
        func drawn(_ size: Int, _ grain: Int, _ random: inout Random) -> [Double] {
            let (reach, width) = (reach(grain), size + grain - 1)
            let noise = (0..<width * width).map { _ in random.normal() }
            let scale = 1 / Double(reach.count).squareRoot()
            return (0..<size * size).map { place in
                let (row, column) = (place / size, place % size)
                return scale * reach.reduce(0) { $0 + noise[(row + $1.down) * width + column + $1.right] }
            }
        }
    }

    /// A shape near the middle of a picture.
    private struct Object {
        enum Form: String, CaseIterable {
            case disc
            case square
            case diamond
            case cross
        }

        let form: Form
        let row: Double
        let column: Double
        /// That of the disc with the same area.
        let radius: Double

        init(_ form: Form, size: Int, shift: Int, _ random: inout Random) {
            self.form = form
            let middle = Double(size - 1) / 2
            row = middle + Double(random.index(below: 2 * shift + 1) - shift)
            column = middle + Double(random.index(below: 2 * shift + 1) - shift)
            radius = Double(size) / 3 * random.uniform(0.9, 1.1)
        }

        func covers(_ row: Int, _ column: Int) -> Bool {
            let (down, right) = ((Double(row) - self.row).magnitude, (Double(column) - self.column).magnitude)
            let area = Double.pi * radius * radius
            switch form {
            case .disc: return down * down + right * right <= radius * radius
            case .square: return max(down, right) <= (area / 4).squareRoot()
            case .diamond: return down + right <= (area / 2).squareRoot()
            case .cross:
                // Two beams, 0.8 times as wide as half of their length: 4·0.8 − 0.8² = 2.56 squares of that half.
                let arm = (area / 2.56).squareRoot()
                return max(down, right) <= arm && min(down, right) <= 0.4 * arm
            }
        }
    }
}
