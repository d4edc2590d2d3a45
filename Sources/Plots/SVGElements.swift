// SVGElements: the elements of an SVG file as text.

import Formulas

struct SVGElements {
    private var lines: [String] = []

    mutating func open(_ tag: String) { lines.append(tag) }

    mutating func line(_ from: Point, _ to: Point, _ color: String) {
        lines.append(
            "<line x1=\"\(svg: from.x)\" y1=\"\(svg: from.y)\" x2=\"\(svg: to.x)\" y2=\"\(svg: to.y)\" "
                + "stroke=\"\(color)\"/>")
    }

    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, fill: String, stroke: String = "none",
        opacity: Double = 1
    ) {
        lines.append(
            "<rect x=\"\(svg: x)\" y=\"\(svg: y)\" width=\"\(svg: max(width, 0))\" height=\"\(svg: max(height, 0))\" "
                + "fill=\"\(fill)\" stroke=\"\(stroke)\""
                + (opacity < 1 ? " fill-opacity=\"\(opacity)\"" : "") + "/>")
    }

    /// Joined segments; nil interrupts the line.
    mutating func polyline(_ segments: [(Point, Point)?], _ color: String) {
        var run: [Point] = []
        func close(_ lines: inout [String]) {
            defer { run = [] }
            guard run.count > 1 else { return }
            let points = run.map { "\(svg: $0.x),\(svg: $0.y)" }.joined(separator: " ")
            lines.append("<polyline points=\"\(points)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.8\"/>")
        }
        for segment in segments {
            guard let (from, to) = segment else {
                close(&lines)
                continue
            }
            if run.last != from {
                close(&lines)
                run = [from]
            }
            run.append(to)
        }
        close(&lines)
    }

    /// Series differ by the shape of their markers, not by colour alone.
    mutating func marker(_ series: Int, at place: Point, _ color: String) {
        let (x, y, r) = (place.x, place.y, 4.0)
        let corners: [(Double, Double)]
        switch series % 4 {
        case 0:
            lines.append(
                "<circle cx=\"\(svg: x)\" cy=\"\(svg: y)\" r=\"\(svg: r)\" fill=\"\(color)\" stroke=\"white\"/>")
            return
        case 1: corners = [(0, -1.2), (1.1, 0.8), (-1.1, 0.8)]
        case 2: corners = [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
        default: corners = [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)]
        }
        let points = corners.map { "\(svg: x + $0 * r),\(svg: y + $1 * r)" }.joined(separator: " ")
        lines.append("<polygon points=\"\(points)\" fill=\"\(color)\" stroke=\"white\"/>")
    }

    mutating func arrow(_ from: Point, _ to: Point, _ color: String) {
        line(from, to, color)
        let (dx, dy) = (to.x - from.x, to.y - from.y)
        let length = (dx * dx + dy * dy).squareRoot()
        guard length > 0 else { return }
        let (ux, uy) = (dx / length * 7, dy / length * 7)
        let corners = [
            to, Point(to.x - ux - uy / 2, to.y - uy + ux / 2), Point(to.x - ux + uy / 2, to.y - uy - ux / 2),
        ]
        let points = corners.map { "\(svg: $0.x),\(svg: $0.y)" }.joined(separator: " ")
        lines.append("<polygon points=\"\(points)\" fill=\"\(color)\"/>")
    }

    mutating func text(
        _ text: String, x: Double, y: Double, anchor: String = "start", size: Int = 12, color: String = "black"
    ) {
        guard !text.isEmpty else { return }
        lines.append(
            "<text x=\"\(svg: x)\" y=\"\(svg: y)\" font-size=\"\(size)\" text-anchor=\"\(anchor)\" fill=\"\(color)\">"
                + "\(Self.escaped(text))</text>")
    }

    /// Words in lines of at most `columns` characters; returns where the last line stands.
    mutating func paragraph(_ text: String, x: Double, y: Double, columns: Int) -> Double {
        var line = ""
        var place = y
        for word in text.split(separator: " ") {
            if line.count + word.count + 1 > columns {
                self.text(line, x: x, y: place)
                place += 16
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        self.text(line, x: x, y: place)
        return place
    }

    func document(width: Double, height: Double, title: String, summary: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" width="\(svg: width)" height="\(svg: height)" \
        viewBox="0 0 \(svg: width) \(svg: height)" font-family="sans-serif" role="img">
        <title>\(Self.escaped(title))</title>
        <desc>\(Self.escaped(summary))</desc>
        <rect width="100%" height="100%" fill="white"/>
        \(lines.joined(separator: "\n"))
        </svg>

        """
    }

    private static func escaped(_ text: String) -> String {
        text.map { character -> String in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            default: character.unicodeScalars.allSatisfy { $0.value >= 32 } ? String(character) : " "
            }
        }.joined()
    }
}

extension DefaultStringInterpolation {
    /// A coordinate with at most one digit after the point.
    mutating func appendInterpolation(svg value: Double) {
        appendLiteral(Digits.full.text((value * 10).rounded() / 10))
    }
}
