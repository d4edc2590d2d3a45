// Plot: what a picture shows, before it is drawn in any way.

/// A picture as data. `TextDrawing` draws it with characters, `SVGDrawing` as a file.
public struct Plot: Sendable {
    public enum Body: Sendable {
        case axes(Axes)
        case cells(Cells)
        case histograms([HistogramGroup])
    }

    public var title: String
    /// One sentence that says what is to be seen.
    public var summary: String
    public var body: Body

    public init(title: String, summary: String, body: Body) {
        self.title = title
        self.summary = summary
        self.body = body
    }
}

public struct Point: Hashable, Sendable {
    public var x: Double
    public var y: Double

    public init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }

    var isFinite: Bool { x.isFinite && y.isFinite }
}

/// Layers over two axes; later marks lie on top.
public struct Axes: Sendable {
    public var x: Axis
    public var y: Axis
    public var marks: [Mark]

    public init(x: Axis, y: Axis, marks: [Mark]) {
        self.x = x
        self.y = y
        self.marks = marks
    }
}

public struct Mark: Sendable {
    public enum Shape: Sendable {
        /// Points joined in order; where one is not finite the line breaks.
        case line([Point])
        case points([Point])
        case arrows([Arrow])
        /// Lines of equal height.
        case contour(Field, levels: [Double])
        /// The class of each place, as its number.
        case regions(Field, names: [String])
        case bars([Bar])
    }

    public struct Arrow: Hashable, Sendable {
        public let from: Point
        public let to: Point

        public init(from: Point, to: Point) {
            self.from = from
            self.to = to
        }
    }

    /// A bar from the lower edge of the axes to `height`.
    public struct Bar: Hashable, Sendable {
        public let from: Double
        public let to: Double
        public let height: Double

        public init(from: Double, to: Double, height: Double) {
            self.from = from
            self.to = to
            self.height = height
        }
    }

    public let shape: Shape
    /// What the legend says; nil for what needs no word.
    public let name: String?
    /// Which colour and marker it has; nil for the background of a picture.
    public let series: Int?

    public init(_ shape: Shape, name: String? = nil, series: Int? = nil) {
        self.shape = shape
        self.name = name
        self.series = series
    }
}

/// Values on a regular grid that covers the axes: row by row, the lowest row first.
public struct Field: Sendable {
    public let columns: Int
    public let rows: Int
    public let values: [Double]

    public init(columns: Int, rows: Int, values: [Double]) {
        precondition(columns > 0 && rows > 0 && values.count == columns * rows)
        self.columns = columns
        self.rows = rows
        self.values = values
    }

    /// The value of the grid point nearest to the place, each coordinate from 0 to 1.
    func value(x: Double, y: Double) -> Double {
        let column = Int((x * Double(columns - 1)).rounded())
        let row = Int((y * Double(rows - 1)).rounded())
        return values[min(max(row, 0), rows - 1) * columns + min(max(column, 0), columns - 1)]
    }
}

/// A matrix whose elements are drawn as they lie.
public struct Cells: Sendable {
    public enum Style: Sendable {
        /// Magnitude as darkness, the sign beside it.
        case signed
        /// Brightness from the lowest to the highest value.
        case grey
        /// Whole numbers, with darkness for their share of the row.
        case counts
    }

    public let rows: Int
    public let columns: Int
    /// Row by row, the first row on top.
    public let values: [Double]
    public let style: Style
    /// Either empty or one for each row, for each column.
    public var rowNames: [String]
    public var columnNames: [String]
    /// What the rows and columns are.
    public var rowLabel: String
    public var columnLabel: String
    /// The ends of the finite values, and the largest magnitude among them.
    let lowest: Double
    let highest: Double
    var reach: Double { max(lowest.magnitude, highest.magnitude) }

    public init(
        rows: Int, columns: Int, values: [Double], style: Style, rowNames: [String] = [], columnNames: [String] = [],
        rowLabel: String = "", columnLabel: String = ""
    ) {
        precondition(rows > 0 && columns > 0 && values.count == rows * columns)
        self.rows = rows
        self.columns = columns
        self.values = values
        self.style = style
        self.rowNames = rowNames
        self.columnNames = columnNames
        self.rowLabel = rowLabel
        self.columnLabel = columnLabel
        lowest = values.lazy.filter(\.isFinite).min() ?? 0
        highest = values.lazy.filter(\.isFinite).max() ?? 0
    }

    /// The same picture with at most so many columns: blocks of elements give way to their means.
    func shrunk(toColumns limit: Int) -> Cells {
        guard columns > limit else { return self }
        let factor = (columns + limit - 1) / limit
        let (down, across) = ((rows + factor - 1) / factor, (columns + factor - 1) / factor)
        var means: [Double] = []
        for top in stride(from: 0, to: rows, by: factor) {
            for left in stride(from: 0, to: columns, by: factor) {
                let block = (top..<min(top + factor, rows)).flatMap { row in
                    (left..<min(left + factor, columns)).map { values[row * columns + $0] }
                }
                means.append(block.reduce(0, +) / Double(block.count))
            }
        }
        return Cells(rows: down, columns: across, values: means, style: style)
    }

    /// Where a value lies between the lowest and the highest, from 0 to 1.
    func brightness(_ value: Double) -> Double {
        guard value.isFinite else { return 0 }
        return highest > lowest ? (value / 2 - lowest / 2) / (highest / 2 - lowest / 2) : 0.5
    }

}

/// Several histograms over one range, one below the other.
public struct HistogramGroup: Sendable {
    public struct Row: Sendable {
        public let name: String
        /// How many values lie in each bin.
        public let counts: [Int]
        /// Numbers that belong to it, one for each heading.
        public let notes: [String]

        public init(name: String, counts: [Int], notes: [String]) {
            self.name = name
            self.counts = counts
            self.notes = notes
        }
    }

    public let title: String
    /// The ends of the range, as they are written.
    public let lower: String
    public let upper: String
    public let headings: [String]
    public let rows: [Row]

    public init(title: String, lower: String, upper: String, headings: [String], rows: [Row]) {
        self.title = title
        self.lower = lower
        self.upper = upper
        self.headings = headings
        self.rows = rows
    }
}
