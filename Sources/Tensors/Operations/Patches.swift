// Patches: squares cut out of images, each image at its own places.

import Formulas

/// Square patches of images given as rows `[n×pixels]`. The second input `[n×2k]` holds the row and the column of the upper
/// left corner of each of k patches, whole numbers. The result is `[n×k·channels·side·side]`: patch after patch, each channel
/// after channel, row by row.
public struct Patches: Operation {
    /// Height and width, behind the number of channels where there are several.
    public let image: Shape
    /// The side of a patch, in pixels.
    public let side: Int
    /// Whether it carries gradients back from the patches to the images.
    let isBack: Bool

    public init(_ image: Shape, side: Int) { self.init(image, side: side, isBack: false) }

    private init(_ image: Shape, side: Int, isBack: Bool) {
        self.image = image
        self.side = side
        self.isBack = isBack
    }

    public var name: String { isBack ? "patches back" : "patches" }

    private var height: Int { image[image.rank - 2] }
    private var width: Int { image[image.rank - 1] }
    /// The number of pixels of one patch, in all channels.
    private var patch: Int { image.count / (height * width) * side * side }

    public func shape(_ inputs: [Shape]) throws(OperationError) -> Shape {
        guard (2...3).contains(image.rank), image.count > 0, (1...min(height, width)).contains(side),
            inputs.allSatisfy({ $0.rank == 2 }), inputs[0][0] == inputs[1][0], inputs[1][1].isMultiple(of: 2)
        else {
            throw OperationError(
                "patches of \(side)×\(side) cannot be cut out of images \(image) in rows of shape \(inputs[0])")
        }
        let pixels = inputs[1][1] / 2 * patch
        guard inputs[0][1] == (isBack ? pixels : image.count) else {
            throw OperationError("\(name): rows of shape \(inputs[0]) do not fit images \(image)")
        }
        return [inputs[0][0], isBack ? image.count : pixels]
    }

    /// Where a patch's pixel stands in its image, in rows of the result of an image at `corners`.
    private func place(of pixel: Int, _ corner: (Int) -> Int) -> Int {
        let (index, rest) = (pixel / patch, pixel % patch)
        let (channel, within) = (rest / (side * side), rest % (side * side))
        let (row, column) = (corner(2 * index) + within / side, corner(2 * index + 1) + within % side)
        return (channel * height + row) * width + column
    }

    public func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel {
        let (rows, corners) = (inputs[1][0], inputs[1][1])
        let pixels = corners / 2 * patch
        return { (operands) throws(OperationError) in
            if isBack { operands.output.update(repeating: 0, count: output.count) }
            for row in 0..<rows {
                var places: [Int] = []
                for index in 0..<corners {
                    let given = operands.input(1)[row * corners + index]
                    let size = index.isMultiple(of: 2) ? height : width
                    guard let place = Int(exactly: given), place >= 0, place <= size - side else {
                        throw OperationError(
                            "a patch of \(side)×\(side) cannot begin at \(Digits.full.text(given)) of \(size) pixels",
                            hint: "whole numbers from 0 to \(size - side)")
                    }
                    places.append(place)
                }
                for pixel in 0..<pixels {
                    let place = row * image.count + place(of: pixel) { places[$0] }
                    if isBack {
                        operands.output[place] += operands.input(0)[row * pixels + pixel]
                    } else {
                        operands.output[row * pixels + pixel] = operands.input(0)[place]
                    }
                }
            }
        }
    }

    public func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?] {
        guard node.wanted[0] else { return [nil, nil] }
        return [try graph.apply(Patches(image, side: side, isBack: !isBack), [node.upstream, node.inputs[1]]), nil]
    }

    public func derivation(
        _ offset: Int, _ inputs: [Shape], _ output: Shape, value: (_ input: Int, _ offset: Int) -> Double
    ) -> [DerivationStep] {
        let (row, own) = (offset / output[1], offset % output[1])
        let corners = (0..<inputs[1][1]).map { Int(exactly: value(1, row * inputs[1][1] + $0)) ?? 0 }
        let formula: Formula =
            if isBack {
                .sum(
                    (0..<inputs[0][1]).filter { place(of: $0) { corners[$0] } == own }
                        .map { Tensors.element(0, row * inputs[0][1] + $0) })
            } else {
                Tensors.element(0, row * inputs[0][1] + place(of: own) { corners[$0] })
            }
        return [DerivationStep("", formula)]
    }

    public func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula { .number(.nan) }
}
