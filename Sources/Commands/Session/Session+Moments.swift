// What a step computed, with the parameters that it used; and difference quotients at that point.

import Tensors

extension Session {
    /// The parameters that the values of the last step were computed from.
    func stepParameters() throws(Diagnostic) -> [Double] {
        if let shifted = step.shifted { return shifted }
        if step.cursor?.phase == .update { return try start(behind: training.updates).training.parameters }
        if step.time == training.updates, step.isFresh || step.cursor != nil { return training.parameters }
        if step.time == training.updates - 1, step.wasFresh {
            let past = try start(behind: step.time)
            if past.training.parameters.count == training.parameters.count { return past.training.parameters }
        }
        throw Diagnostic("the values are of parameters that have changed since", hint: "run forward first")
    }

    /// Whether a node of the last step's plan holds a value of that step.
    func isComputed(_ node: Int) -> Bool {
        guard let tape = step.tape else { return false }
        let base = tape.base(of: node)
        if tape.backwardSteps.contains(base) {
            guard let cursor = step.cursor, cursor.phase == .backward else { return step.hasGradients }
            return tape.backwardSteps[..<cursor.done].contains(base)
        }
        guard let cursor = step.cursor, cursor.phase == .forward else { return true }
        return !tape.forwardSteps[cursor.done...].contains(base)
    }

    /// The central difference of the objective with respect to one element of a node of the last step's plan.
    func centralDifference(_ node: Int, _ offset: Int, parameters: [Double], h: Double = 1e-5) -> Double? {
        guard let tape = step.tape, let objective = tape.objective else { return nil }
        let base = tape.base(of: node)
        let slot = tape.slots[node]
        let following = tape.forwardSteps.filter { $0 > base && !tape.isMeasured($0) }
        var values = step.values
        var parameters = parameters
        var gradients = [Double](repeating: 0, count: parameters.count)
        func shifted(by shift: Double) -> Double? {
            let position = slot.offset + offset
            let kept = slot.region == .parameters ? parameters[position] : values[position]
            if slot.region == .parameters {
                parameters[position] = kept + shift
            } else {
                values[position] = kept + shift
            }
            let done: Void? = try? tape.run(
                following, parameters: parameters, gradients: &gradients, values: &values)
            if slot.region == .parameters { parameters[position] = kept } else { values[position] = kept }
            guard done != nil else { return nil }
            return tape.value(objective, parameters: parameters, gradients: gradients, values: values).elements[0]
        }
        guard slot.region == .parameters || slot.region == .values, let above = shifted(by: h),
            let below = shifted(by: -h)
        else { return nil }
        return (above - below) / (2 * h)
    }
}
