// NewtonDirection: the direction of Newton's step, which is solved for all parameters together and so is no formula.

import Formulas
import Tensors

/// (H + damping·I)⁻¹·grad, or with |H| for H: the matrix with the same eigenvectors and the magnitudes of the eigenvalues.
///
/// With H = Σ λₖ·qₖ·qₖᵀ it is Σ qₖ·(qₖ·grad)/pₖ, where pₖ is λₖ + damping or |λₖ| + damping.
public struct NewtonDirection: Hashable, Sendable {
    /// The slot in which the direction is kept, for all parameters.
    public static let slot = "direction"

    public let damping: Double
    /// Whether magnitudes of eigenvalues are taken, so that saddles repel.
    public let isAbsolute: Bool

    public init(damping: Double, isAbsolute: Bool) {
        self.damping = damping
        self.isAbsolute = isAbsolute
    }

    /// What is solved, as text.
    public var text: String {
        let matrix = isAbsolute ? "|H|" : "H"
        return "inverse(\(damping == 0 ? matrix : "\(matrix) + damping * I")) @ grad"
    }

    /// What the part of the gradient along an eigenvector is divided by: a formula of an eigenvalue's name.
    public func divisor(_ eigenvalue: Formula) -> Formula {
        let size = isAbsolute ? Formula.abs(eigenvalue) : eigenvalue
        return damping == 0 ? size : size + "damping"
    }

    /// The same as a number.
    public func divisor(_ eigenvalue: Double) -> Double {
        divisor("value").value { $0 == "value" ? eigenvalue : damping }
    }

    /// For each eigenvector how far the direction goes along it. Fails when a divisor is 0 up to rounding.
    public func amounts(_ hessian: Eigen, _ gradient: [Double]) throws(OperationError) -> [Double] {
        let divisors = hessian.values.map { divisor($0) }
        let largest = hessian.values.reduce(damping) { max($0, $1.magnitude) }
        if let bad = divisors.indices.min(by: { divisors[$0].magnitude < divisors[$1].magnitude }),
            divisors[bad].magnitude <= largest * Double(divisors.count) * 0x1p-52
        {
            let value = Digits.significant(3).text(hessian.values[bad])
            let added = damping == 0 ? "" : " + damping \(Digits.full.text(damping))"
            throw OperationError(
                "the Hessian\(added.isEmpty ? "" : added + "·I") is singular, so Newton's step has no solution: an "
                    + "eigenvalue is \(value)\(added)",
                hint: isAbsolute
                    ? "optimizer newton form=abs damping=0.01"
                    : "optimizer newton damping=0.01 adds to every eigenvalue")
        }
        return hessian.values.indices.map { index in
            zip(hessian.vectors[index], gradient).reduce(0) { $0 + $1.0 * $1.1 } / divisors[index]
        }
    }

    /// The direction from how far it goes along each eigenvector.
    public func direction(_ hessian: Eigen, _ amounts: [Double]) -> [Double] {
        amounts.indices.map { element in
            amounts.indices.reduce(0) { $0 + hessian.vectors[$1][element] * amounts[$1] }
        }
    }
}
