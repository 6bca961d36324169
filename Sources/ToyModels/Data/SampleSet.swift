/// The samples that an experiment's models are trained on where there is a finite number of them, and those that the loss is
/// measured on where these are given, too.
struct SampleSet: Sendable {
    /// The number of samples to train on, which come first.
    let count: Int
    /// The samples.
    let table: SampleTable

    /// Draws a set. Of two sets with the same distribution and key the smaller one is the beginning of the larger one.
    init(_ features: FeatureDistribution, count: Int, key: UInt64) {
        self.count = count
        var stream = RandomStream(key: key)
        let activity = Activity(of: features)
        var table = SampleTable(features: features.features)
        for _ in 0..<count { table.append(features.sample(activity, using: &stream)) }
        self.table = table
    }

    /// The first `count` samples of a table.
    init(_ table: SampleTable, count: Int) { (self.table, self.count) = (table, count) }

    /// Calls a function with each feature of a sample that is not zero, and its value.
    @inline(__always)
    func forEach(of sample: Int, _ body: (_ feature: Int, _ value: Float) -> Void) {
        for entry in table.starts[sample]..<table.starts[sample &+ 1] {
            body(Int(table.columns[entry]), table.values[entry])
        }
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
