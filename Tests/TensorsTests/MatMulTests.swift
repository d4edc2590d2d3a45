// The matrix product against a plain triple loop; its bits do not depend on the number of threads.

import CKernels
import Tensors
import Testing

@Suite("Matrix product")
struct MatMulTests {
    private struct Product {
        let m: Int, n: Int, k: Int
        let a: [Double], b: [Double]
        var transposeA = false, transposeB = false

        init(_ m: Int, _ n: Int, _ k: Int, seed: UInt64 = 1) {
            (self.m, self.n, self.k) = (m, n, k)
            var random = Random(seed: seed)
            a = (0..<m * k).map { _ in random.uniform(-1, 1) }
            b = (0..<k * n).map { _ in random.uniform(-1, 1) }
        }

        init(_ m: Int, _ n: Int, _ k: Int, _ a: [Double], _ b: [Double]) {
            (self.m, self.n, self.k, self.a, self.b) = (m, n, k, a, b)
        }

        var strideA: (Int, Int) { transposeA ? (1, m) : (k, 1) }
        var strideB: (Int, Int) { transposeB ? (1, k) : (n, 1) }

        func kernel(threads: Int32 = 1) -> [Double] {
            var c = [Double](repeating: 99, count: m * n)
            ck_matmul(m, n, k, a, strideA.0, strideA.1, b, strideB.0, strideB.1, &c, threads)
            return c
        }

        /// One element by the definition, and the sum of the magnitudes of its terms.
        func element(_ i: Int, _ j: Int) -> (sum: Double, magnitude: Double) {
            var (sum, magnitude) = (0.0, 0.0)
            for p in 0..<k {
                let term = a[i * strideA.0 + p * strideA.1] * b[p * strideB.0 + j * strideB.1]
                sum += term
                magnitude += term.magnitude
            }
            return (sum, magnitude)
        }

        /// The first of every `step`-th element that differs from the definition.
        func difference(_ c: [Double], step: Int) -> String? {
            for index in stride(from: 0, to: c.count, by: step) {
                let (sum, magnitude) = element(index / n, index % n)
                if !same(c[index], sum), !((c[index] - sum).magnitude <= 1e-12 * magnitude) {
                    return "element \(index / n), \(index % n) is \(c[index]), not \(sum)"
                }
            }
            return nil
        }
    }

    // Sizes around those of tiles (6×8, 6×16), stretches (288), groups (64) and blocks (192 rows, 1024 columns), small ones
    // that are read where they are, and very flat or thin products.
    private static let sizes: [(Int, Int, Int)] = [
        (1, 1, 1), (1, 8, 5), (6, 8, 288), (7, 9, 289), (5, 7, 577), (13, 33, 11), (31, 1, 47), (1, 1, 1009),
        (193, 31, 97), (97, 65, 101), (67, 300, 89), (3, 1009, 401), (1009, 2, 503), (128, 128, 128),
        (64, 64, 64), (97, 32, 200), (5, 1040, 300), (20, 1100, 9),
    ]

    @Test("is the triple loop's, with all transposes", arguments: sizes.indices)
    func tripleLoop(index: Int) {
        let (m, n, k) = Self.sizes[index]
        for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
            var product = Product(m, n, k)
            (product.transposeA, product.transposeB) = (transposeA, transposeB)
            let step = max(1, m * n * k / 40_000)
            #expect(product.difference(product.kernel(), step: step | 1) == nil, "\(transposeA) \(transposeB)")
        }
    }

    @Test("has the same bits with any number of threads", arguments: sizes.indices)
    func threads(index: Int) {
        let (m, n, k) = Self.sizes[index]
        for isTransposed in [false, true] {
            var product = Product(m, n, k, seed: 2)
            (product.transposeA, product.transposeB) = (isTransposed, isTransposed)
            let alone = product.kernel().map(\.bitPattern)
            for threads in [2, 3, 4, 16] as [Int32] {
                #expect(product.kernel(threads: threads).map(\.bitPattern) == alone, "\(threads) threads")
            }
        }
    }

    @Test("may be computed by several callers at once")
    func callers() async {
        let product = Product(101, 103, 107)
        let alone = product.kernel()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { product.kernel(threads: 2) == alone } }
            for await isSame in group { #expect(isSame) }
        }
    }

    @Test("of nothing is zero, and nothing is written outside")
    func empty() {
        #expect(Product(2, 3, 0).kernel() == [0, 0, 0, 0, 0, 0])
        var untouched = [5.0]
        ck_matmul(0, 3, 2, [], 2, 1, [1, 2, 3, 4, 5, 6], 3, 1, &untouched, 1)
        ck_matmul(3, 0, 2, [1, 2, 3, 4, 5, 6], 2, 1, [], 0, 1, &untouched, 1)
        #expect(untouched == [5])
    }

    @Test("spreads NaN and infinity as the triple loop does", arguments: [(9, 11, 13), (40, 64, 130)])
    func notFinite(m: Int, n: Int, k: Int) {
        let plain = Product(m, n, k, seed: 3)
        var (a, b) = (plain.a, plain.b)
        a[3] = .nan
        a[k + 1] = .infinity
        b[5] = -.infinity
        b[n + 2] = 0
        let product = Product(m, n, k, a, b)
        #expect(product.difference(product.kernel(), step: 1) == nil)
    }

    @Test("of vectors and matrices, on paper")
    func vectors() throws {
        let matrix = Tensor([2, 3], [1, 2, 3, 4, 5, 6])
        let (two, three) = (Tensor(vector: [1, -1]), Tensor(vector: [1, 0, 2]))
        #expect(try MatMul().evaluate([matrix, three]) == Tensor(vector: [7, 16]))
        #expect(try MatMul().evaluate([two, matrix]) == Tensor(vector: [-3, -3, -3]))
        #expect(try MatMul().evaluate([three, three]) == Tensor(scalar: 5))
        #expect(try MatMul(transposeA: true).evaluate([matrix, two]) == Tensor(vector: [-3, -3, -3]))
        #expect(try MatMul(transposeB: true).evaluate([matrix, matrix]) == Tensor([2, 2], [14, 32, 32, 77]))
        #expect(
            try MatMul(transposeA: true).evaluate([matrix, matrix])
                == Tensor([3, 3], [17, 22, 27, 22, 29, 36, 27, 36, 45]))
    }
}
