// Figures of the engine's parts: the matrix product, an optimizer's update, and what a step costs by its size.

import CKernels
import Commands
import Glibc

extension Figures {
    static var engine: [Figure] { products + [adam] + history }

    /// Which operands are transposed, as a backward pass has them: C = A·B, Aᵀ·B, A·Bᵀ.
    private static let forms: [(name: String, a: Bool, b: Bool)] = [
        ("A·B", false, false), ("Aᵀ·B", true, false), ("A·Bᵀ", false, true),
    ]

    private static var products: [Figure] {
        var figures: [Figure] = []
        for threads in 1...2 {
            for size in [16, 64, 128, 512, 1024] {
                for form in forms {
                    figures.append(product(form.name, size, threads, transposeA: form.a, transposeB: form.b))
                }
            }
        }
        return figures
    }

    private static func product(
        _ form: String, _ size: Int, _ threads: Int, transposeA: Bool, transposeB: Bool
    ) -> Figure {
        Figure(name: "matmul \(size), \(form), \(threads == 1 ? "1 thread" : "2 threads")", unit: "GFLOP/s") {
            let a = (0..<size * size).map { Double($0 * 7 % 13) / 13 }
            let b = (0..<size * size).map { Double($0 * 5 % 11) / 11 }
            var c = [Double](repeating: 0, count: size * size)
            let (aRow, aColumn) = transposeA ? (1, size) : (size, 1)
            let (bRow, bColumn) = transposeB ? (1, size) : (size, 1)
            let operations = 2 * Double(size * size * size)
            let repeats = max(1, Int(4e9 / operations))
            func multiply() {
                for _ in 0..<repeats {
                    ck_matmul(size, size, size, a, aRow, aColumn, b, bRow, bColumn, &c, Int32(threads))
                }
            }
            multiply()
            return { operations * Double(repeats) / seconds(multiply) / 1e9 }
        }
    }

    /// Adam's update reads weight, gradient and both moments, and writes all but the gradient: seven arrays.
    private static var adam: Figure {
        Figure(name: "adam, 8000000 parameters", unit: "GB/s") {
            let count = 8_000_000
            var session = try workbench("w = param(ones(\(count)))\nJ = sum(w)\nminimize J\noptimizer adam\nstep")
                .session
            return { 7 * 8 * Double(count) / seconds { session.repeatUpdate() } / 1e9 }
        }
    }

    /// How much longer steps take when moments of the run are kept.
    private static var history: [Figure] {
        [
            historyRatio("4-16-3", iris, steps: 10000),
            historyRatio("784-512-256-10", network("784 512 relu 256 relu 10", batch: 128), steps: 60),
        ]
    }

    private static func historyRatio(_ name: String, _ setup: String, steps: Int) -> Figure {
        Figure(name: "history on / off, \(name), \(steps) steps", unit: "times") {
            let bench = try workbench(setup + "\nstep 3")
            return {
                let times = try [true, false].map { keeps in
                    var session = bench.session
                    return try seconds { try session.makeSteps(steps, keepingMoments: keeps) }
                }
                return times[0] / times[1]
            }
        }
    }
}
