// piecewise: given rates between given boundaries.

import Formulas
import Tensors

extension Schedule {
    static let piecewise = Schedule(
        "piecewise",
        "one of several given rates; the boundaries say from when on which. The optimizer's rate is not used",
        source: "Keras' PiecewiseConstantDecay; with boundary=at as PyTorch's MultiStepLR",
        example: "piecewise boundaries=[700,900] values=[0.1,0.05,0.01]",
        settings: [
            .numbers("boundaries", nil, .notNegative, "when the rate changes, ascending"),
            .numbers("values", nil, .notNegative, "the rates, one more than boundaries"),
            .choice(
                "boundary", ["after", "at"], "after: at t = boundary the old rate still holds; at: the new one does"),
        ],
        check: piecewiseConflict,
        first: { .number($0.numbers("values").first ?? .nan) },
        rate: piecewiseRate)

    @Sendable private static func piecewiseConflict(_ settings: Settings) -> OperationError? {
        let (boundaries, values) = (settings.numbers("boundaries"), settings.numbers("values"))
        if boundaries.isEmpty { return OperationError("boundaries is empty", hint: "boundaries=[700, 900]") }
        if boundaries.count > boundaryLimit {
            return OperationError("\(boundaries.count) boundaries are too many: at most \(boundaryLimit)")
        }
        if zip(boundaries, boundaries.dropFirst()).contains(where: { $0 >= $1 }) {
            return OperationError(
                "boundaries must ascend",
                hint: "boundaries=\(SettingValue.numbers(Set(boundaries).sorted()).text())")
        }
        guard values.count == boundaries.count + 1 else {
            return OperationError(
                "\(boundaries.count) boundaries need \(boundaries.count + 1) values, not \(values.count)",
                hint: "boundaries=[700, 900] values=[0.1, 0.05, 0.01]")
        }
        return nil
    }

    @Sendable private static func piecewiseRate(_ settings: Settings) -> Formula {
        let values = settings.numbers("values").map { Formula.number($0) }
        let isAfter = settings.word("boundary") == "after"
        return zip(settings.numbers("boundaries"), values).reversed().reduce(values[values.count - 1]) { later, piece in
            let boundary = Formula.number(piece.0)
            return .choose(isAfter ? t <= boundary : t < boundary, piece.1, later)
        }
    }

    /// The formula is nested as deep as there are boundaries.
    private static let boundaryLimit = 500
}
