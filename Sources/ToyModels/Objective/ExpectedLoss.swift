/// The expected loss $\mathbb{E} \left[ \sum_i I_i (t_i - x'_i)^2 + \lambda \sum_k |h_k| \right]$ of small models: without
/// random samples, so that models that differ by less than a sample's error can be ranked, and loss surfaces are smooth.
///
/// Sums over the sets of features that can be active at once, however improbable. Over the values of the active ones it
/// integrates in closed form where the hidden layer is linear (``callAsFunction(_:)``), and by a rule otherwise
/// (``estimate(of:samples:using:)``).
public struct ExpectedLoss: Sendable {
    let features: FeatureDistribution
    let objective: Objective
    let patterns: ActivityPatterns

    /// Prepares for models of features from one distribution.
    ///
    /// - Parameters:
    ///   - features: the distribution.
    ///   - objective: what the models are for: to return their input, or its absolute value. Attacks do not count.
    /// - Precondition: there is one importance per feature, and the target is not a teacher's.
    /// - Complexity: O(*n* 2ⁿ) time and memory for *n* independent features.
    public init(features: FeatureDistribution, objective: Objective) {
        precondition(features.features == objective.importance.count, "There is one importance per feature.")
        precondition(objective.teacher == nil, "The target is the input's.")
        self.objective = objective
        self.features = features
        patterns = ActivityPatterns(of: features)
    }

    /// Prepares for models that return features from one distribution.
    ///
    /// - Parameters:
    ///   - features: the distribution.
    ///   - importance: importance $I_i$ of each feature in the loss. Shape `[features]`.
    /// - Precondition: there is one importance per feature.
    public init(features: FeatureDistribution, importance: [Double]) {
        self.init(features: features, objective: Objective(importance: importance))
    }

    /// Whether the expected loss of such models has a closed form.
    public static func isClosed(
        for architecture: ToyModel.Architecture, features: FeatureDistribution, objective: Objective
    ) -> Bool {
        architecture.hiddenActivation == .linear && !architecture.hasHiddenBias && !features.isSigned
            && objective.target == .input && objective.hiddenPenalty == 0
    }

    /// The expected loss of one model, in closed form. For weights of order 1 the error is below 10⁻¹⁰.
    ///
    /// - Precondition: it has a closed form; see ``isClosed(for:features:objective:)``.
    /// - Complexity: O(*n* 3ⁿ) for *n* independent features: for each set of active ones and each output, a sum over
    ///   the corners of the set's cube where ReLU cuts it. Measured 2 µs for *n* = 2, 80 µs for *n* = 5, 0.15 s for
    ///   *n* = 12.
    public func callAsFunction(_ model: ToyModel) -> Double {
        let importance = objective.importance
        precondition(model.W.columns == importance.count, "The model has as many features as the distribution.")
        precondition(
            Self.isClosed(for: model.architecture, features: features, objective: objective),
            "The hidden layer is linear, without a bias, and inputs are returned.")
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
