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

    /// The number of samples of a finite set; nil if samples are fresh.
    public var samples: Int? { if case .finite(let samples, _) = sampling { samples } else { nil } }
}
