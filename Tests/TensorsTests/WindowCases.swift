// The cases of convolution and pooling: windows of several sizes, steps and paddings over images of odd shapes.

import Tensors

extension OperationCase {
    /// Windows with the heights and widths of images that they fit.
    private static let windows: [(Window, Int, Int)] = [
        (Window(rows: 1, columns: 1), 1, 1), (Window(rows: 3, columns: 3), 3, 3), (Window(rows: 2, columns: 3), 4, 5),
        (Window(rows: 2, columns: 2, down: 2, right: 2), 5, 4), (Window(rows: 1, columns: 2, down: 3, right: 1), 4, 3),
        (Window(rows: 3, columns: 2, padding: .pixels(1, 1)), 3, 4),
        (Window(rows: 3, columns: 3, down: 2, right: 3, padding: .pixels(1, 0)), 2, 5),
        (Window(rows: 4, columns: 4, padding: .pixels(2, 2)), 1, 2),
        (Window(rows: 3, columns: 3, padding: .same), 4, 3),
        (Window(rows: 2, columns: 4, padding: .same), 3, 3), (Window(rows: 5, columns: 5, padding: .same), 2, 2),
        (Window(rows: 3, columns: 2, down: 2, right: 2, padding: .same), 5, 4),
        (Window(rows: 1, columns: 1, down: 3, right: 2, padding: .same), 5, 5),
    ]

    private static func detail(_ window: Window) -> String {
        "\(window.rows)×\(window.columns) by \(window.down)×\(window.right) \(window.padding)"
    }

    /// A convolution and both of its gradients.
    private static func three(_ window: Window, _ images: Shape, filters: Int) -> [OperationCase] {
        let w: Shape = [filters, images[1], window.rows, window.columns]
        let output = (try? Convolution(window).shape([images, w])) ?? []
        return [
            (Convolution(window), [images, w]), (Convolution(window, .images(images)), [w, output]),
            (Convolution(window, .filters), [images, output]),
        ].map { OperationCase($0, $1, nil, detail(window)) }
    }

    /// Small ones for the gradients, and some in which the products of matrices are large.
    static let convolutions: [OperationCase] =
        windows.flatMap { window, height, width in
            [(1, 1, 1), (2, 1, 3), (2, 2, 1), (0, 1, 1)].flatMap { samples, channels, filters in
                three(window, [samples, channels, height, width], filters: filters)
            }
        }
        + three(
            Window(rows: 5, columns: 3, down: 1, right: 2, padding: .pixels(3, 1)), [3, 7, 13, 11], filters: 5)
        + three(Window(rows: 7, columns: 7, padding: .same), [2, 3, 17, 19], filters: 11)

    /// Pooling of images without equal elements, at which it has no derivative, with what its gradients are made of.
    static let pools: [OperationCase] = windows.flatMap { window, height, width in
        [(1, 1), (2, 3), (0, 1)].flatMap { samples, channels in
            let images: Shape = [samples, channels, height, width]
            let output = (try? MaxPool(window).shape([images])) ?? []
            return [
                OperationCase(MaxPool(window), [images], [.distinct], detail(window)),
                OperationCase(Unpool(window), [images, output], [.distinct, .anyNumbers], detail(window)),
                OperationCase(Repool(window), [images, images], [.distinct, .anyNumbers], detail(window)),
            ]
        }
    }
}
