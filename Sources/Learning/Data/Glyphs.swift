// glyphs: digits and letters of 8×8 pixels, drawn for this project.

import Tensors

extension DataSource {
    static let glyphs = DataSource(
        "glyphs", "8×8 images of digits and letters, each shifted at random and with noise",
        source: "made by this project",
        settings: [
            size(500),
            .integer("classes", 10, .within(2, 20), "how many of 0 to 9 A C E F H L P T U X, from the left"),
            .integer("shift", 1, .within(0, 4), "the most pixels by which an image is moved, each way"),
            .number("noise", 0.1, .notNegative, "standard deviation of what is added to a pixel"),
        ],
        notes: [
            "The 64 features are the pixels row by row, p0_0 to p7_7: 0 is paper, 1 is ink. Noise never leads out of 0 … 1.",
            "A 6 turned by 180° is a 9.",
            "What is moved out of the image is gone; beyond shift=2 little may be left of a narrow letter.",
        ],
        examples: ["data glyphs n=300 classes=20 shift=0 noise=0.3 seed=1"]
    ) { settings, random in
        let (classes, shift) = (settings.integer("classes") ?? 0, settings.integer("shift") ?? 0)
        let (count, noise) = (settings.integer("n") ?? 0, settings.number("noise"))
        let drawings = drawings.prefix(classes)
        var elements: [Double] = []
        elements.reserveCapacity(count * side * side)
        for index in 0..<count {
            let drawing = drawings[index % classes].pixels
            let down = random.index(below: 2 * shift + 1) - shift
            let right = random.index(below: 2 * shift + 1) - shift
            for place in 0..<side * side {
                let (row, column) = (place / side - down, place % side - right)
                let isInside = (0..<side).contains(row) && (0..<side).contains(column)
                let ink = isInside ? drawing[row * side + column] : 0
                elements.append(noise == 0 ? ink : min(max(ink + noise * random.normal(), 0), 1))
            }
        }
        return DataSet(
            name: "glyphs", features: DataSet.pixelNames([side, side]), target: "glyph",
            x: Tensor([count, side * side], elements), y: (0..<count).map { Double($0 % classes) },
            classes: drawings.map(\.name), image: [side, side])
    }

    private static let side = 8

    /// The symbols in the order of their class numbers, each with its pixels row by row.
    private static let drawings: [(name: String, pixels: [Double])] = (digits + letters).flatMap { band in
        let lines = band.split(separator: "\n").map { $0.split(separator: " ") }
        return lines[0].enumerated().map { column, name in
            (String(name), lines.dropFirst().flatMap { $0[column].map { $0 == "#" ? 1.0 : 0.0 } })
        }
    }

    // Five symbols beside each other; every symbol leaves the border free.
    private static let digits = [
        """
        0        1        2        3        4
        ........ ........ ........ ........ ........
        ..####.. ...##... ..####.. ..####.. ....##..
        .##..##. ..###... .##..##. .##..##. ...###..
        .##..##. ...##... ....##.. ...###.. ..#.##..
        .##..##. ...##... ...##... .....##. .######.
        .##..##. ...##... ..##.... .##..##. ....##..
        ..####.. ..####.. .######. ..####.. ....##..
        ........ ........ ........ ........ ........
        """,
        """
        5        6        7        8        9
        ........ ........ ........ ........ ........
        .######. ..####.. .######. ..####.. ..####..
        .##..... .##..... .....##. .##..##. .##..##.
        .#####.. .#####.. ....##.. ..####.. .##..##.
        .....##. .##..##. ...##... .##..##. ..#####.
        .##..##. .##..##. ...##... .##..##. .....##.
        ..####.. ..####.. ...##... ..####.. ..####..
        ........ ........ ........ ........ ........
        """,
    ]
    private static let letters = [
        """
        A        C        E        F        H
        ........ ........ ........ ........ ........
        ...##... ..####.. .######. .######. .##..##.
        ..####.. .##..##. .##..... .##..... .##..##.
        .##..##. .##..... .####... .####... .######.
        .######. .##..... .##..... .##..... .##..##.
        .##..##. .##..##. .##..... .##..... .##..##.
        .##..##. ..####.. .######. .##..... .##..##.
        ........ ........ ........ ........ ........
        """,
        """
        L        P        T        U        X
        ........ ........ ........ ........ ........
        .##..... .#####.. .######. .##..##. .##..##.
        .##..... .##..##. ...##... .##..##. ..####..
        .##..... .##..##. ...##... .##..##. ...##...
        .##..... .#####.. ...##... .##..##. ...##...
        .##..... .##..... ...##... .##..##. ..####..
        .######. .##..... ...##... ..####.. .##..##.
        ........ ........ ........ ........ ........
        """,
    ]
}
