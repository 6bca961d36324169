import ToyModels

/// The mean loss of a model on random samples, one after the other, and its standard error.
package func sampledLoss(
    of model: ToyModel, _ features: FeatureDistribution, _ objective: Objective, samples: Int = 100_000,
    key: UInt64 = 9
) -> (mean: Double, error: Double) {
    var stream = RandomStream(key: key)
    var (sum, squares) = (0.0, 0.0)
    for _ in 0..<samples {
        let loss = model.loss(features.sample(using: &stream), objective)
        sum += loss
        squares += loss * loss
    }
    let mean = sum / Double(samples)
    return (mean, ((squares / Double(samples) - mean * mean) / Double(samples)).squareRoot())
}
