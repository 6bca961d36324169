/// Where the inputs of models come from.
public struct TrainingData: Hashable, Codable, Sendable {
    /// Which samples there are.
    public enum Sampling: Hashable, Codable, Sendable {
        /// New ones in every step.
        case fresh
        /// A finite set of `samples` samples, drawn once from a random stream of its own. Sets of one experiment that
        /// have the same `number` begin with the same samples as far as they have the same distribution; other numbers
        /// give other sets.
        ///
        /// A batch of all samples is the whole set in every step; smaller ones go through it in an order that is
        /// shuffled anew for every model and epoch.
        case finite(samples: Int, number: Int = 0)
        /// The first `samples` of a table, in batches as of a finite set. The loss is measured on the `heldOut` samples that
        /// come after them.
        case given(SampleTableReference, samples: Int, heldOut: Int)
    }

    /// The distribution of the features.
    public var features: FeatureDistribution
    /// Which samples there are.
    public var sampling: Sampling
    /// A trained model whose hidden activations on the features are the inputs; nil if those are the features
    /// themselves.
    public var encoder: ModelReference?
    /// A factor on the hidden activations; nil for none.
    public var scale: Double?

    /// Features of a distribution, or what a trained model's hidden layer makes of them.
    public init(
        _ features: FeatureDistribution, sampling: Sampling = .fresh, encodedBy encoder: ModelReference? = nil,
        scale: Double? = nil
    ) {
        self.features = features
        self.sampling = sampling
        self.encoder = encoder
        self.scale = scale
    }

    /// Given samples: the first `samples` of a table, and `heldOut` more to measure the loss on. The features' density is how
    /// often they are active among the first.
    ///
    /// - Precondition: the table has so many samples.
    public init(_ table: SampleTable, named reference: SampleTableReference, samples: Int, heldOut: Int) {
        self.init(
            FeatureDistribution(density: table.density(of: 0..<samples)),
            sampling: .given(reference, samples: samples, heldOut: heldOut))
    }

    /// The number of samples of a finite set; nil if samples are fresh.
    public var samples: Int? {
        switch sampling {
        case .fresh: nil
        case .finite(let samples, _), .given(_, let samples, _): samples
        }
    }

    /// The table that samples are from; nil if they are drawn.
    public var table: SampleTableReference? { if case .given(let table, _, _) = sampling { table } else { nil } }

    /// The samples of a table on which the loss is measured; nil if those are drawn.
    var heldOut: Range<Int>? {
        if case .given(_, let samples, let heldOut) = sampling { samples..<samples + heldOut } else { nil }
    }

    /// The samples that are kept in memory.
    var kept: Int { (samples ?? 0) + (heldOut?.count ?? 0) }

    /// The bytes that they take on average.
    var keptBytes: Int {
        let perEntry = MemoryLayout<Float>.stride + MemoryLayout<Int32>.stride
        let active = min(Double(features.features), Activity(of: features).expectedActive + 1)
        return kept * (Int(active.rounded(.up)) * perEntry + MemoryLayout<Int>.stride + MemoryLayout<Int32>.stride)
    }
}
