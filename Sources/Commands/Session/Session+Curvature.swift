// Second derivatives at the present point: the Hessian of the objective or of another live scalar, and Newton's direction.

import Learning
import Tensors

/// A live scalar on the present batch as a function of all parameters.
struct ObjectiveFunction {
    let name: String
    let batch: [String: Tensor]
    let tape: Tape
    private var values: [Double]
    private var gradients: [Double]

    /// `batch` is the present one when it is not given.
    init(_ session: Session, node: Int, name: String, batch given: [String: Tensor]? = nil) throws(Diagnostic) {
        self.name = name
        if let given { batch = given } else { batch = try session.presentBatch(for: node) }
        do throws(OperationError) {
            tape = try Tape(
                session.graph, roots: [], objective: node, layout: session.layout,
                inputShapes: batch.mapValues(\.shape))
        } catch { throw Diagnostic(error) }
        values = tape.values(for: batch)
        gradients = [Double](repeating: 0, count: session.layout.count)
    }

    /// The value at the given parameters.
    mutating func value(_ parameters: [Double]) throws(Diagnostic) -> Double {
        do throws(OperationError) {
            try tape.run(tape.forwardSteps, parameters: parameters, gradients: &gradients, values: &values)
        } catch { throw Diagnostic(error) }
        let node = tape.objective ?? 0
        return tape.value(node, parameters: parameters, gradients: gradients, values: values).elements[0]
    }

    /// The value and the gradient, laid out as the parameters.
    mutating func gradient(_ parameters: [Double]) throws(Diagnostic) -> (value: Double, gradient: [Double]) {
        let value = try value(parameters)
        do throws(OperationError) {
            try tape.run(tape.backwardSteps, parameters: parameters, gradients: &gradients, values: &values)
        } catch { throw Diagnostic(error) }
        return (value, gradients)
    }
}

/// Second derivatives with respect to some parameters.
struct Curvature {
    /// The parameters, in the order of the rows.
    let entries: [ParameterLayout.Entry]
    /// `[n×n]`.
    let matrix: Tensor

    var count: Int { matrix.shape[0] }

    /// The elements of the chosen parameters of an array that is laid out as all of them.
    func chosen(_ values: [Double]) -> [Double] { entries.flatMap { values[$0.range] } }

    /// The row of a parameter's element.
    func row(of entry: ParameterLayout.Entry, _ offset: Int) -> Int {
        entries.prefix { $0.name != entry.name }.reduce(offset) { $0 + $1.shape.count }
    }

    /// The parameter and the element in it of a row.
    func element(_ row: Int) -> String {
        var offset = row
        for entry in entries {
            if offset < entry.shape.count { return entry.symbol(offset) }
            offset -= entry.shape.count
        }
        return ""
    }
}

extension ParameterLayout.Entry {
    /// What an element is called: `W1[0,3]`.
    func symbol(_ offset: Int) -> String {
        shape.rank == 0 ? name : "\(name)[\(shape.position(of: offset).map(String.init).joined(separator: ","))]"
    }
}

extension Session {
    /// The objective's name and node; fails where there is none.
    func objectiveNode() throws(Diagnostic) -> (name: String, node: Int) {
        guard let objective, let node = live[objective]?.node else {
            throw Diagnostic("there is nothing to minimise", hint: "minimize J, or a net with a loss")
        }
        return (objective, node)
    }

    /// The present batch; fails when the node needs one and there is none yet.
    func presentBatch(for node: Int) throws(Diagnostic) -> [String: Tensor] {
        let batch = try batch()
        for id in graph.ancestors(of: [node]) {
            guard case .input(let name) = graph.nodes[id].source, batch[name] == nil else { continue }
            throw data != nil && batchByHand.isEmpty
                ? Diagnostic("there is no batch yet", hint: "run forward, which draws one")
                : Diagnostic(
                    "there is no \(name) to compute with",
                    hint: "data NAME loads samples; or \(name) = [[…], […]] by hand")
        }
        return batch
    }

    /// The objective on the present batch as a function of the parameters.
    func objectiveFunction() throws(Diagnostic) -> ObjectiveFunction {
        let (name, node) = try objectiveNode()
        return try ObjectiveFunction(self, node: node, name: name)
    }

    /// Second derivatives of a function at the present parameters, with respect to those named (nil: all that it
    /// depends on).
    func curvature(of function: ObjectiveFunction, _ names: [String]? = nil) throws(Diagnostic) -> Curvature {
        do throws(OperationError) {
            let hessian = try Hessian(function.tape, layout)
            let entries = names.map { names in names.compactMap { layout[$0] } } ?? hessian.entries
            let matrix = try hessian.matrix(of: entries, parameters: training.parameters, batch: function.batch)
            return Curvature(entries: entries, matrix: matrix)
        } catch { throw Diagnostic(error) }
    }

    // MARK: Newton's direction

    /// The direction of an update of the parameters at these places of the layout, at the present point with the
    /// gradients that are there, and what it was solved from.
    func newton(
        _ direction: NewtonDirection, of indices: [Int], gradients: [Double]
    ) throws(Diagnostic) -> NewtonSolution {
        let function = try objectiveFunction()
        let curvature = try curvature(of: function, indices.map { layout.entries[$0].name })
        guard curvature.matrix.elements.allSatisfy(\.isFinite) else {
            throw Diagnostic(
                "some second derivatives are not finite, so Newton's step has no solution",
                hint: "back 1 goes back a step; damping= and a smaller lr= make steps shorter")
        }
        do throws(OperationError) {
            let eigen = try Eigen(curvature.matrix)
            let gradient = curvature.chosen(gradients)
            let amounts = try direction.amounts(eigen, gradient)
            return NewtonSolution(
                rule: direction, curvature: curvature, eigen: eigen, gradient: gradient, amounts: amounts,
                direction: direction.direction(eigen, amounts))
        } catch { throw Diagnostic(error) }
    }

    /// Solves for the direction of the update that begins, when its rule has one.
    mutating func solveDirection() throws(Diagnostic) {
        guard let rule = optimizer?.rule, let direction = rule.direction,
            let slot = rule.slots.firstIndex(where: { $0.name == NewtonDirection.slot })
        else { return }
        let solution = try newton(
            direction, of: step.updating, gradients: clipping == nil ? step.gradients : step.clipped)
        // Each column of the Hessian costs about as much as a gradient.
        training.evaluations += solution.direction.count * max(batchRows, 1)
        var start = 0
        for entry in solution.curvature.entries {
            let end = start + entry.shape.count
            let place = slot * layout.count + entry.offset
            training.slots.replaceSubrange(
                place..<place + entry.shape.count, with: solution.direction[start..<end])
            start = end
        }
    }
}

/// What Newton's direction was solved from. Vectors are ordered as the rows of the curvature.
struct NewtonSolution {
    let rule: NewtonDirection
    let curvature: Curvature
    let eigen: Eigen
    let gradient: [Double]
    /// How far the direction goes along each eigenvector.
    let amounts: [Double]
    let direction: [Double]
}
