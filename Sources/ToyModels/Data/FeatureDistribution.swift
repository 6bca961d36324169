/// The distribution of the feature vectors $x$ that a toy model is trained on.
///
/// Feature $x_i$ is zero with probability $S_i$ (its sparsity), otherwise uniform on [0, 1].
/// (Section "Demonstrating Superposition", Experiment Setup.)
public struct FeatureDistribution: Hashable, Codable, Sendable {
    /// Which features are active together.
    public enum Dependence: Hashable, Codable, Sendable {
        /// Each feature independently.
        case independent
        /// Sets of `setSize` consecutive features are active together or not at all; their values are independent.
        /// (Section "The Geometry of Superposition", Correlated and Anticorrelated Features.)
        case correlated(setSize: Int)
        /// Of a set of `setSize` consecutive features at most one is active, each equally often; a feature's density
        /// is that of its set.
        case anticorrelated(setSize: Int)
        /// Of a set of `setSize` consecutive features the first is the parent of the others. Its density is the set's; when it
        /// is active, it is alone with probability 1 / `setSize`, and with each of its children as often.
        case nested(setSize: Int)
    }

    /// Density $1 - S_i$ of each feature: the probability that it (or its set) is active. Shape `[features]`, in 0...1.
    public var density: [Double]
    /// Which features are active together.
    public var dependence: Dependence
    /// Whether an active feature is uniform on [−1, 1] instead. (Section "Computation in Superposition".)
    public var isSigned: Bool
    /// The Euclidean length to which every sample with an active feature is scaled; nil if samples stay as drawn.
    /// (Henighan et al. 2023, *Superposition, Memorization, and Double Descent*.)
    public var norm: Double?

    /// Features that are active with the given probabilities. Shape `[features]`.
    public init(
        density: [Double], dependence: Dependence = .independent, isSigned: Bool = false, norm: Double? = nil
    ) {
        self.density = density
        self.dependence = dependence
        self.isSigned = isSigned
        self.norm = norm
    }

    /// `features` features of the same density.
    public init(
        density: Double, features: Int, dependence: Dependence = .independent, isSigned: Bool = false,
        norm: Double? = nil
    ) {
        self.init(
            density: Array(repeating: density, count: features), dependence: dependence, isSigned: isSigned,
            norm: norm)
    }

    /// The number of features $n$.
    public var features: Int { density.count }

    /// Draws one feature vector, shape `[features]`.
    ///
    /// - Precondition: a set's size divides the number of features.
    /// - Complexity: O(*n*) in the number of features, however few are active. The engines draw large, sparse inputs by
    ///   their active features instead.
    public func sample(using stream: inout RandomStream) -> [Double] { sample(Activity(of: self), using: &stream) }

    /// The same with what all draws have in common.
    func sample(_ activity: Activity, using stream: inout RandomStream) -> [Double] {
        let gates = (0..<activity.gates).map { _ in stream.nextUniform() }
        let values = density.indices.map { i in
            let u = stream.nextUniform()
            let gate = gates.isEmpty ? u : gates[i / activity.setSize]
            guard activity.lower[i] <= gate && gate < activity.upper[i] else { return 0.0 }
            return Double(u * activity.scale[i] + activity.offset[i])
        }
        guard let norm else { return values }
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? values.map { $0 * (norm / length) } : values
    }
}

/// A distribution as its draws are made: feature $i$ is active where its gate, a uniform number, is in
/// `lower[i]..<upper[i]`, and has the value `u * scale[i] + offset[i]` of another uniform number $u$.
///
/// An independent feature is its own gate: one number decides both, as $u / p$ is uniform on [0, 1) where $u < p$.
struct Activity {
    /// The number of gates, one per set; 0 for independent features.
    let gates: Int
    let setSize: Int
    let lower: [Float]
    let upper: [Float]
    let scale: [Float]
    let offset: [Float]

    init(of features: FeatureDistribution) {
        let p = features.density
        let range: Double = features.isSigned ? 2 : 1
        offset = p.map { _ in features.isSigned ? -1 : 0 }
        switch features.dependence {
        case .independent:
            (gates, setSize) = (0, 1)
            lower = p.map { _ in 0 }
            upper = p.map { Float($0) }
            scale = p.map { Float(range / $0) }
        case .correlated(let size):
            (gates, setSize) = (p.count / size, size)
            lower = p.map { _ in 0 }
            upper = p.map { Float($0) }
            scale = p.map { _ in Float(range) }
        case .anticorrelated(let size):
            (gates, setSize) = (p.count / size, size)
            let share = p.map { Float($0 / Double(size)) }
            lower = share.enumerated().map { $1 * Float($0 % size) }
            upper = share.enumerated().map { $1 * Float($0 % size + 1) }
            scale = p.map { _ in Float(range) }
        case .nested(let size):
            (gates, setSize) = (p.count / size, size)
            let share = p.map { Float($0 / Double(size)) }
            lower = share.enumerated().map { $0 % size == 0 ? 0 : $1 * Float($0 % size - 1) }
            upper = share.enumerated().map { $0 % size == 0 ? Float(p[$0]) : $1 * Float($0 % size) }
            scale = p.map { _ in Float(range) }
        }
    }
    /// The mean number of active features.
    var expectedActive: Double { zip(upper, lower).reduce(0) { $0 + Double($1.0 - $1.1) } }
}
