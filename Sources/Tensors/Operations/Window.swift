// Window: how a kernel of convolution or pooling moves over images.

import CKernels

/// A window that moves over images `[samples×channels×height×width]`.
public struct Window: Hashable, Sendable {
    /// What is added around an image.
    public enum Padding: Hashable, Sendable {
        /// So many rows above and below, and columns on the left and on the right.
        case pixels(Int, Int)
        /// As much as gives an output of the input's size divided by the step, rounded up; where that is odd, the larger
        /// part comes after the image.
        case same
    }

    public let rows: Int
    public let columns: Int
    /// The steps down and to the right.
    public let down: Int
    public let right: Int
    public let padding: Padding

    /// Sizes and steps are at least 1, padding at least 0.
    public init(rows: Int, columns: Int, down: Int = 1, right: Int = 1, padding: Padding = .pixels(0, 0)) {
        self.rows = rows
        self.columns = columns
        self.down = down
        self.right = right
        self.padding = padding
    }

    /// Where the window begins along one axis, and how many places it has.
    private struct Course {
        let before: Int
        let places: Int

        /// nil where the window is larger than what it moves over.
        init?(_ size: Int, window: Int, step: Int, pixels: Int?) {
            var total = 0
            if let pixels {
                (before, total) = (pixels, 2 * pixels)
            } else {
                total = max(((size + step - 1) / step - 1) * step + window - size, 0)
                before = total / 2
            }
            guard size > 0, size + total >= window else { return nil }
            places = (size + total - window) / step + 1
        }
    }

    private func courses(_ height: Int, _ width: Int) throws(OperationError) -> (down: Course, right: Course) {
        var pixels: (Int, Int)?
        if case .pixels(let above, let beside) = padding { pixels = (above, beside) }
        guard let vertical = Course(height, window: rows, step: down, pixels: pixels?.0),
            let horizontal = Course(width, window: columns, step: right, pixels: pixels?.1)
        else {
            let (above, beside) = pixels ?? (0, 0)
            let padded = above + beside > 0 ? ", \(height + 2 * above)×\(width + 2 * beside) with its padding" : ""
            throw OperationError(
                "a kernel of \(rows)×\(columns) is larger than its image of \(height)×\(width)\(padded)",
                hint: "a smaller one, or padding=same, which keeps the size of the image")
        }
        return (vertical, horizontal)
    }

    /// The height and width of what the window gives; fails where it is larger than the image.
    func places(_ height: Int, _ width: Int) throws(OperationError) -> (down: Int, right: Int) {
        let courses = try courses(height, width)
        return (courses.down.places, courses.right.places)
    }

    /// Fails where the window is larger than images of this shape, `[samples×channels×height×width]`.
    public func check(_ images: Shape) throws(OperationError) { _ = try places(images[2], images[3]) }

    /// The window over images of this shape, for kernels; only for images that it fits.
    func over(_ images: Shape) -> ck_window {
        guard let courses = try? courses(images[2], images[3]) else { return ck_window() }
        return ck_window(
            samples: images[0], channels: images[1], height: images[2], width: images[3], rows: rows, columns: columns,
            down: down, right: right, top: courses.down.before, left: courses.right.before,
            places_down: courses.down.places, places_right: courses.right.places)
    }
}

extension ck_window {
    /// The offsets in a channel's image that the window covers at a place, row by row, with their offsets in the window.
    func covered(_ i: Int, _ j: Int) -> [(image: Int, window: Int)] {
        let (top, left) = (i * down - top, j * right - left)
        return (0..<rows).flatMap { row in
            (0..<columns).compactMap { column in
                let (y, x) = (top + row, left + column)
                guard (0..<height).contains(y), (0..<width).contains(x) else { return nil }
                return (y * width + x, row * columns + column)
            }
        }
    }

    /// The places at which the window covers a pixel, row by row, each with the pixel's offset in the window.
    func covering(_ pixel: Int) -> [(place: Int, window: Int)] {
        let (y, x) = (pixel / width + top, pixel % width + left)
        return (0..<rows).reversed().flatMap { row -> [(place: Int, window: Int)] in
            guard y >= row, (y - row) % down == 0, (y - row) / down < places_down else { return [] }
            return (0..<columns).reversed().compactMap { column in
                guard x >= column, (x - column) % right == 0, (x - column) / right < places_right else { return nil }
                return ((y - row) / down * places_right + (x - column) / right, row * columns + column)
            }
        }
    }
}

extension Shape {
    /// Fails unless this is a batch of images, `[samples×channels×height×width]`.
    func checkImages(_ name: String) throws(OperationError) {
        guard rank == 4 else {
            throw OperationError("\(name) takes images [samples×channels×height×width], not \(self)")
        }
    }
}
