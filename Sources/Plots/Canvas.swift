// Canvas: a grid of characters on which dots, lines and markers are put.

/// How a picture is drawn with characters.
public enum Drawing: String, CaseIterable, Sendable {
    /// Eight dots in a character.
    case braille
    /// Four blocks in a character.
    case blocks
    /// Two dots in a character, ASCII only.
    case ascii

    /// The dots of one character: columns and rows.
    var dots: (columns: Int, rows: Int) {
        switch self {
        case .braille: (2, 4)
        case .blocks: (2, 2)
        case .ascii: (1, 2)
        }
    }

    /// The character for a set of dots; bit `row * columns + column` stands for one of them.
    func glyph(_ mask: Int) -> Character {
        switch self {
        case .braille:
            // Unicode numbers the dots down the left column, then the right one; the lowest row was added later.
            let bits = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]
            let code = bits.indices.reduce(0x2800) { mask >> $1 & 1 == 1 ? $0 | bits[$1] : $0 }
            return Character(Unicode.Scalar(UInt32(code)) ?? " ")
        case .blocks: return Array(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")[mask]
        case .ascii: return Array(" '.:")[mask]
        }
    }

    /// One marker for each series.
    var markers: [Character] { Array(self == .ascii ? "ox+*#@%&" : "●▲■◆○△□◇") }

    func marker(_ series: Int) -> Character { markers[series % markers.count] }

    /// From nothing to full.
    var ramp: [Character] { Array(self == .ascii ? " .:*#" : " ░▒▓█") }

    /// Heights of a bar from nothing to a full character.
    var bars: [Character] { Array(self == .ascii ? " .:-=+*#" : " ▁▂▃▄▅▆▇█") }

    /// The arrowhead for a direction; `dx` to the right and `dy` upwards, as seen on the screen.
    func head(dx: Double, dy: Double) -> Character {
        if self == .ascii {
            return dx.magnitude > dy.magnitude ? (dx > 0 ? ">" : "<") : (dy > 0 ? "^" : "v")
        }
        let steep = dy.magnitude > 2 * dx.magnitude
        let flat = dx.magnitude > 2 * dy.magnitude
        if steep { return dy > 0 ? "↑" : "↓" }
        if flat { return dx > 0 ? "→" : "←" }
        return dy > 0 ? (dx > 0 ? "↗" : "↖") : (dx > 0 ? "↘" : "↙")
    }
}

/// What a piece of text is painted in.
public enum Ink: Hashable, Sendable {
    case series(Int)
    /// From black (0) to white (1).
    case grey(Double)
    case faint
}

/// A piece of a line in one colour.
public struct Span: Hashable, Sendable {
    public var text: String
    public var ink: Ink?
    public var background: Ink?

    public init(_ text: String, ink: Ink? = nil, background: Ink? = nil) {
        self.text = text
        self.ink = ink
        self.background = background
    }
}

struct Canvas {
    let columns: Int
    let rows: Int
    let drawing: Drawing
    private var masks: [Int]
    private var characters: [Character?]
    private var inks: [Ink?]

    init(columns: Int, rows: Int, drawing: Drawing) {
        self.columns = columns
        self.rows = rows
        self.drawing = drawing
        masks = [Int](repeating: 0, count: columns * rows)
        characters = [Character?](repeating: nil, count: columns * rows)
        inks = [Ink?](repeating: nil, count: columns * rows)
    }

    /// The dots across and down.
    var width: Int { columns * drawing.dots.columns }
    var height: Int { rows * drawing.dots.rows }

    /// The dot of a place, coordinates from 0 to 1, the second one upwards.
    func dot(_ place: Point) -> (x: Int, y: Int) {
        (Int((place.x * Double(width - 1)).rounded()), Int(((1 - place.y) * Double(height - 1)).rounded()))
    }

    mutating func set(_ x: Int, _ y: Int, _ ink: Ink?) {
        guard (0..<width).contains(x), (0..<height).contains(y) else { return }
        let (across, down) = drawing.dots
        let cell = y / down * columns + x / across
        masks[cell] |= 1 << (y % down * across + x % across)
        inks[cell] = ink ?? inks[cell]
    }

    /// A straight line between two dots (Bresenham 1965); a dotted one leaves out two of three dots.
    mutating func line(from: (x: Int, y: Int), to: (x: Int, y: Int), _ ink: Ink?, isDotted: Bool = false) {
        let (dx, dy) = (abs(to.x - from.x), -abs(to.y - from.y))
        let (sx, sy) = (from.x < to.x ? 1 : -1, from.y < to.y ? 1 : -1)
        var (x, y, error) = (from.x, from.y, dx + dy)
        while true {
            if !isDotted || (x + y) % 3 == 0 { set(x, y, ink) }
            if x == to.x, y == to.y { return }
            let doubled = 2 * error
            if doubled >= dy {
                error += dy
                x += sx
            }
            if doubled <= dx {
                error += dx
                y += sy
            }
        }
    }

    /// Puts a character over the dots of its place.
    mutating func put(_ character: Character, column: Int, row: Int, _ ink: Ink?) {
        guard (0..<columns).contains(column), (0..<rows).contains(row) else { return }
        characters[row * columns + column] = character
        inks[row * columns + column] = ink
    }

    mutating func put(_ character: Character, at place: Point, _ ink: Ink?) {
        let (x, y) = dot(place)
        put(character, column: x / drawing.dots.columns, row: y / drawing.dots.rows, ink)
    }

    /// One row as pieces of one colour each.
    func spans(_ row: Int) -> [Span] {
        var spans: [Span] = []
        for cell in row * columns..<(row + 1) * columns {
            let character = characters[cell] ?? (masks[cell] == 0 ? " " : drawing.glyph(masks[cell]))
            let ink = character == " " ? nil : inks[cell]
            if let last = spans.last, last.ink == ink {
                spans[spans.count - 1].text.append(character)
            } else {
                spans.append(Span(String(character), ink: ink))
            }
        }
        return spans
    }
}
