// graph: the tree with its columns, and the text for Graphviz.

import Commands
import TestSupport
import Testing

@Suite struct GraphCommandTests {
    private static let setup = "x = param([-5, 4]); J = x[0]^2 + 4*x[1]^2 - x[0]*x[1]; minimize J; forward; backward"

    private func lines(_ line: String, after setup: String = setup) throws -> [String] {
        let bench = TestBench()
        try bench.run(setup)
        let before = bench.texts.count
        try bench.run(line)
        return Array(bench.texts[before...])
    }

    /// ∂J/∂(4·x₁²) = 1, ∂J/∂x₁² = 4, and through the square 2·4·4 = 32, by pencil.
    @Test func treeShowsValuesAndGradients() throws {
        let rows = try lines("graph").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(rows[0] == "J = x[0]^2 + (4 * x[1]^2) - (x[0] * x[1]) [] 109 1")
        #expect(rows.contains("│ └ 4 * x[1]^2 [] 64 1"))
        #expect(rows.contains("│ └ x[1]^2 [] 16 4"))
        #expect(rows.contains("│ └ x[1] [] 4 32"))
        #expect(rows.last == "└ x [2] [-5, 4] [-14, 37]")
    }

    @Test func graphvizGetsEachNodeOnceAndEachOperandAsAnEdge() throws {
        let lines = try lines("graph dot")
        #expect(lines.first == "digraph \"J\" {" && lines.last == "}")
        let nodes = lines.filter { $0.contains("[label=") }
        let edges = lines.filter { $0.contains("->") }
        // x; twice x[0] and x[1]; two squares, two products, their sum and J. Four operations read x, three one operand,
        // and three two.
        #expect(nodes.count == 11 && edges.count == 13)
        #expect(Set(nodes).count == nodes.count)
        #expect(nodes.filter { $0.contains("label=\"x\\n[2]  [-5, 4]\\ngrad  [-14, 37]\", peripheries=2") }.count == 1)
        let names = Set(nodes.map { $0.split(separator: " ")[0] })
        for edge in edges {
            let ends = edge.split { " ;>-".contains($0) }
            #expect(ends.count == 2 && ends.allSatisfy { names.contains($0) }, "\(edge)")
        }
    }

    @Test func theFileHoldsWhatIsShown() throws {
        let folder = TemporaryFolder()
        let bench = TestBench()
        try bench.run(Self.setup + "; graph dot \"g.dot\"; graph J dot", folder: folder.path)
        let written = try Script.read(folder.path + "/g.dot")
        let shown =
            bench.texts[(bench.texts.lastIndex { $0.hasPrefix("digraph") } ?? 0)...].joined(separator: "\n") + "\n"
        #expect(String(decoding: written.text, as: UTF8.self) == shown)
    }
}
