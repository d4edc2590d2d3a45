// Permutation: the orders of a few things, numbered as a dictionary would list them.

/// The permutations of 0 … count − 1 in lexicographic order: number 0 leaves everything in its place, the last one turns the
/// order round.
public enum Permutation {
    /// count!, the number of permutations.
    public static func number(of count: Int) -> Int { (1...max(count, 1)).reduce(1, *) }

    /// Whether there is a permutation with this number.
    public static func isNumber(_ value: Double, of count: Int) -> Bool {
        value >= 0 && value < Double(number(of: count)) && value == value.rounded()
    }

    /// What stands at each place in the permutation with this number, from 0 on.
    public static func numbered(_ number: Int, of count: Int) -> [Int] {
        var left = Array(0..<count)
        var rest = number
        return (0..<count).map { place in
            let behind = Self.number(of: count - 1 - place)
            defer { rest %= behind }
            return left.remove(at: rest / behind)
        }
    }
}
