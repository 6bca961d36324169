/// The sets of features that can be active at once, with their probabilities, which add up to 1.
struct ActivityPatterns: Sendable {
    /// One set: the features `members[range]` are active, and no others.
    struct Pattern: Sendable {
        let probability: Double
        let range: Range<Int>
    }

    /// The patterns of positive probability.
    let patterns: [Pattern]
    /// Their features, ascending, one pattern after the other.
    let members: [Int]

    /// Enumerates the patterns of a distribution: $2^n$ of independent features, $2^{n/k}$ and $(k + 1)^{n/k}$ of
    /// correlated and of anticorrelated or nested sets of $k$.
    init(of features: FeatureDistribution) {
        let p = features.density
        // What each set can be, independently of the others.
        let sets: [[(probability: Double, members: [Int])]] =
            switch features.dependence {
            case .independent: p.indices.map { [(1 - p[$0], []), (p[$0], [$0])] }
            case .correlated(let size):
                stride(from: 0, to: p.count, by: size).map { [(1 - p[$0], []), (p[$0], Array($0..<$0 + size))] }
            case .anticorrelated(let size):
                stride(from: 0, to: p.count, by: size).map { first in
                    [(1 - p[first], [])] + (first..<first + size).map { (p[$0] / Double(size), [$0]) }
                }
            case .nested(let size):
                stride(from: 0, to: p.count, by: size).map { first in
                    let children = (first + 1..<first + size).map { [first, $0] }
                    return [(1 - p[first], [])] + ([[first]] + children).map { (p[first] / Double(size), $0) }
                }
            }
        var all: [(probability: Double, members: [Int])] = [(1, [])]
        for set in sets {
            let possible = set.filter { $0.probability > 0 }
            all = all.flatMap { before in
                possible.map { (before.probability * $0.probability, before.members + $0.members) }
            }
        }
        var members: [Int] = []
        patterns = all.map { pattern in
            members += pattern.members
            return Pattern(
                probability: pattern.probability, range: members.count - pattern.members.count..<members.count)
        }
        self.members = members
    }
}
