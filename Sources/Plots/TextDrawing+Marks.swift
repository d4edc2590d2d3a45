// The marks of a plot on a canvas of characters.

extension TextDrawing {
    /// `isMarked`: lines carry the marker of their series, because there is more than one.
    func draw(_ mark: Mark, _ axes: Axes, _ canvas: inout Canvas, isMarked: Bool) {
        let ink = mark.series.map { Ink.series($0) } ?? .faint
        func place(_ point: Point) -> Point { Point(axes.x.position(point.x), axes.y.position(point.y)) }
        switch mark.shape {
        case .line(let points):
            let drawn = line(points.map(place), &canvas, ink)
            guard isMarked, let series = mark.series else { return }
            for place in drawn { canvas.put(drawing.marker(series), at: place, ink) }
        case .points(let points):
            for point in points.map(place) where Self.isInside(point) {
                canvas.put(drawing.marker(mark.series ?? 0), at: point, ink)
            }
        case .arrows(let arrows):
            for arrow in arrows { draw(place(arrow.from), place(arrow.to), &canvas, ink) }
        case .contour(let field, let levels):
            for level in levels {
                // Dotted, so that paths stand out without colour.
                for (from, to) in field.segments(at: level) {
                    canvas.line(from: canvas.dot(from), to: canvas.dot(to), ink, isDotted: true)
                }
            }
        case .regions(let field, _): fill(field, &canvas)
        case .bars(let bars): draw(bars, axes, &canvas, ink)
        }
    }

    private static func isInside(_ point: Point) -> Bool {
        point.isFinite && (0...1).contains(point.x) && (0...1).contains(point.y)
    }

    /// Draws the parts inside the picture; returns places along it, some distance from each other.
    private func line(_ points: [Point], _ canvas: inout Canvas, _ ink: Ink?) -> [Point] {
        var marks: [Point] = []
        var travelled = Double.infinity
        let spacing = Double(canvas.width) / 6
        if points.count == 1, Self.isInside(points[0]) { return points }
        for (from, to) in zip(points, points.dropFirst()) {
            guard let (a, b) = Segment.clipped(from, to) else { continue }
            let (start, end) = (canvas.dot(a), canvas.dot(b))
            canvas.line(from: start, to: end, ink)
            travelled += Double(max(abs(end.x - start.x), abs(end.y - start.y)))
            if travelled >= spacing {
                marks.append(b)
                travelled = 0
            }
        }
        return marks
    }

    private func draw(_ from: Point, _ to: Point, _ canvas: inout Canvas, _ ink: Ink?) {
        guard let (a, b) = Segment.clipped(from, to) else { return }
        canvas.line(from: canvas.dot(a), to: canvas.dot(b), ink)
        // A character is about twice as high as wide.
        let (dx, dy) = ((b.x - a.x) * Double(canvas.columns), (b.y - a.y) * Double(canvas.rows) * 2)
        canvas.put(drawing.head(dx: dx, dy: dy), at: b, ink)
    }

    private func fill(_ field: Field, _ canvas: inout Canvas) {
        for row in 0..<canvas.rows {
            for column in 0..<canvas.columns {
                let value = field.value(
                    x: Double(column) / Double(max(canvas.columns - 1, 1)),
                    y: 1 - Double(row) / Double(max(canvas.rows - 1, 1)))
                guard value.isFinite, let shade = shade(Int(value)) else { continue }
                canvas.put(shade, column: column, row: row, .faint)
            }
        }
    }

    private func draw(_ bars: [Mark.Bar], _ axes: Axes, _ canvas: inout Canvas, _ ink: Ink?) {
        for bar in bars where bar.height.isFinite && bar.height > 0 {
            let from = canvas.dot(Point(axes.x.position(bar.from), 0)).x
            let to = max(from, canvas.dot(Point(axes.x.position(bar.to), 0)).x - 1)
            let top = canvas.dot(Point(0, min(axes.y.position(bar.height), 1))).y
            for x in from...to { canvas.line(from: (x, canvas.height - 1), to: (x, top), ink) }
        }
    }
}

/// The part of a straight line inside the unit square (Liang and Barsky 1984).
enum Segment {
    static func clipped(_ a: Point, _ b: Point) -> (Point, Point)? {
        guard a.isFinite, b.isFinite else { return nil }
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        guard dx.isFinite, dy.isFinite else { return nil }
        var (enter, leave) = (0.0, 1.0)
        for (step, room) in [(-dx, a.x), (dx, 1 - a.x), (-dy, a.y), (dy, 1 - a.y)] {
            if step == 0 {
                if room < 0 { return nil }
            } else if step < 0 {
                enter = max(enter, room / step)
            } else {
                leave = min(leave, room / step)
            }
        }
        guard enter <= leave else { return nil }
        return (Point(a.x + enter * dx, a.y + enter * dy), Point(a.x + leave * dx, a.y + leave * dy))
    }
}
