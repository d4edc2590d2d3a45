// Landscape: a function of one or two coordinates to be minimised, with a place to start and a part worth seeing.

import Formulas
import Tensors

/// A landscape of the catalogue: a formula over the coordinates `x0`, `x1` and its settings.
public struct Landscape: Member {
    public let name: String
    public let summary: String
    public let source: String
    public let settings: [Setting]
    /// The part that shows what it is about: a range for each coordinate.
    public let window: [ClosedRange<Double>]
    let height: Formula

    init(
        _ name: String, _ summary: String, source: String, start: [Double], window: [ClosedRange<Double>],
        settings: [Setting] = [], _ height: Formula
    ) {
        self.name = name
        self.summary = summary
        self.source = source
        self.settings = settings + [.numbers("start", start, .finite, "where the parameter begins")]
        self.window = window
        self.height = height
    }

    /// The names of the coordinates in the formula.
    public var coordinates: [String] { window.indices.map { "x\($0)" } }

    /// Why settings do not go together, if they do not.
    public func conflict(_ settings: Settings) -> OperationError? {
        let given = settings.numbers("start").count
        guard given != window.count else { return nil }
        return OperationError(
            "\(name) has \(window.count) coordinate\(window.count == 1 ? "" : "s"), start has \(given)",
            hint: self.settings.first { $0.name == "start" }?.initial.map { "start=\($0.text())" })
    }

    /// The formula over the coordinates, with the values of the settings put in.
    public func formula(_ settings: Settings) -> Formula {
        height.substituting { symbol in
            if symbol == "pi" { return .number(.pi) }
            return coordinates.contains(symbol) ? nil : .number(settings.number(symbol))
        }.folded
    }
}

extension Formula {
    /// The formula with each part that has no symbols replaced by its value.
    fileprivate var folded: Formula {
        if symbols.isEmpty { return .number(value { _ in nil }) }
        guard case .apply(let function, let operands) = self else { return self }
        return .apply(function, operands.map(\.folded))
    }
}
