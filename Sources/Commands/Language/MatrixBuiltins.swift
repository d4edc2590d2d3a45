// Functions of matrices: eigenvalues and eigenvectors, and the Hessian of a live scalar.

import Tensors

extension Builtin {
    static let matrices: [Builtin] = [
        Builtin(
            "eig", "eig([[2, 1], [1, 2]])", 1...1, meaning: "the eigenvalues of a symmetric matrix, ascending"
        ) {
            (evaluator, call) throws(Diagnostic) in
            evaluator.graph.constant(Tensor(vector: try eigen(&evaluator, call).values))
        },
        Builtin(
            "eigvec", "eigvec([[2, 1], [1, 2]])", 1...1, meaning: "the eigenvectors as columns, in the order of eig"
        ) {
            (evaluator, call) throws(Diagnostic) in
            evaluator.graph.constant(try eigen(&evaluator, call).matrix)
        },
    ]

    private static func eigen(_ evaluator: inout Evaluator, _ call: BuiltinCall) throws(Diagnostic) -> Eigen {
        let matrix = try evaluator.value(call.positional[0])
        return try located(call.range) { () throws(OperationError) in
            guard matrix.shape.axes.allSatisfy({ $0 <= Hessian.limit }) else {
                throw OperationError(
                    "the matrix has shape \(matrix.shape); \(call.name) takes at most \(Hessian.limit) rows")
            }
            return try Eigen(matrix)
        }
    }

    /// The second derivatives of a live scalar, by all parameters or by those named, on the present batch.
    static let hessian = Builtin(
        "hessian", "hessian(J) or hessian(J, w)", 1...64,
        meaning: "the second derivatives of a live scalar, by all parameters or by those named"
    ) {
        (evaluator, call) throws(Diagnostic) in
        var names: [String] = []
        for argument in call.positional {
            guard case .name(let name) = argument.kind else {
                throw Diagnostic(
                    "hessian takes the names of a scalar and of parameters", hint: call.usage, at: argument.range)
            }
            names.append(name)
        }
        let session = evaluator.session
        guard let node = session.live[names[0]]?.node ?? session.lossNode(names[0]) else {
            throw Diagnostic(
                "\(names[0]) is no live name", hint: "\(names[0]) = an expression over parameters", at: call.range)
        }
        guard session.graph.nodes[node].shape.count == 1 else {
            throw Diagnostic(
                "\(names[0]) has shape \(session.graph.nodes[node].shape); hessian needs a scalar", at: call.range)
        }
        let parameters = try session.parameters(Array(zip(names, call.positional.map(\.range)).dropFirst()))
        do throws(Diagnostic) {
            let function = try ObjectiveFunction(session, node: node, name: names[0])
            return evaluator.graph.constant(try session.curvature(of: function, parameters).matrix)
        } catch { throw error.at(call.range) }
    }
}

extension Session {
    /// The names, checked to be parameters and given once; nil when there are none.
    func parameters(_ names: [(name: String, range: Range<Int>)]) throws(Diagnostic) -> [String]? {
        for (index, (name, range)) in names.enumerated() {
            guard layout[name] != nil else {
                throw self.names.contains(name)
                    ? Diagnostic("\(name) is no parameter", hint: "\(name) = param(…) makes one", at: range)
                    : unknown(name).at(range)
            }
            if names[..<index].contains(where: { $0.name == name }) {
                throw Diagnostic("\(name) is given twice", at: range)
            }
        }
        return names.isEmpty ? nil : names.map(\.name)
    }
}
