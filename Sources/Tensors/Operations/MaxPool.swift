// MaxPool: the largest element under a window that moves over images, and the way back to where it stood.

import CKernels
import Formulas

/// For each channel and place of the window its largest element: `[n×c×h×w]` becomes `[n×c×h'×w']`. What lies outside of the
/// image does not count.
public struct MaxPool: Operation {
    public let window: Window

    public init(_ window: Window) { self.window = window }

    public var name: String { "maxpool" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        let x = inputs[0]
        try x.checkImages(name)
        // A window that lies beside the image altogether has no largest element.
        if case .pixels(let above, let beside) = window.padding, 2 * above > window.rows || 2 * beside > window.columns
        {
            throw OperationError(
                "padding of \(above)×\(beside) is more than half of a kernel of \(window.rows)×\(window.columns)",
                hint: "padding=\(window.rows / 2)x\(window.columns / 2) is the most")
        }
        let places = try window.places(x[2], x[3])
        return [x[0], x[1], places.down, places.right]
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let sizes = window.over(inputs[0])
        return { operands in
            var sizes = sizes
            ck_pool(&sizes, operands.input(0), operands.input(0), operands.output)
        }
    }

    /// The gradient of a place goes to its largest element; of equal ones to the first, as in PyTorch.
    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        [try graph.apply(Unpool(window), [node.inputs[0], node.upstream])]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        .max(of: window.elements(of: offset, inputs[0], output).map { Tensors.element(0, $0) })
    }
}

/// The gradient of `MaxPool`: of images and a number for each place, the sum in each pixel of the numbers of those places
/// whose first largest element it is.
public struct Unpool: Operation {
    public let window: Window

    public init(_ window: Window) { self.window = window }

    public var name: String { "unpool" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape { inputs[0] }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let sizes = window.over(inputs[0])
        return { operands in
            var sizes = sizes
            ck_unpool(&sizes, operands.input(0), operands.input(1), operands.output)
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        [nil, try graph.apply(Repool(window), [node.inputs[0], node.upstream])]
    }

    /// Where a window has a NaN, that counts as largest, which comparisons cannot say.
    public func derivation(
        _ offset: Int, _ inputs: [Shape], _ output: Shape, value: (_ input: Int, _ offset: Int) -> Double
    ) -> [DerivationStep] {
        let pixels = inputs[0][2] * inputs[0][3]
        let (channel, pixel) = (offset / pixels, offset % pixels)
        let places = inputs[1][2] * inputs[1][3]
        let terms = window.over(inputs[0]).covering(pixel).compactMap { place, _ -> Formula? in
            let number = channel * places + place
            let g = Tensors.element(1, number)
            let elements = window.elements(of: number, inputs[0], inputs[1])
            if let nan = elements.last(where: { value(0, $0).isNaN }) { return nan == offset ? g : nil }
            return .first(offset, among: elements, then: g)
        }
        return [DerivationStep("", terms.isEmpty ? 0 : .sum(terms))]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        derivation(offset, inputs, output) { _, _ in 0 }.combined
    }
}

/// What `Unpool` moves back: of two batches of images, for each place the element of the second where the first is largest.
public struct Repool: Operation {
    public let window: Window

    public init(_ window: Window) { self.window = window }

    public var name: String { "repool" }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape { try MaxPool(window).shape([inputs[0]]) }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let sizes = window.over(inputs[0])
        return { operands in
            var sizes = sizes
            ck_pool(&sizes, operands.input(0), operands.input(1), operands.output)
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        [nil, try graph.apply(Unpool(window), [node.inputs[0], node.upstream])]
    }

    public func derivation(
        _ offset: Int, _ inputs: [Shape], _ output: Shape, value: (_ input: Int, _ offset: Int) -> Double
    ) -> [DerivationStep] {
        let elements = window.elements(of: offset, inputs[0], output)
        if let nan = elements.last(where: { value(0, $0).isNaN }) {
            return [DerivationStep("", Tensors.element(1, nan))]
        }
        return [DerivationStep("", .sum(elements.map { .first($0, among: elements, then: Tensors.element(1, $0)) }))]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula {
        derivation(offset, inputs, output) { _, _ in 0 }.combined
    }
}

extension Window {
    /// The offsets in `images` of what the window covers at the place whose number is at `offset` of `output`.
    fileprivate func elements(of offset: Int, _ images: Shape, _ output: Shape) -> [Int] {
        let places = output[2] * output[3]
        let place = offset % places
        let start = offset / places * images[2] * images[3]
        return over(images).covered(place / output[3], place % output[3]).map { start + $0.image }
    }
}

extension Formula {
    /// `then` where the element at `offset` is the first largest of the first input's `elements`, else 0: larger than all
    /// before it and not smaller than those behind it.
    fileprivate static func first(_ offset: Int, among elements: [Int], then: Formula) -> Formula {
        let own = Tensors.element(0, offset)
        let before = elements.filter { $0 < offset }.map { Tensors.element(0, $0) }
        let behind = elements.filter { $0 > offset }.map { Tensors.element(0, $0) }
        var result = then
        if !behind.isEmpty { result = .choose(.apply(.greaterOrEqual, [own, .max(of: behind)]), result, 0) }
        if !before.isEmpty { result = .choose(.apply(.greater, [own, .max(of: before)]), result, 0) }
        return result
    }
}
