// The way from a data set to batches: splits, normalisation, and the order of an epoch.

import Learning
import Tensors
import Testing

@Suite("Data pipeline")
struct DataPipelineTests {
    /// Samples whose first feature is their number and whose third never changes.
    private func pipeline(_ count: Int) -> DataPipeline {
        let rows = (0..<count).map { [Double($0), Double($0 * $0 % 17) - 3, 4] }
        return DataPipeline(
            DataSet(
                name: "numbered", features: ["number", "other", "same"], target: "y",
                x: Tensor([count, 3], rows.flatMap { $0 }), y: (0..<count).map { Double($0) * 10 }, classes: []))
    }

    @Test(
        "a split is disjoint and complete, and has the asked size", arguments: [1, 2, 5, 10, 150], [0.3, 0.5, 0.8, 1])
    func split(count: Int, share: Double) throws {
        var pipeline = pipeline(count)
        var random = Random(seed: 1)
        let size = Int((share * Double(count)).rounded())
        guard size > 0 else {
            #expect(throws: OperationError.self) { try pipeline.split(share, &random) }
            return
        }
        try pipeline.split(share, &random)
        #expect(pipeline.trainingRows.count == size)
        #expect(pipeline.validationRows.count == count - size)
        #expect((pipeline.trainingRows + pipeline.validationRows).sorted() == Array(0..<count))
    }

    @Test("a split is random, and the same for the same seed")
    func splitSeeds() throws {
        func rows(_ seed: UInt64) throws -> [Int] {
            var (pipeline, random) = (pipeline(50), Random(seed: seed))
            try pipeline.split(0.5, &random)
            return pipeline.trainingRows
        }
        #expect(try rows(1) == rows(1))
        #expect(try rows(1) != rows(2))
        #expect(try rows(1).sorted() != Array(0..<25))
    }

    @Test("impossible splits are refused and change nothing", arguments: [0, 0.01, -1, 1.5, 2])
    func badSplit(share: Double) {
        var (pipeline, random) = (pipeline(10), Random(seed: 1))
        #expect(throws: OperationError.self) { try pipeline.split(share, &random) }
        #expect(pipeline.trainingRows == Array(0..<10))
        pipeline.batchSize = 8
        #expect(throws: OperationError.self) { try pipeline.split(0.5, &random) }
        #expect(pipeline.trainingRows.count == 10)
    }

    @Test("normalisation is measured on training rows alone, before or after the split", arguments: [false, true])
    func normalization(splitsFirst: Bool) throws {
        for kind in DataPipeline.Normalization.allCases {
            var (pipeline, random) = (pipeline(40), Random(seed: 2))
            if splitsFirst { try pipeline.split(0.6, &random) }
            pipeline.normalize(kind)
            if !splitsFirst { try pipeline.split(0.6, &random) }
            #expect(pipeline.normalization == kind)
            for column in 0..<2 {
                let raw = pipeline.trainingRows.map { pipeline.set.x.elements[$0 * 3 + column] }
                let (center, scale): (Double, Double)
                switch kind {
                case .standard: (center, scale) = (mean(raw), deviation(raw, from: mean(raw)))
                case .minmax: (center, scale) = (raw.min()!, raw.max()! - raw.min()!)
                case .off: (center, scale) = (0, 1)
                }
                for row in 0..<40 {
                    let expected = (pipeline.set.x.elements[row * 3 + column] - center) / scale
                    #expect((pipeline.x.elements[row * 3 + column] - expected).magnitude < 1e-12)
                }
            }
            // What never changes is only shifted.
            #expect(pipeline.x.elements[2] == (kind == .off ? 4 : 0))
        }
    }

    @Test("normalised training rows have mean 0 and deviation 1, or reach from 0 to 1; off gives the numbers back")
    func normalized() throws {
        var (pipeline, random) = (pipeline(40), Random(seed: 3))
        try pipeline.split(0.5, &random)
        pipeline.normalize(.standard)
        var column = pipeline.trainingRows.map { pipeline.x.elements[$0 * 3] }
        #expect(mean(column).magnitude < 1e-14)
        #expect((deviation(column, from: 0) - 1).magnitude < 1e-14)
        pipeline.normalize(.minmax)
        column = pipeline.trainingRows.map { pipeline.x.elements[$0 * 3] }
        #expect(column.min() == 0 && column.max() == 1)
        pipeline.normalize(.off)
        #expect(pipeline.x == pipeline.set.x)
    }

    @Test(
        "an epoch has so many batches, the last one perhaps smaller",
        arguments: [(10, 3, 4), (10, 5, 2), (10, 10, 1), (10, 100, 1), (10, 1, 10), (1, 1, 1), (7, 4, 2)])
    func batches(count: Int, size: Int, updates: Int) {
        var pipeline = pipeline(count)
        #expect(pipeline.effectiveBatchSize == count)
        #expect(pipeline.updatesPerEpoch == 1)
        pipeline.batchSize = size
        #expect(pipeline.effectiveBatchSize == min(size, count))
        #expect(pipeline.updatesPerEpoch == updates)
    }

    @Test("an epoch shows every training sample once, in a new order each time")
    func shuffle() throws {
        var (pipeline, random) = (pipeline(30), Random(seed: 4))
        try pipeline.split(0.8, &random)
        let (first, second) = (pipeline.epochOrder(&random), pipeline.epochOrder(&random))
        #expect(first.sorted() == Array(0..<24))
        #expect(second.sorted() == Array(0..<24))
        #expect(first != second)
        #expect(first != Array(0..<24))
    }

    @Test("the fixed order is that of the data; with replacement samples may come twice")
    func orders() {
        var (pipeline, random) = (pipeline(30), Random(seed: 5))
        let before = random
        pipeline.order = .fixed
        #expect(pipeline.epochOrder(&random) == Array(0..<30))
        #expect(random == before)
        pipeline.order = .replacement
        var counts = [Int](repeating: 0, count: 30)
        for _ in 0..<1000 {
            let order = pipeline.epochOrder(&random)
            #expect(order.count == 30 && order.allSatisfy { (0..<30).contains($0) })
            #expect(Set(order).count < 30)
            for row in order { counts[row] += 1 }
        }
        // Each of the 30,000 draws takes a sample with probability 1/30.
        let error = (30_000 * (1.0 / 30) * (29.0 / 30)).squareRoot()
        for count in counts { #expect((Double(count) - 1000).magnitude < 4 * error) }
    }

    @Test("rows and their targets stay together")
    func rows() {
        // The second feature of row 4 is 16 mod 17 - 3.
        let pipeline = pipeline(6)
        #expect(
            pipeline.features([4, 0, 4]) == Tensor([3, 3], [4, 13, 4, 0, -3, 4, 4, 13, 4]))
        #expect(pipeline.targets([4, 0, 4]) == Tensor(vector: [40, 0, 40]))
        #expect(pipeline.features([]) == Tensor([0, 3], []))
    }
}
