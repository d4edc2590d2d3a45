// Labels: training on some of the training samples, as if the others had no label.

import Tensors

extension DataPipeline {
    /// All training samples again.
    public mutating func labelAll() {
        trainingRows = measuredRows
        unlabelled = []
    }

    /// Keeps `count` training samples, drawn at random, as many of each class as there are; where the targets are values, any.
    public mutating func label(_ count: Int, _ random: inout Random) {
        let all = measuredRows
        let shuffled = random.permutation(all.count).map { all[$0] }
        var groups: [[Int]] = [shuffled]
        if !set.classes.isEmpty {
            groups = set.classes.indices.map { number in shuffled.filter { set.y[$0] == Double(number) } }
        }
        var chosen: [Int] = []
        var turn = 0
        while chosen.count < min(count, all.count) {
            // The classes take turns, in a random order that is that of their first samples.
            if turn == 0 {
                groups = groups.filter { !$0.isEmpty }.sorted { rank($0[0], shuffled) < rank($1[0], shuffled) }
            }
            chosen.append(groups[turn].removeFirst())
            turn = (turn + 1) % groups.count
        }
        trainingRows = chosen
        let kept = Set(chosen)
        unlabelled = all.filter { !kept.contains($0) }
    }

    private func rank(_ row: Int, _ order: [Int]) -> Int { order.firstIndex(of: row) ?? 0 }
}
