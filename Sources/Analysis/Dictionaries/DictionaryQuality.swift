import ToyModels

/// How well a dictionary explains activations, and whether it does so by the features that they are made of.
public struct DictionaryQuality: Sendable {
    /// Which latents stand for which features, among those that are ever active.
    public let match: DirectionMatch
    /// The mean number of active latents.
    public let meanActive: Double
    /// The share of the activations' squared length that is left unexplained.
    public let unexplained: Double
    /// The number of latents that are never active.
    public let dead: Int
    /// F1 of a feature's activity as its latent tells it, the mean over features; 0 where a feature has no latent.
    public let f1: Double
    /// What is said of the values of the features that were found: the true activation, and the sum of all latents that point
    /// along the feature, wherever both are active. Two latents may share a feature.
    public let values: [(truth: Double, found: Double)]
    /// The latents of each sample. Shape `[samples][latents]`.
    public let latents: [[Double]]

    /// Measures a dictionary on a sample.
    public init(_ dictionary: SparseAutoencoder, on sample: ActivationSample) {
        let latents = sample.activations.map { dictionary.encode($0) }
        self.latents = latents
        var isLive = [Bool](repeating: false, count: dictionary.latents)
        var (active, error, total) = (0, 0.0, 0.0)
        for (x, f) in zip(sample.activations, latents) {
            var rest = x
            for (l, value) in f.enumerated() where value > 0 {
                isLive[l] = true
                active += 1
                for i in rest.indices { rest[i] -= dictionary.decoder[i, l] * value }
            }
            error += rest.reduce(0) { $0 + $1 * $1 }
            total += x.reduce(0) { $0 + $1 * $1 }
        }
        meanActive = Double(active) / Double(latents.count)
        unexplained = error / total
        dead = isLive.count { !$0 }
        var directions = dictionary.decoder
        for l in isLive.indices where !isLive[l] { for i in 0..<directions.rows { directions[i, l] = 0 } }
        let match = DirectionMatch(directions, features: sample.directions)
        self.match = match

        var scores: [Double] = []
        var values: [(truth: Double, found: Double)] = []
        for (place, feature) in sample.represented.enumerated() {
            guard let latent = match.directionOfFeature[place] else {
                scores.append(0)
                continue
            }
            let along = latents[0].indices.filter {
                isLive[$0] && match.cosine(ofFeature: place, $0) > DirectionMatch.found
            }
            var (both, either) = (0, 0)
            for (x, f) in zip(sample.features, latents) {
                let (isTrue, isFound) = (x[feature] > 0, f[latent] > 0)
                both += isTrue && isFound ? 2 : 0
                either += (isTrue ? 1 : 0) + (isFound ? 1 : 0)
                let found = along.reduce(0) { $0 + f[$1] }
                if isTrue && found > 0 { values.append((sample.lengths[place] * x[feature], found)) }
            }
            scores.append(either == 0 ? 0 : Double(both) / Double(either))
        }
        f1 = mean(scores)
        self.values = values
    }

    /// How much of a feature's activation is said: the slope of ``values`` against the truth, through the origin;
    /// 1 without shrinkage, not a number if no feature was found.
    public var slope: Double {
        values.reduce(0) { $0 + $1.truth * $1.found } / values.reduce(0) { $0 + $1.truth * $1.truth }
    }

    /// By how much they fall short of the truth, in the mean; not a number if no feature was found.
    public var shortfall: Double { mean(values.map { $0.truth - $0.found }) }
}
