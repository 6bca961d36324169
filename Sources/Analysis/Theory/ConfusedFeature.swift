/// Features that a model without bias does not tell apart: two weights of the same sign in one dimension,
/// $W_1 \approx W_2$, so that both outputs are their weighted mean. (Section "Superposition as a Phase Change", the
/// comment on its loss surfaces.)
public enum ConfusedFeature {
    /// The expected loss $\sum_i I_i (C_{ii} - 2 w_i (C w)_i + w_i^2\, w^T C w)$ of weights of the same sign in one
    /// dimension, without bias: ReLU never cuts their outputs. $C = v\, 1 + (p^2/4)\, \mathbf{1}\mathbf{1}^T$ are the
    /// second moments of features of density $p$.
    ///
    /// - Parameters:
    ///   - w: the weights, all ≥ 0 or all ≤ 0. Shape `[features]`.
    ///   - p: the density of every feature.
    ///   - importance: importance $I_i$ of each feature. Shape `[features]`.
    public static func loss(_ w: [Double], density p: Double, importance: [Double]) -> Double {
        precondition(w.allSatisfy { $0 >= 0 } || w.allSatisfy { $0 <= 0 }, "The weights are of one sign.")
        let (variance, mean) = (p / 3 - p * p / 4, p / 2)
        let sum = w.reduce(0, +)
        let square = variance * w.reduce(0) { $0 + $1 * $1 } + mean * mean * sum * sum
        return zip(w, importance).reduce(0) { loss, feature in
            let (weight, importance) = feature
            let covariance = variance * weight + mean * mean * sum
            return loss + importance * (p / 3 - 2 * weight * covariance + weight * weight * square)
        }
    }
}
