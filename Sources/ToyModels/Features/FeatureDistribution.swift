/// The distribution of the feature vectors $x$ that a toy model is trained on.
///
/// Feature $x_i$ is zero with probability $S_i$ (its sparsity), otherwise uniform on [0, 1]; features are
/// independent. (Section "Demonstrating Superposition", Experiment Setup.)
public struct FeatureDistribution: Hashable, Codable, Sendable {
    /// Density $1 - S_i$ of each feature: the probability that it is active. Shape `[features]`, in 0...1.
    public var density: [Double]

    /// Features that are active with the given probabilities. Shape `[features]`.
    public init(density: [Double]) {
        self.density = density
    }

    /// `features` features of one density.
    public init(density: Double, features: Int) {
        self.density = Array(repeating: density, count: features)
    }

    /// The number of features $n$.
    public var features: Int { density.count }

    /// Draws one feature vector, shape `[features]`.
    ///
    /// One uniform number $u$ decides both whether the feature is active ($u < 1 - S$) and its value, as
    /// $u / (1 - S)$ is uniform on [0, 1) for an active feature.
    public func sample(using stream: inout RandomStream) -> [Double] {
        density.map { density in
            let u = stream.nextUniform()
            return u < Float(density) ? Double(u * Float(1 / density)) : 0
        }
    }
}
