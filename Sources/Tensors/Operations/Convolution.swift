// Convolution: filters that move over images, and its gradients, which are made of the same three tensors.

import CKernels
import Formulas

/// The convolution of images x `[n×c×h×w]` with filters w `[f×c×rows×columns]` (a cross-correlation, as in PyTorch and
/// Keras), giving y `[n×f×h'×w']`.
///
/// Convolution and both gradients are the derivatives of one sum, Σ y·x·w over all places and elements of the window, with
/// respect to one of the three, given the other two. So the gradient of each of them is again one of them.
public struct Convolution: Operation {
    /// Which of the three is computed; the other two are the inputs, in this order.
    public enum Part: Hashable, Sendable {
        /// With their shape, since images of several sizes give the same output.
        case images(Shape)
        case filters
        case output

        /// Its place among the three.
        var index: Int {
            switch self {
            case .images: 0
            case .filters: 1
            case .output: 2
            }
        }
    }

    public let window: Window
    public let part: Part

    public init(_ window: Window, _ part: Part = .output) {
        self.window = window
        self.part = part
    }

    public var name: String {
        switch part {
        case .images: "conv_images"
        case .filters: "conv_filters"
        case .output: "conv"
        }
    }

    /// The shapes of images, filters and output.
    private func shapes(_ inputs: [Shape], _ own: Shape) -> (images: Shape, filters: Shape, output: Shape) {
        var all = inputs
        all.insert(own, at: part.index)
        return (all[0], all[1], all[2])
    }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        switch part {
        case .images(let images): return images
        case .filters: return [inputs[1][1], inputs[0][1], window.rows, window.columns]
        case .output: break
        }
        let (x, w) = (inputs[0], inputs[1])
        try x.checkImages(name)
        guard w.rank == 4, w[1] == x[1], w[2] == window.rows, w[3] == window.columns else {
            throw OperationError(
                "images \(x) and filters \(w) do not fit for a convolution of \(window.rows)×\(window.columns)",
                hint: "filters are [outputs×channels×rows×columns]")
        }
        let places = try window.places(x[2], x[3])
        // The matrix of one sample's parts under the window must not be larger than a tensor may be.
        _ = try Shape([w[1], w[2], w[3], places.down, places.right]).checked()
        return [x[0], w[0], places.down, places.right]
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let all = shapes(inputs, output)
        let (filters, part, sizes) = (all.filters[0], part, window.over(all.images))
        return { (operands) throws(OperationError) in
            var sizes = sizes
            let (a, b, result) = (operands.input(0), operands.input(1), operands.output)
            let status =
                switch part {
                case .images: ck_convolve_images(&sizes, filters, a, b, result, Processors.threads)
                case .filters: ck_convolve_filters(&sizes, filters, a, b, result, Processors.threads)
                case .output: ck_convolve(&sizes, filters, a, b, result, Processors.threads)
                }
            if status != 0 { throw OperationError("there is not enough memory for this convolution") }
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        // The three with the gradient in the place of what was computed.
        var three = node.inputs
        three.insert(node.upstream, at: part.index)
        let shape = graph.nodes[three[0]].shape
        let others = [Part.images(shape), .filters, .output].filter { $0.index != part.index }
        var result: [Int?] = []
        for (other, isWanted) in zip(others, node.wanted) {
            var operands = three
            operands.remove(at: other.index)
            result.append(isWanted ? try graph.apply(Convolution(window, other), operands) : nil)
        }
        return result
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        let all = shapes(inputs, output)
        let sizes = window.over(all.images)
        let position = output.position(of: offset)
        let (channels, filters) = (all.images[1], all.filters[0])
        let (pixels, weights) = (all.images[2] * all.images[3], window.rows * window.columns)
        let places = all.output[2] * all.output[3]
        var terms: [Formula] = []
        func add(_ first: Int, _ second: Int) {
            terms.append(Tensors.element(0, first) * Tensors.element(1, second))
        }
        switch part {
        case .images:
            let (sample, channel) = (position[0], position[1])
            let covering = sizes.covering(position[2] * all.images[3] + position[3])
            for filter in 0..<filters {
                for (place, weight) in covering {
                    add((filter * channels + channel) * weights + weight, (sample * filters + filter) * places + place)
                }
            }
        case .filters:
            let (filter, channel, weight) = (position[0], position[1], position[2] * window.columns + position[3])
            for place in 0..<places {
                let covered = sizes.covered(place / all.output[3], place % all.output[3])
                guard let pixel = covered.first(where: { $0.window == weight })?.image else { continue }
                for sample in 0..<all.images[0] {
                    add((sample * channels + channel) * pixels + pixel, (sample * filters + filter) * places + place)
                }
            }
        case .output:
            let (sample, filter) = (position[0], position[1])
            let covered = sizes.covered(position[2], position[3])
            for channel in 0..<channels {
                for (pixel, weight) in covered {
                    add(
                        (sample * channels + channel) * pixels + pixel, (filter * channels + channel) * weights + weight
                    )
                }
            }
        }
        return terms.isEmpty ? 0 : .sum(terms)
    }
}
