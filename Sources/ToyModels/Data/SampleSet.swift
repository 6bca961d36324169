/// A finite set of samples, in single precision as all training.
struct SampleSet: Sendable {
    /// The number of samples.
    let count: Int
    /// Shape `[samples, features]`.
    let values: [Float]

    /// Draws a set. Of two sets with the same distribution and key the smaller one is the beginning of the larger one.
    init(_ features: FeatureDistribution, count: Int, key: UInt64) {
        self.count = count
        var stream = RandomStream(key: key)
        var values: [Float] = []
        values.reserveCapacity(count * features.features)
        for _ in 0..<count { values += features.sample(using: &stream).map { Float($0) } }
        self.values = values
    }
}

/// The order in which one model goes through a finite set: epoch after epoch, each shuffled anew, in batches that may
/// reach from one epoch into the next. A batch that is the whole set comes in the set's own order.
struct BatchOrder {
    private let samples: Int
    private let batchSize: Int
    private let key: StreamKey
    private let model: Int
    private var epoch = -1
    private var order: [Int32]

    init(samples: Int, batchSize: Int, key: StreamKey, model: Int) {
        (self.samples, self.batchSize, self.key, self.model) = (samples, batchSize, key, model)
        order = (0..<samples).map(Int32.init)
    }

    /// The samples of a step's batch. Steps may come in any order; ascending ones cost least.
    mutating func batch(ofStep step: Int) -> [Int32] {
        guard batchSize < samples else { return order }
        return (step * batchSize..<(step + 1) * batchSize).map { position in
            let (epoch, place) = position.quotientAndRemainder(dividingBy: samples)
            if epoch != self.epoch { shuffle(epoch) }
            return order[place]
        }
    }

    private mutating func shuffle(_ epoch: Int) {
        self.epoch = epoch
        var stream = RandomStream(key: key.appending(.order, model, epoch))
        order = (0..<samples).map(Int32.init)
        // Fisher and Yates's; not the library's own shuffle, which may change.
        for i in stride(from: samples - 1, to: 0, by: -1) {
            order.swapAt(i, Int((UInt64(stream.next32()) * UInt64(i + 1)) >> 32))
        }
    }
}
