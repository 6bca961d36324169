import ToyModels

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
