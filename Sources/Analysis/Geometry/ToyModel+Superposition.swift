import ToyModels

extension ToyModel {
    /// Length $\|W_i\|$ of each feature's direction: about 1 if the model represents it, about 0 if not. Shape
    /// `[features]`.
    public var norms: [Double] {
        (0..<W.columns).map { i in (0..<W.rows).reduce(0) { $0 + W[$1, i] * W[$1, i] }.squareRoot() }
    }

    /// How much the other features share each feature's direction, $\sum_{j \ne i} (\hat W_i \cdot W_j)^2$: 0 for a
    /// feature with a dimension of its own, 1 or more where others can be as active along it. Shape `[features]`.
    ///
    /// The unit vector is feature $i$'s: with the hat on $W_j$ a dedicated feature of a model with $m = 1$ would read
    /// as shared. A feature of no length has superposition 0. (Section "Demonstrating Superposition", Basic Results.)
    ///
    /// - Complexity: O(*n*² *m*), at every call.
    public var superposition: [Double] {
        let gram = W.gram
        return (0..<W.columns).map { i in
            guard gram[i, i] > 0 else { return 0 }
            return (0..<W.columns).reduce(0) { $1 == i ? $0 : $0 + gram[i, $1] * gram[i, $1] } / gram[i, i]
        }
    }

    /// The features whose direction is longer than `threshold`, ascending.
    public func represented(threshold: Double = 0.5) -> [Int] {
        norms.indices.filter { norms[$0] > threshold }
    }
}
