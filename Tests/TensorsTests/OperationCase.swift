// The list of operations over shapes that the tests of kernels and gradients go through.

import Formulas
import Tensors
import Testing

/// What numbers an input has.
enum Domain: Sendable {
    /// Of both signs, away from 0, from whole numbers and from those of the other inputs, so that no kink is near.
    case anyNumbers
    /// The same, no two equal.
    case distinct
    /// At least 0.1.
    case positive
    /// Whole numbers below a bound, which are not to be changed.
    case classes(Int)
    /// Rows that sum to 1.
    case probabilities
}

/// An operation with the shapes and kinds of its inputs.
struct OperationCase: Sendable, CustomTestStringConvertible {
    let operation: any Operation
    let shapes: [Shape]
    let domains: [Domain]
    let detail: String

    init(_ operation: any Operation, _ shapes: [Shape], _ domains: [Domain]? = nil, _ detail: String = "") {
        self.operation = operation
        self.shapes = shapes
        self.domains = domains ?? shapes.map { _ in .anyNumbers }
        self.detail = detail
    }

    var testDescription: String {
        "\(operation.name) \(detail) \(shapes.map(\.description).joined(separator: ", "))"
    }

    /// The number of elements of all inputs.
    var size: Int { shapes.reduce(0) { $0 + $1.count } }

    func isFixed(_ input: Int) -> Bool {
        if case .classes = domains[input] { return true }
        return false
    }

    /// Random inputs.
    func inputs(seed: UInt64) -> [Tensor] {
        var random = Random(seed: seed)
        return shapes.indices.map { index in
            let (shape, domain) = (shapes[index], domains[index])
            func apart(_ step: Int) -> Double { 0.2 * Double(step) + 0.07 + 0.05 * Double(index % 3) }
            switch domain {
            case .anyNumbers: return Tensor(shape, (0..<shape.count).map { _ in apart(random.index(below: 17) - 8) })
            case .distinct: return Tensor(shape, random.permutation(shape.count).map { apart($0 - shape.count / 2) })
            case .positive: return Tensor(shape, (0..<shape.count).map { _ in apart(random.index(below: 9)) + 0.1 })
            case .classes(let bound):
                return Tensor(shape, (0..<shape.count).map { _ in Double(random.index(below: bound)) })
            case .probabilities:
                let width = shape.axes.last ?? 1
                var numbers = (0..<shape.count).map { _ in random.uniform(0.1, 1) }
                for row in stride(from: 0, to: numbers.count, by: max(width, 1)) {
                    let sum = numbers[row..<row + width].reduce(0, +)
                    for index in row..<row + width { numbers[index] /= sum }
                }
                return Tensor(shape, numbers)
            }
        }
    }

    static let all =
        pointwise + reductions + sampleMeans + softmaxes + rearrangements + slices + concats + products + losses
        + convolutions + pools + batches
}

extension OperationCase {
    private static let shapesByArity: [[[Shape]]] = [
        [[[]], [[0]], [[7]], [[1, 1]], [[2, 3, 5]], [[257]]],
        [
            [[], []], [[], [5]], [[3], []], [[1], [7]], [[2, 3], [2, 3]], [[2, 3], [3]], [[2, 1], [1, 3]],
            [[2, 1, 5], [3, 1]], [[0], [1]], [[2, 0], [1, 1]], [[1, 1], [1]], [[7, 37], [37]], [[7, 1], [7, 37]],
        ],
        [
            [[], [], []], [[5], [], [1]], [[2, 3], [3], [2, 1]], [[1], [3, 1], [1, 2]], [[2, 3, 5], [5], [3, 1]],
            [[0, 3], [3], []], [[13], [23, 13], [23, 1]],
        ],
    ]

    private static func domains(_ function: Function) -> [Domain] {
        switch function {
        case .log, .sqrt: [.positive]
        case .power: [.positive, .anyNumbers]
        default: [Domain](repeating: .anyNumbers, count: function.arity)
        }
    }

    static let pointwise: [OperationCase] =
        Function.allCases.flatMap { function in
            shapesByArity[function.arity - 1].map { OperationCase(Pointwise(function), $0, domains(function)) }
        } + [
            OperationCase(Pointwise("twice", ["x", "y"], "x" * "x" + "y" * "x"), [[2, 3], [3]]),
            OperationCase(Pointwise("unread", ["x", "y"], "x" * 2), [[3, 1], [1, 2]]),
            OperationCase(Pointwise("constant", ["x"], 5), [[3]]),
            OperationCase(Pointwise("repeated", ["x"], "x" * 3, target: [2, 3, 5]), [[3, 1]]),
            OperationCase(Pointwise("repeated", ["x"], "x", target: [7]), [[]]),
            OperationCase(Pointwise("repeated", ["x"], "x", target: [0, 2]), [[1, 2]]),
        ]

    // The element formulas of softmax and argmax grow with the square of the axis, so those get the small shapes only.
    private static let reduced: [Shape] = [
        [], [0], [1], [7], [13], [2, 3], [3, 1], [1, 3], [2, 0], [0, 3], [3, 5, 7], [2, 1, 3, 2], [1009], [37, 29],
    ]

    private static func axes(_ shape: Shape) -> [Int?] { [nil] + (-shape.rank..<shape.rank).map { $0 } }

    /// The number of elements that become one.
    private static func count(_ shape: Shape, _ axis: Int?) -> Int {
        axis.map { shape[$0 < 0 ? $0 + shape.rank : $0] } ?? shape.count
    }

    static let reductions: [OperationCase] = reduced.flatMap { shape in
        axes(shape).flatMap { axis -> [OperationCase] in
            let detail = "axis \(axis.map(String.init) ?? "all")"
            var operations: [any Operation] = [Norm(axis: axis)]
            for keep in [false, true] {
                operations += [Sum(axis: axis, keep: keep), Sum(axis: axis, keep: keep, mean: true)]
                if count(shape, axis) > 0 {
                    operations += [
                        Extreme(max: true, axis: axis, keep: keep), Extreme(max: false, axis: axis, keep: keep),
                    ]
                }
            }
            if count(shape, axis) > 0, shape.count < 200 { operations.append(ArgMax(axis: axis)) }
            return operations.map { OperationCase($0, [shape], [.distinct], detail) }
        }
    }

    /// Measured numbers have no gradient, so their inputs are fixed.
    static let sampleMeans: [OperationCase] = ([(1, 1, 1), (4, 3, 2), (7, 1, 5), (23, 13, 11)] as [(Int, Int, Int)])
        .flatMap { rows, d, h in
            [
                OperationCase(SampleMean(), [[rows, d]], [.classes(5)]),
                OperationCase(SampleMean(), [[rows, d], [rows, h]], [.classes(5), .classes(3)]),
            ]
        }

    static let softmaxes: [OperationCase] = reduced.filter { $0.rank > 0 && $0.count < 200 }.flatMap { shape in
        (-shape.rank..<shape.rank).flatMap { axis in
            [false, true].map { OperationCase(Softmax(axis: axis, log: $0), [shape], nil, "axis \(axis)") }
        }
    }

    static let rearrangements: [OperationCase] =
        ([
            ([2, 3], [3, 2]), ([], [1, 1]), ([1], []), ([0, 3], [0]), ([7], [7]), ([2, 3, 5], [5, 6]),
        ] as [(Shape, Shape)]).map { OperationCase(Reshape($1), [$0], nil, "to \($1)") }
        + ([[], [0], [5], [2, 3], [1, 7], [7, 1], [2, 3, 5], [2, 0, 3], [3, 1, 2, 5]] as [Shape]).map {
            OperationCase(Transpose(), [$0])
        }
        + ([
            ([2, 3, 5], [0, 2, 1]), ([2, 3, 5], [2, 0, 1]), ([2, 3, 1, 5], [0, 2, 3, 1]), ([0, 3], [1, 0]), ([7], [0]),
            ([], []),
        ] as [(Shape, [Int])]).map { OperationCase(Permute($1), [$0], nil, "to \($1)") }
        + ([[2, 3, 1, 5], [2, 3], [0, 2, 3], [7]] as [Shape]).flatMap {
            [OperationCase(ChannelRows(), [$0]), OperationCase(SampleShape([$0.count / max($0[0], 1)]), [$0])]
        }
}

extension OperationCase {
    private static let parts: [(Shape, [Slice.Part])] = [
        ([], []), ([7], []), ([7], [.index(0)]), ([7], [.index(-1)]), ([7], [.range(nil, nil)]), ([7], [.range(1, 3)]),
        ([7], [.range(-3, -1)]), ([7], [.range(5, 2)]), ([7], [.range(3, 100)]), ([7], [.range(-100, 2)]),
        ([0], [.range(nil, nil)]), ([3, 5], [.range(1, nil), .index(2)]), ([3, 5], [.index(-2), .range(nil, -2)]),
        ([3, 5], [.index(1), .index(3)]), ([2, 3, 5], [.index(1)]),
        ([2, 3, 5], [.index(1), .range(nil, -1), .index(0)]),
        ([2, 3, 5], [.range(nil, nil), .range(1, 2), .range(1, 4)]), ([3, 0], [.range(1, 3)]), ([1, 1], [.index(0)]),
    ]

    /// Every slice, and its gradient, which puts a part back into zeros.
    static let slices: [OperationCase] = parts.flatMap { shape, parts in
        let slice = Slice(parts)
        let part = (try? slice.shape([shape])) ?? []
        return [
            OperationCase(slice, [shape], nil, "\(parts)"),
            OperationCase(Place(slice: slice, shape: shape), [part], nil, "\(parts) into \(shape)"),
        ]
    }

    static let concats: [OperationCase] = [
        (0, [[3]]), (0, [[3], [2]]), (-1, [[1], [0], [5]]), (0, [[2, 3], [1, 3]]), (1, [[2, 3], [2, 1], [2, 2]]),
        (-1, [[2, 1], [2, 5]]), (-2, [[1, 3], [2, 3]]), (1, [[2, 3, 5], [2, 1, 5]]),
        (2, [[2, 3, 1], [2, 3, 0], [2, 3, 2]]),
        (0, [[0, 3], [2, 3]]),
    ].map { (axis: Int, shapes: [Shape]) in OperationCase(Concat(axis: axis), shapes, nil, "axis \(axis)") }

    private static let factors: [(rows: Int, inner: Int, columns: Int)] = [
        (1, 1, 1), (2, 3, 5), (3, 1, 2), (1, 7, 1), (5, 2, 1), (1, 3, 7), (7, 5, 3), (0, 3, 2), (2, 0, 3), (2, 3, 0),
        (13, 11, 17), (31, 37, 41),
    ]

    static let products: [OperationCase] =
        factors.flatMap { m, k, n in
            [(false, false), (true, false), (false, true), (true, true)].map { a, b in
                OperationCase(
                    MatMul(transposeA: a, transposeB: b), [a ? [k, m] : [m, k], b ? [n, k] : [k, n]], nil,
                    "\(a ? "transposed" : "plain"), \(b ? "transposed" : "plain")")
            }
        }
        + ([([3], [3]), ([1], [1]), ([0], [0]), ([3], [3, 5]), ([2, 3], [3]), ([0], [0, 2]), ([7, 1], [1])]
        as [(Shape, Shape)]).map { OperationCase(MatMul(), [$0, $1]) }
        + [
            OperationCase(MatMul(transposeB: true), [[3], [5, 3]]),
            OperationCase(MatMul(transposeA: true), [[3, 5], [3]]),
        ]

    static let losses: [OperationCase] =
        [(0, false), (0.1, false), (1, false), (0.1, true), (1, true)].flatMap { smoothing, amongOthers in
            let operation = CrossEntropy(smoothing: smoothing, amongOthers: amongOthers)
            let classNumbers: [(Shape, Shape, Int)] = [
                ([5, 3], [5], 3), ([1, 7], [1], 7), ([3], [], 3), amongOthers ? ([3, 2], [3], 2) : ([3, 1], [3], 1),
            ]
            let probabilities: [Shape] = [[5, 3], [1, 2], [3], amongOthers ? [2, 4] : [2, 1]]
            return classNumbers.map {
                OperationCase(
                    operation, [$0, $1], [.anyNumbers, .classes($2)], "smoothing \(smoothing) \(amongOthers)")
            }
                + probabilities.map {
                    OperationCase(
                        operation, [$0, $0], [.anyNumbers, .probabilities], "smoothing \(smoothing) \(amongOthers)")
                }
        }
        + ([[], [0], [5], [2, 3]] as [Shape]).flatMap { shape in
            [OneHot(classes: 3), OneHot(classes: 1, on: 0.9, off: 0.1), OneHot(classes: 5, on: -1, off: 2)].map {
                OperationCase($0, [shape], [.classes($0.classes)], "\($0.classes) classes")
            }
        }
}

extension OperationCase {
    /// Rows taken, and images moved.
    static let batches: [OperationCase] =
        ([([3, 2], 4), ([1, 5], 1), ([7, 1], 7), ([2, 0], 3)] as [(Shape, Int)]).map { shape, count in
            OperationCase(TakeRows(), [shape, [count]], [.anyNumbers, .classes(shape[0])])
        }
        + ([[3, 4], [1, 1], [3, 5, 2], [2, 1]] as [Shape]).flatMap { image in
            let motions: [(MovedImage.Motion, Int, Domain)] = [
                (.flip(horizontal: true), 1, .classes(2)), (.flip(horizontal: false), 1, .classes(2)),
                (.shift, 2, .classes(3)), (.rotation(bilinear: true), 1, .classes(360)),
                (.rotation(bilinear: false), 1, .classes(360)), (.rotation(bilinear: true), 1, .classes(1)),
            ]
            return motions.flatMap { motion, numbers, domain in
                [0, 0.5].map { fill in
                    OperationCase(
                        MovedImage(image, motion, fill: fill), [[3, image.count], [3, numbers]], [.anyNumbers, domain],
                        "\(motion) \(image) fill \(fill)")
                }
            }
        }
}
