// NewtonExplainer: how one element of Newton's direction was solved for, in lines that can be worked out again.

import Formulas
import Learning
import Tensors

extension Session {
    /// What the last update's direction was solved from; `past` is the session when that update began.
    func solution(
        _ direction: NewtonDirection, from past: Session, _ gradients: [Double], isNew: Bool
    ) throws(Diagnostic) -> NewtonSolution {
        // The batch and the definitions are those of the update; its parameters are the ones before it.
        var then = isNew ? self : try moment(training.updates)
        let indices = isNew ? step.updating : then.training.updated
        then.training.parameters = past.training.parameters
        return try then.newton(direction, of: indices, gradients: gradients)
    }
}

extension Explanation {
    /// Matrices up to this size are shown whole.
    private static let small = 6

    /// Adds the lines for the direction's element in `row`: its parts along the eigenvectors, how far it goes along each,
    /// and for the plain form the row of the equation that it solves.
    mutating func explain(_ solution: NewtonSolution, _ row: Int, symbol: String, indent: Int) {
        let (eigen, count) = (solution.eigen, solution.curvature.count)
        var values: [String: Double] = ["damping": solution.rule.damping]
        func q(_ index: Int, _ element: Int) -> Formula { .symbol("q\(index + 1)[\(element)]") }
        for index in 0..<count {
            values["q\(index + 1)[\(row)]"] = eigen.vectors[index][row]
            values["c\(index + 1)"] = solution.amounts[index]
            values["lambda\(index + 1)"] = eigen.values[index]
        }
        let terms = (0..<count).map { q($0, row) * .symbol("c\($0 + 1)") }
        add(symbol, Self.sum(terms, values), values, solution.direction[row], indent: indent)

        let shown = lines[lines.count - 1].visibleSymbols
        for index in 0..<count where shown.contains("c\(index + 1)") {
            var known = values
            for element in 0..<count {
                known["q\(index + 1)[\(element)]"] = eigen.vectors[index][element]
                known[solution.gradientName(element)] = solution.gradient[element]
            }
            let along = Self.sum((0..<count).map { q(index, $0) * .symbol(solution.gradientName($0)) }, known)
            let formula = Formula.apply(.divide, [along, solution.rule.divisor(.symbol("lambda\(index + 1)"))])
            add("c\(index + 1)", formula, known, solution.amounts[index], indent: indent + 1)
        }
        remark(
            "q1, q2, … are the eigenvectors of the Hessian H, lambda1, lambda2, … its eigenvalues, from the lowest on;",
            indent: indent)
        let order = solution.curvature.entries.map(\.name).joined(separator: ", ")
        remark("their elements are numbered through \(order)", indent: indent)
        if !solution.rule.isAbsolute { addEquation(solution, row, indent: indent) }
        guard count <= Self.small else { return }
        remark("H = \(TensorText.inline(solution.curvature.matrix, digits: digits))", indent: indent)
        remark("grad = \(TensorText.inline(Tensor(vector: solution.gradient), digits: digits))", indent: indent)
        remark("direction = \(TensorText.inline(Tensor(vector: solution.direction), digits: digits))", indent: indent)
    }

    /// A sum; of a long one, of which only the ends are shown, the largest terms come first.
    static func sum(_ terms: [Formula], _ values: [String: Double]) -> Formula {
        guard terms.count > 4 else { return .sum(terms) }
        let sizes = terms.map { $0.value { values[$0] }.magnitude }
        return .sum(terms.indices.sorted { sizes[$0] > sizes[$1] }.map { terms[$0] })
    }

    /// The row of (H + damping·I)·direction, which gives the gradient's element.
    private mutating func addEquation(_ solution: NewtonSolution, _ row: Int, indent: Int) {
        let count = solution.curvature.count
        var values = ["damping": solution.rule.damping]
        var terms: [Formula] = []
        for column in 0..<count {
            let (h, d) = ("H[\(row),\(column)]", "direction[\(column)]")
            values[h] = solution.curvature.matrix.elements[row * count + column]
            values[d] = solution.direction[column]
            terms.append(.symbol(h) * .symbol(d))
        }
        if solution.rule.damping != 0 { terms.append("damping" * .symbol("direction[\(row)]")) }
        let formula = Self.sum(terms, values)
        add("check", formula, values, formula.value { values[$0] }, indent: indent)
        remark(
            "this row of the equation gives back \(solution.gradientName(row)) = \(digits.text(solution.gradient[row]))",
            indent: indent)
    }
}

extension NewtonSolution {
    /// The name of the gradient's element in a row.
    fileprivate func gradientName(_ row: Int) -> String {
        let element = curvature.element(row)
        let name = element.prefix { $0 != "[" }
        return "\(name).grad\(element.dropFirst(name.count))"
    }
}
