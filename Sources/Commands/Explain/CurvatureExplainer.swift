// CurvatureExplainer: how elements of hessian(…) and eig(…) came about.

import Formulas
import Tensors

extension Session {
    /// A second derivative, with a central difference of the gradient beside it.
    func explanationOfSecondDerivative(
        _ call: [Expression.Argument], _ symbol: String, _ offset: Int
    ) throws(Diagnostic) -> Explanation? {
        let names = call.compactMap(\.value.names.first)
        guard let name = names.first, let node = live[name]?.node ?? lossNode(name) else { return nil }
        var function = try ObjectiveFunction(self, node: node, name: name)
        let chosen = names.count > 1 ? Array(names.dropFirst()) : nil
        let curvature = try curvature(of: function, chosen)
        let (row, column) = (offset / curvature.count, offset % curvature.count)
        let value = curvature.matrix.elements[offset]
        var explanation = Explanation(digits: digits)
        explanation.add(symbol, .number(value), [:], value)
        let (first, second) = (curvature.element(row), curvature.element(column))
        explanation.remark("the second derivative of \(name) by \(first) and \(second): the nodes that compute")
        explanation.remark("the gradient by \(first) are differentiated by \(second), as the objective's are")
        var parameters = training.parameters
        let places = curvature.entries.flatMap { $0.range }
        let (high, low) = (parameters[places[column]] + 1e-5, parameters[places[column]] - 1e-5)
        parameters[places[column]] = high
        let above = try function.gradient(parameters).gradient[places[row]]
        parameters[places[column]] = low
        let difference = (above - (try function.gradient(parameters).gradient[places[row]])) / (high - low)
        let agrees = (difference - value).magnitude <= 1e-6 * max(1, value.magnitude)
        explanation.remark("numeric check \(Digits.significant(9).text(difference)) \(agrees ? "✓" : "differs")")
        return explanation
    }

    /// An eigenvalue: what the matrix makes of its eigenvector, measured along it.
    func explanationOfEigenvalue(
        _ call: [Expression.Argument], _ symbol: String, _ offset: Int
    ) throws(Diagnostic) -> Explanation? {
        guard let argument = call.first?.value else { return nil }
        var evaluator = Evaluator(self)
        let matrix = try evaluator.value(argument)
        let eigen = try located(argument.range) { () throws(OperationError) in try Eigen(matrix) }
        let (q, n) = (eigen.vectors[offset], eigen.values.count)
        var values: [String: Double] = [:]
        for index in 0..<n { values["q[\(index)]"] = q[index] }
        func product(_ row: Int) -> Formula {
            let terms: [Formula] = (0..<n).map { column in
                values["A[\(row),\(column)]"] = matrix.elements[row * n + column]
                return .symbol("A[\(row),\(column)]") * .symbol("q[\(column)]")
            }
            return Explanation.sum(terms, values)
        }
        let rows = (0..<n).map { product($0) }
        for (index, row) in rows.enumerated() { values["p[\(index)]"] = row.value { values[$0] } }
        var explanation = Explanation(digits: digits)
        let along = Explanation.sum((0..<n).map { .symbol("q[\($0)]") * .symbol("p[\($0)]") }, values)
        explanation.add(symbol, along, values, eigen.values[offset])
        for index in 0..<n where explanation.lines[0].visibleSymbols.contains("p[\(index)]") {
            explanation.add("p[\(index)]", rows[index], values, values["p[\(index)]"] ?? .nan, indent: 1)
        }
        explanation.remark("q is the eigenvector of length 1, and p = A @ q is q times the eigenvalue")
        return explanation
    }
}
