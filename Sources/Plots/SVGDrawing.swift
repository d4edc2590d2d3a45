// SVGDrawing: a plot as a file for reports.

import Formulas

public struct SVGDrawing {
    static let (width, height) = (640.0, 440.0)
    /// The room around the axes.
    private static let (left, right, top, bottom) = (76.0, 20.0, 40.0, 52.0)
    /// Colours that people with any colour vision tell apart (Okabe and Ito 2008).
    private static let colors = [
        "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F", "#000000",
    ]

    public init() {}

    /// The whole file.
    public func text(_ plot: Plot) -> String {
        var elements = SVGElements()
        let bottom: Double
        switch plot.body {
        case .axes(let axes): bottom = draw(axes, &elements)
        case .cells(let cells): bottom = draw(cells, &elements)
        case .histograms(let parts): bottom = draw(parts, &elements)
        }
        elements.text(plot.title, x: Self.width / 2, y: 22, anchor: "middle", size: 15)
        let caption = elements.paragraph(plot.summary, x: 20, y: bottom + 24, columns: 96)
        return elements.document(width: Self.width, height: caption + 10, title: plot.title, summary: plot.summary)
    }

    static func color(_ series: Int?) -> String { series.map { colors[$0 % colors.count] } ?? "#9A9A9A" }

    // MARK: Axes

    private func draw(_ axes: Axes, _ elements: inout SVGElements) -> Double {
        let (x0, x1) = (Self.left, Self.width - Self.right)
        let (y0, y1) = (Self.height - Self.bottom, Self.top)
        func place(_ position: Point) -> Point {
            Point(x0 + position.x * (x1 - x0), y0 + position.y * (y1 - y0))
        }
        elements.open(
            "<clipPath id=\"frame\"><rect x=\"\(svg: x0)\" y=\"\(svg: y1)\" width=\"\(svg: x1 - x0)\" "
                + "height=\"\(svg: y0 - y1)\"/></clipPath>")
        elements.open("<g clip-path=\"url(#frame)\">")
        let isMarked = axes.marks.count { $0.name != nil && $0.series != nil } > 1
        for mark in axes.marks { draw(mark, axes, place, isMarked: isMarked, &elements) }
        elements.open("</g>")
        elements.rectangle(x: x0, y: y1, width: x1 - x0, height: y0 - y1, fill: "none", stroke: "#444444")
        for tick in axes.x.ticks(7) {
            let x = place(Point(tick.position, 0)).x
            elements.line(Point(x, y0), Point(x, y0 + 5), "#444444")
            elements.text(tick.text, x: x, y: y0 + 18, anchor: "middle")
        }
        for tick in axes.y.ticks(6) {
            let y = place(Point(0, tick.position)).y
            elements.line(Point(x0 - 5, y), Point(x0, y), "#444444")
            elements.text(tick.text, x: x0 - 8, y: y + 4, anchor: "end")
        }
        elements.text(axes.x.label, x: (x0 + x1) / 2, y: y0 + 36, anchor: "middle")
        elements.text(axes.y.label, x: 12, y: y1 - 10)
        return legend(axes, y: y0 + 56, &elements)
    }

    /// `isMarked`: lines carry the marker of their series, because there is more than one.
    private func draw(
        _ mark: Mark, _ axes: Axes, _ place: (Point) -> Point, isMarked: Bool, _ elements: inout SVGElements
    ) {
        let color = Self.color(mark.series)
        func position(_ point: Point) -> Point { Point(axes.x.position(point.x), axes.y.position(point.y)) }
        switch mark.shape {
        case .line(let points):
            let segments = zip(points, points.dropFirst()).map { Segment.clipped(position($0), position($1)) }
            elements.polyline(segments.map { $0.map { (place($0), place($1)) } }, color)
            guard isMarked, mark.name != nil, let series = mark.series else { return }
            let seen = segments.compactMap { $0?.1 }
            for index in stride(from: 0, to: seen.count, by: max(1, seen.count / 8)) {
                elements.marker(series, at: place(seen[index]), color)
            }
        case .points(let points):
            for point in points.map(position) where point.isFinite {
                elements.marker(mark.series ?? 0, at: place(point), color)
            }
        case .arrows(let arrows):
            for arrow in arrows {
                guard let (a, b) = Segment.clipped(position(arrow.from), position(arrow.to)) else { continue }
                elements.arrow(place(a), place(b), color)
            }
        case .contour(let field, let levels):
            for level in levels {
                for (a, b) in field.segments(at: level) { elements.line(place(a), place(b), color) }
            }
        case .regions(let field, _): draw(regions: field, place, &elements)
        case .bars(let bars):
            for bar in bars where bar.height.isFinite {
                let low = place(Point(axes.x.position(bar.from), 0))
                let high = place(Point(axes.x.position(bar.to), min(max(axes.y.position(bar.height), 0), 1)))
                elements.rectangle(
                    x: low.x, y: high.y, width: high.x - low.x, height: low.y - high.y, fill: color, stroke: "white")
            }
        }
    }

    private func draw(regions field: Field, _ place: (Point) -> Point, _ elements: inout SVGElements) {
        for row in 0..<field.rows {
            var start = 0
            while start < field.columns {
                let value = field.values[row * field.columns + start]
                let same = field.values[(row * field.columns + start)..<(row + 1) * field.columns].prefix {
                    $0 == value
                }
                let end = start + max(same.count, 1)
                let low = place(
                    Point(Double(start) / Double(field.columns), Double(row) / Double(field.rows)))
                let high = place(Point(Double(end) / Double(field.columns), Double(row + 1) / Double(field.rows)))
                if value.isFinite {
                    elements.rectangle(
                        x: low.x, y: high.y, width: high.x - low.x, height: low.y - high.y,
                        fill: Self.color(Int(value)),
                        opacity: 0.25)
                }
                start = end
            }
        }
    }

    /// Returns how far down it reaches.
    private func legend(_ axes: Axes, y: Double, _ elements: inout SVGElements) -> Double {
        var (x, line) = (Self.left, y)
        var isUsed = false
        /// Where an entry with this text stands: in the next line when it would not fit.
        func place(_ text: String) -> Point {
            let width = 34 + Double(text.count) * 6.6
            if x + width > Self.width, x > Self.left { (x, line) = (Self.left, line + 18) }
            defer { x += width }
            isUsed = true
            return Point(x, line)
        }
        for mark in axes.marks {
            if case .regions(_, let names) = mark.shape {
                for (index, name) in names.enumerated() {
                    let place = place("region \(name)")
                    elements.rectangle(
                        x: place.x - 5, y: place.y - 5, width: 10, height: 10, fill: Self.color(index), opacity: 0.25)
                    elements.text("region \(name)", x: place.x + 10, y: place.y + 4)
                }
            }
            guard let name = mark.name, let series = mark.series else { continue }
            let place = place(name)
            elements.marker(series, at: place, Self.color(series))
            elements.text(name, x: place.x + 10, y: place.y + 4)
        }
        return isUsed ? line : y - 18
    }
}
