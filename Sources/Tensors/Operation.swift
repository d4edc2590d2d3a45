// Operation: one kind of node of a graph: its shape rule, its element formula, its kernel and its gradient.

import Formulas

/// What a node of a graph computes.
///
/// Forward and backward of an operation stand in one file. The gradient is made of further operations, so that it can
/// be shown, walked through and differentiated like any other node.
public protocol Operation: Sendable {
    /// The name in a graph, e.g. `matmul`.
    var name: String { get }

    /// The shape of the result.
    func shape(_ inputs: [Shape]) throws(OperationError) -> Shape

    /// The computation for operands of these shapes.
    func kernel(_ inputs: [Shape], _ output: Shape) -> Kernel

    /// Adds the nodes that compute the gradient with respect to each wanted input; nil where it is zero everywhere.
    func gradients(_ node: Differentiation, _ graph: inout Graph) throws(OperationError) -> [Int?]

    /// The result's element at `offset` as formulas over elements of the inputs, named by `element(_:_:)`: steps that have
    /// a name of their own, the last of which is the element. `value` gives the elements' values.
    func derivation(
        _ offset: Int, _ inputs: [Shape], _ output: Shape, value: (_ input: Int, _ offset: Int) -> Double
    ) -> [DerivationStep]

    /// The result's element in one formula, for operations that need no steps.
    func element(_ offset: Int, _ inputs: [Shape], _ output: Shape) -> Formula

    /// The operation as text over its operands' texts.
    func label(_ operands: [String]) -> String

    /// True when gradients and difference quotients take the result as a fixed number, although it is computed.
    var isMeasured: Bool { get }
}

/// One named formula on the way to an element.
public struct DerivationStep: Sendable {
    public let name: String
    public let formula: Formula

    public init(_ name: String, _ formula: Formula) {
        self.name = name
        self.formula = formula
    }
}

extension [DerivationStep] {
    /// All steps put into the last one.
    public var combined: Formula {
        var known: [String: Formula] = [:]
        for step in self { known[step.name] = step.formula.substituting { known[$0] } }
        return known[""] ?? 0
    }
}

extension Operation {
    /// True when the result is the first input's storage seen in another shape.
    public var isView: Bool { self is any View }
    public var isMeasured: Bool { false }

    public func derivation(
        _ offset: Int, _ inputs: [Shape], _ output: Shape, value: (_ input: Int, _ offset: Int) -> Double
    ) -> [DerivationStep] {
        [DerivationStep("", element(offset, inputs, output))]
    }

    public func label(_ operands: [String]) -> String { "\(name)(\(operands.joined(separator: ", ")))" }

    /// A text that can stand as an operand.
    func operand(_ text: String) -> String { text.contains(" ") && !text.hasSuffix(")") ? "(\(text))" : text }
}

/// The symbol of one element of an operation's input, used in element formulas.
public func element(_ input: Int, _ offset: Int) -> Formula { .symbol("\(input):\(offset)") }

/// One node that is being differentiated.
public struct Differentiation {
    /// The node's inputs.
    public let inputs: [Int]
    /// The node itself.
    public let output: Int
    /// The gradient of the objective with respect to the node; of the node's shape.
    public let upstream: Int
    /// Which inputs' gradients are needed.
    public let wanted: [Bool]
}

/// Computes one node: reads `operands.input(i)` and writes `operands.output`. Throws when a value (not a shape) does
/// not fit, e.g. a class number outside the classes.
public typealias Kernel = @Sendable (Operands) throws(OperationError) -> Void

/// Where a kernel finds its arrays.
public struct Operands {
    let table: UnsafePointer<UnsafeMutablePointer<Double>>
    /// The entries of the table: the output's (of a chain of nodes all outputs'), then the inputs'.
    let entries: UnsafePointer<Int32>

    subscript(_ place: Int) -> UnsafeMutablePointer<Double> { table[Int(entries[place])] }

    public var output: UnsafeMutablePointer<Double> { self[0] }
    public func input(_ index: Int) -> UnsafePointer<Double> { UnsafePointer(self[index + 1]) }
}

extension Operation {
    /// The operation done at once for given values.
    public func evaluate(_ inputs: [Tensor]) throws(OperationError) -> Tensor {
        let shapes = inputs.map(\.shape)
        let output = try shape(shapes).checked()
        let kernel = kernel(shapes, output)
        // One buffer for the result, then the inputs; at least one element, since an empty array has no address.
        var buffer = [Double](repeating: 0, count: max(output.count, 1))
        var offsets = [0]
        for input in inputs {
            offsets.append(buffer.count)
            buffer += input.elements
        }
        let entries = offsets.indices.map { Int32($0) }
        try buffer.withUnsafeMutableBufferPointer { (buffer) throws(OperationError) in
            let table = offsets.map { [base = buffer.baseAddress!] in base + $0 }
            try table.withUnsafeBufferPointer { (table) throws(OperationError) in
                try entries.withUnsafeBufferPointer { (entries) throws(OperationError) in
                    try kernel(Operands(table: table.baseAddress!, entries: entries.baseAddress!))
                }
            }
        }
        return Tensor(output, Array(buffer.prefix(output.count)))
    }
}
