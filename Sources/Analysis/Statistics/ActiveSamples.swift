import ToyModels

/// Samples of independent features with at least one active feature, always the same, so that models can be compared on
/// them; what a model does where no feature is active is added exactly. Sparse features are empty most of the time, and
/// those samples say nothing that is not known.
public struct ActiveSamples: Sendable {
    /// The number of samples.
    public let count: Int
    /// The probability that a feature is active at all.
    public let share: Double
    private let features: Int
    /// Where each sample's active features begin. Shape `[count + 1]`.
    private let starts: [Int]
    private let members: [Int]
    private let values: [Double]

    /// Draws `count` samples.
    ///
    /// - Precondition: the features are independent, and one of them is active at times.
    public init(_ features: FeatureDistribution, count: Int, using stream: RandomStream) {
        precondition(features.dependence == .independent && features.density.contains { $0 > 0 })
        var stream = stream
        var (starts, members, values) = ([0], [Int](), [Double]())
        while starts.count <= count {
            for (feature, value) in features.sample(using: &stream).enumerated() where value != 0 {
                members.append(feature)
                values.append(value)
            }
            if members.count > starts[starts.count - 1] { starts.append(members.count) }
        }
        self.features = features.features
        self.count = count
        self.starts = starts
        self.members = members
        self.values = values
        share = 1 - features.density.reduce(1) { $0 * (1 - $1) }
    }

    /// A model's expected loss $\sum_i I_i (x_i - x'_i)^2$, without any penalty.
    ///
    /// - Parameters:
    ///   - model: of as many features.
    ///   - importance: $I_i$. Shape `[features]`.
    /// - Complexity: O(`count` · *n m*).
    public func loss(of model: ToyModel, importance: [Double]) -> Double {
        precondition(model.W.columns == features && importance.count == features, "There is one of each per feature.")
        let (n, m) = (model.W.columns, model.W.rows)
        let decoder = model.W2?.elements ?? (0..<n * m).map { model.W[$0 % m, $0 / m] }
        var sum = 0.0
        var x = [Double](repeating: 0, count: n)
        forEachHidden(model) { active, h in
            for place in active { x[members[place]] = values[place] }
            for i in 0..<n {
                var z = model.b[i]
                for k in 0..<m { z += decoder[i * m + k] * h[k] }
                let error = x[i] - (model.output == .relu ? max(z, 0) : z)
                sum += importance[i] * error * error
            }
            for place in active { x[members[place]] = 0 }
        }
        let empty = model.loss(x, Objective(importance: importance))
        return (1 - share) * empty + share * sum / Double(count)
    }

    /// How often each hidden dimension is not zero. Shape `[hidden]`.
    ///
    /// - Complexity: O(`count` · *m*) times the number of active features.
    public func activity(of model: ToyModel) -> [Double] {
        var counts = [Int](repeating: 0, count: model.W.rows)
        forEachHidden(model) { _, h in
            for k in h.indices where h[k] != 0 { counts[k] += 1 }
        }
        let empty = model.hidden([Double](repeating: 0, count: features))
        return zip(counts, empty).map { share * Double($0) / Double(count) + ($1 != 0 ? 1 - share : 0) }
    }

    /// Calls `body` with each sample's places in `members`, and what they make of the hidden layer.
    private func forEachHidden(_ model: ToyModel, _ body: (Range<Int>, [Double]) -> Void) {
        let m = model.W.rows
        let columns = (0..<features * m).map { model.W[$0 % m, $0 / m] }
        let bias = model.b1 ?? [Double](repeating: 0, count: m)
        var h = bias
        for sample in 0..<count {
            let active = starts[sample]..<starts[sample + 1]
            for k in 0..<m { h[k] = bias[k] }
            for place in active {
                let (column, value) = (members[place] * m, values[place])
                for k in 0..<m { h[k] += columns[column + k] * value }
            }
            if model.hiddenActivation == .relu { for k in 0..<m { h[k] = max(h[k], 0) } }
            body(active, h)
        }
    }
}
