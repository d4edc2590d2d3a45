// Every operation: the kernel's result against the element formula, which is what a learner is shown.

import Formulas
import Tensors
import Testing

@Suite("Kernels and element formulas")
struct ElementTests {
    /// Compares elements (not more than 120 of them) and returns the first difference in words.
    private func difference(_ operation: any Operation, _ inputs: [Tensor], isExact: Bool) throws -> String? {
        let output = try operation.evaluate(inputs)
        let shapes = inputs.map(\.shape)
        #expect(try operation.shape(shapes) == output.shape)
        for offset in stride(from: 0, to: output.count, by: output.count / 120 + 1) {
            let steps = operation.derivation(offset, shapes, output.shape) { inputs[$0].elements[$1] }
            let formula = steps.combined
            var unknown: String?
            let lookup: (String) -> Double? = { symbol in
                let value = elementValue(symbol, inputs)
                if value == nil { unknown = symbol }
                return value
            }
            let (found, expected) = (output.elements[offset], formula.value(lookup))
            if let unknown { return "element \(offset) reads \(unknown), which does not exist" }
            let isClose = isExact ? false : (found - expected).magnitude <= 1e-12 * magnitude(formula, lookup)
            if !same(found, expected) && !isClose { return "element \(offset) is \(found), its formula \(expected)" }
        }
        return nil
    }

    @Test("agree to 1e-12 of the terms, in every bit where the operation is pointwise", arguments: OperationCase.all)
    func kernel(operationCase: OperationCase) throws {
        for seed in [1, 2] as [UInt64] {
            let inputs = operationCase.inputs(seed: seed)
            let isExact = operationCase.operation is Pointwise
            let found = try difference(operationCase.operation, inputs, isExact: isExact)
            #expect(found == nil)
        }
    }

    @Test(
        "agree in every bit for pointwise operations on NaN, infinities and zeros", arguments: OperationCase.pointwise)
    func special(operationCase: OperationCase) throws {
        let special: [Double] = [
            0, -0.0, 1, -1, 1e300, -1e300, .leastNonzeroMagnitude, .nan, .infinity, -.infinity, 2, 0.5,
        ]
        var random = Random(seed: 8)
        let inputs = operationCase.shapes.map { shape in
            Tensor(shape, (0..<shape.count).map { _ in special[random.index(below: special.count)] })
        }
        let found = try difference(operationCase.operation, inputs, isExact: true)
        #expect(found == nil)
    }

    @Test("agree on NaN for reductions, softmax, copies and products")
    func notANumber() throws {
        let rows = Tensor([3, 3], [1, 2, 3, 4, .nan, 0, .nan, .nan, 9])
        let operations: [any Operation] = [
            Sum(axis: 1), Sum(axis: 0, mean: true), Norm(axis: 1), Extreme(max: true, axis: 1),
            Extreme(max: false, axis: 0), Softmax(), Softmax(axis: 0, log: true), Transpose(),
        ]
        for operation in operations {
            let found = try difference(operation, [rows], isExact: false)
            #expect(found == nil, "\(operation.name)")
        }
        let found = try difference(MatMul(), [rows, rows], isExact: false)
        #expect(found == nil)
    }

    @Test("agree on NaN, infinities and equal elements under a window")
    func specialPools() throws {
        let x = Tensor([1, 1, 4, 4], [1, 1, .nan, 3, 1, 1, 2, .nan, -.infinity, -.infinity, 0, -0.0, 5, 5, 5, 5])
        for window in [Window(rows: 2, columns: 2), Window(rows: 3, columns: 3, padding: .same)] {
            let places = try MaxPool(window).shape([x.shape])
            let upstream = Tensor(places, (0..<places.count).map { Double($0) + 0.5 })
            for (operation, inputs) in [
                (MaxPool(window), [x]), (Unpool(window), [x, upstream]), (Repool(window), [x, x]),
            ] as [(any Operation, [Tensor])] {
                let found = try difference(operation, inputs, isExact: false)
                #expect(found == nil, "\(operation.name)")
            }
        }
    }

    @Test("agree on a class of probability 0 whose logit is -inf, and on the place of a NaN")
    func borders() throws {
        let loss = try CrossEntropy().evaluate([Tensor([1, 2], [0, -.infinity]), Tensor(vector: [0])])
        #expect(loss == Tensor(scalar: 0))
        let place = try ArgMax().evaluate([Tensor(vector: [1, .nan, 2, 0])])
        #expect(place == Tensor(scalar: 1))
        let rows = [Tensor([1, 2], [0, -.infinity]), Tensor([1, 2], [1, 0])]
        let ofLoss = try difference(CrossEntropy(), rows, isExact: false)
        #expect(ofLoss == nil)
        let ofPlace = try difference(ArgMax(), [Tensor(vector: [1, .nan, 2, 0])], isExact: false)
        #expect(ofPlace == nil)
    }

    @Test("results on paper")
    func onPaper() throws {
        let x = Tensor([2, 3], [3, 1, 2, 0, 4, 4])
        func check(_ operation: any Operation, _ expected: Tensor) throws {
            #expect(try operation.evaluate([x]) == expected, "\(operation.name)")
        }
        try check(Sum(), Tensor(scalar: 14))
        try check(Sum(axis: 0), Tensor(vector: [3, 5, 6]))
        try check(Sum(axis: -1, keep: true), Tensor([2, 1], [6, 8]))
        try check(Sum(axis: 1, mean: true), Tensor(vector: [2, 8.0 / 3]))
        try check(Extreme(max: true, axis: 1), Tensor(vector: [3, 4]))
        try check(Extreme(max: false), Tensor(scalar: 0))
        try check(ArgMax(axis: 1), Tensor(vector: [0, 1]))
        try check(ArgMax(), Tensor(scalar: 4))
        try check(Transpose(), Tensor([3, 2], [3, 0, 1, 4, 2, 4]))
        try check(Slice([.range(nil, nil), .index(-1)]), Tensor(vector: [2, 4]))
        try check(Norm(axis: 0), Tensor(vector: [3, 17.0.squareRoot(), 20.0.squareRoot()]))
        #expect(
            try Concat(axis: 1).evaluate([x, Tensor([2, 1], [7, 8])]) == Tensor([2, 4], [3, 1, 2, 7, 0, 4, 4, 8]))
        #expect(try OneHot(classes: 3).evaluate([Tensor(vector: [2, 0])]) == Tensor([2, 3], [0, 0, 1, 1, 0, 0]))
        #expect(try Softmax().evaluate([Tensor(vector: [1000, 1000])]) == Tensor(vector: [0.5, 0.5]))
        // Two equal logits: log 2, whatever the class.
        let loss = try CrossEntropy().evaluate([Tensor([1, 2], [5, 5]), Tensor(vector: [1])])
        #expect((loss.scalar! - 0.6931471805599453).magnitude < 1e-15)
    }
}
