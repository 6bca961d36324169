import ToyModels

/// A test of whether an order matters: a statistic, beside its values where chance decides instead (Fisher, "The design
/// of experiments", 1935).
public struct PermutationTest: Sendable {
    /// The statistic of what was observed.
    public let observed: Double
    /// The statistic of each random rearrangement.
    public let null: [Double]

    /// Draws a null distribution.
    ///
    /// - Parameters:
    ///   - observed: the statistic of what was observed.
    ///   - permutations: how often to rearrange at random; not negative. The least p-value is 1/(`permutations` + 1).
    ///   - stream: where the random numbers come from.
    ///   - statistic: the statistic of one random rearrangement, which it makes with the stream that it is given.
    public init(
        observed: Double, permutations: Int, using stream: RandomStream,
        statistic: (inout RandomStream) -> Double
    ) {
        var stream = stream
        self.observed = observed
        null = (0..<permutations).map { _ in statistic(&stream) }
    }

    /// The share of all arrangements, the observed one included, whose statistic is at least as large as the observed
    /// one.
    public var pValue: Double { Double(1 + null.count { $0 >= observed }) / Double(1 + null.count) }

    /// The mean statistic under the null.
    public var expected: Double { mean(null) }
}

/// The numbers below `count` in random order, all orders alike (Fisher and Yates).
public func permutation(of count: Int, using stream: inout RandomStream) -> [Int] {
    var order = Array(0..<max(0, count))
    for place in order.indices.dropLast() {
        order.swapAt(place, place + Int(stream.next() % UInt64(order.count - place)))
    }
    return order
}
