import ToyModels

/// Whether things that have places, on a line or a circle, are the more alike the nearer their places are.
public struct Ordering: Sendable {
    /// The rank correlation of similarity and nearness, over all pairs: 1 if the nearer of two pairs is always the more
    /// similar one; with it, its values for the same things in random orders.
    public let test: PermutationTest

    /// The share of the random orders that have a smaller correlation.
    public var share: Double { Double(test.null.count { $0 < test.observed }) / Double(max(1, test.null.count)) }

    /// - Parameters:
    ///   - similarities: of each thing with each. Shape `[things, things]`.
    ///   - places: the place of each thing. Shape `[things]`.
    ///   - period: the number of places of a circle; nil for a line.
    ///   - permutations: how often to rearrange the places at random.
    ///   - stream: where the random numbers come from.
    /// - Precondition: the shapes agree.
    public init(
        similarities: Matrix, places: [Int], period: Int? = nil, permutations: Int, using stream: RandomStream
    ) {
        precondition(
            similarities.rows == places.count && similarities.columns == places.count,
            "There is a similarity for each pair of things.")
        let count = places.count
        let pairs = (0..<count).flatMap { i in (0..<i).map { (i, $0) } }
        // Their ranks stay the same however the places are rearranged.
        let similarity = ranks(pairs.map { similarities[$0.0, $0.1] })
        func statistic(_ order: [Int]) -> Double {
            let nearness = pairs.map { i, j in
                let distance = abs(places[order[i]] - places[order[j]])
                return -Double(period.map { min(distance, $0 - distance) } ?? distance)
            }
            return correlation(similarity, ranks(nearness))
        }
        test = PermutationTest(
            observed: statistic(Array(0..<count)), permutations: permutations, using: stream
        ) { stream in statistic(permutation(of: count, using: &stream)) }
    }
}
