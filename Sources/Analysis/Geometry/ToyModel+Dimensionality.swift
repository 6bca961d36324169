import ToyModels

/// Dimensionality $D_i = \|v_i\|^2 / \sum_j (\hat v_i \cdot v_j)^2$ of each of some vectors, the sum with $j = i$: what
/// fraction of a dimension it has to itself. (Henighan et al. 2023, *Superposition, Memorization, and Double Descent*, of hidden
/// vectors of examples.)
///
/// A vector of no length has dimensionality 0.
///
/// - Parameter vectors: all of the same number of dimensions *m*. Shape `[vectors][m]`.
/// - Returns: shape `[vectors]`.
/// - Complexity: O(`vectors` · *m*²).
public func dimensionality(of vectors: [[Double]]) -> [Double] {
    let dimensions = vectors.first?.count ?? 0
    var moment = [Double](repeating: 0, count: dimensions * dimensions)
    for vector in vectors {
        for a in 0..<dimensions {
            for b in 0..<dimensions { moment[a * dimensions + b] += vector[a] * vector[b] }
        }
    }
    return vectors.map { vector in
        let square = vector.reduce(0) { $0 + $1 * $1 }
        var sum = 0.0
        for a in 0..<dimensions {
            for b in 0..<dimensions { sum += vector[a] * vector[b] * moment[a * dimensions + b] }
        }
        return square > 0 && sum > 0 ? square / (sum / square) : 0
    }
}

extension ToyModel {
    /// Dimensionality $D_i = \|W_i\|^2 / \sum_j (\hat W_i \cdot W_j)^2$ of each feature, the sum with $j = i$: what
    /// fraction of a dimension it has to itself. 1 for a dedicated feature, 1/2 in an antipodal pair. Shape
    /// `[features]`.
    ///
    /// A feature of no length has dimensionality 0. (Section "The Geometry of Superposition", Feature Dimensionality.)
    ///
    /// - Complexity: O(*n*² *m*), at every call.
    public var dimensionality: [Double] {
        let gram = W.gram
        return (0..<W.columns).map { i in
            guard gram[i, i] > 0 else { return 0 }
            // Of cosines, not of squared products, which vanish for very short directions.
            return 1
                / (0..<W.columns).reduce(0) { sum, j in
                    let ratio = gram[i, j] / gram[i, i]
                    return sum + ratio * ratio
                }
        }
    }

    /// Dimensions per feature $D^* = m / \|W\|_F^2$, as if every feature that is represented had length 1; infinite
    /// where there are no weights. (Section "The Geometry of Superposition", Uniform Superposition.)
    public var dimensionsPerFeature: Double { 1 / featuresPerDimension }

    /// Features per dimension $\|W\|_F^2 / m$. (Section "The Relationship to Adversarial Robustness".)
    public var featuresPerDimension: Double {
        W.elements.reduce(0) { $0 + $1 * $1 } / Double(W.rows)
    }
}
