import ToyModels

/// The expected loss $\mathbb{E} \sum_i I_i (x_i - x'_i)^2$ of small models: without sampling, so that models that
/// differ by less than a sample's error can be ranked, and loss surfaces are smooth.
///
/// Sums over the sets of features that can be active at once, however improbable, and integrates over the values of the
/// active ones in closed form. For weights of order 1 the error is below 10⁻¹⁰.
///
/// The time grows as $n\, 3^n$ for independent features: measured 2 µs for $n$ = 2, 80 µs for $n$ = 5, 0.15 s for $n$ =
/// 12. What it prepares takes memory for $2^n$ sets. Features in correlated or anticorrelated sets have fewer.
public struct ExpectedLoss: Sendable {
    let importance: [Double]
    let patterns: ActivityPatterns

    /// Prepares for models of features from one distribution, whose active values are in 0...1.
    ///
    /// - Parameters:
    ///   - features: the distribution. The features are not signed.
    ///   - importance: importance $I_i$ of each feature in the loss. Shape `[features]`.
    /// - Precondition: there is one importance per feature, and an active feature is in 0...1.
    /// - Complexity: O(*n* 2ⁿ) time and memory for *n* independent features.
    public init(features: FeatureDistribution, importance: [Double]) {
        precondition(features.features == importance.count, "There is one importance per feature.")
        precondition(!features.isSigned, "Active features are uniform on [0, 1].")
        self.importance = importance
        patterns = ActivityPatterns(of: features)
    }

    /// The expected loss of one model; see ``estimate(of:points:using:)`` for one of neurons.
    ///
    /// - Precondition: the model has as many features as the distribution; its hidden layer is linear, without bias.
    /// - Complexity: O(*n* 3ⁿ) for *n* independent features: for each set of active ones and each output, a sum over
    ///   the corners of the set's cube where ReLU cuts it.
    public func callAsFunction(_ model: ToyModel) -> Double {
        precondition(model.W.columns == importance.count, "The model has as many features as the distribution.")
        precondition(
            model.hiddenActivation == .linear && model.b1 == nil, "The hidden layer is linear, without a bias.")
        let product = model.product
        var integral = CubeIntegral(capacity: importance.count)
        var loss = 0.0
        for pattern in patterns.patterns {
            let active = patterns.members[pattern.range]
            var error = 0.0
            for i in importance.indices where importance[i] > 0 {
                integral.removeAll()
                for j in active { integral.append(product[i, j], isOwn: i == j) }
                error += importance[i] * integral.meanSquaredError(bias: model.b[i], output: model.output)
            }
            loss += pattern.probability * error
        }
        return loss
    }
}

extension ToyModel {
    /// Decoder times encoder, $W^T W$ or $W_2 W$: column $j$ is what feature $j$ alone adds to the outputs. Shape
    /// `[features, features]`.
    fileprivate var product: Matrix {
        guard let W2 else { return W.gram }
        var product = Matrix(rows: W.columns, columns: W.columns)
        for i in 0..<W.columns {
            for j in 0..<W.columns { product[i, j] = (0..<W.rows).reduce(0) { $0 + W2[i, $1] * W[$1, j] } }
        }
        return product
    }
}
