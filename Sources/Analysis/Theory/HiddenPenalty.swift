/// What a penalty $\lambda \sum_k |h_k|$ on the hidden layer does to a feature that has a dimension, and an axis, of its
/// own. (Strategic Picture, Approach 1.)
///
/// A feature of importance $I$ and variance $v = p/3 - p^2/4$, stored with length $w$ and the bias that is best for it,
/// costs $I v (1 - w^2)^2 + \lambda p w / 2$. The first term falls with $w$, the second rises, and there is an importance
/// below which no length pays: a feature is shortened at first, and then dropped at once from a length of $\sqrt{2/3}$.
public enum HiddenPenalty {
    /// The largest penalty, over the importance, with which a feature is stored:
    /// $\tfrac83 \sqrt{2/3} \left( \tfrac13 - \tfrac p4 \right)$.
    public static func threshold(density p: Double) -> Double {
        8 / 3 * (2.0 / 3).squareRoot() * (1.0 / 3 - p / 4)
    }

    /// The length that a feature is stored with; 0 if it is not.
    ///
    /// - Parameters:
    ///   - penalty: $\lambda$.
    ///   - importance: $I$.
    ///   - p: the density.
    public static func length(penalty: Double, importance: Double, density p: Double) -> Double {
        guard importance > 0, penalty <= importance * threshold(density: p) else { return 0 }
        // w (1 − w²) = λ / (8 I (1/3 − p/4)), its larger root, which is between √(2/3) and 1, by Newton's method.
        let target = penalty / (8 * importance * (1.0 / 3 - p / 4))
        var w = 1.0
        for _ in 0..<60 { w -= (w * (1 - w * w) - target) / (1 - 3 * w * w) }
        return w
    }

    /// What a feature of such a length costs, without the penalty: $I v (1 - w^2)^2$.
    public static func loss(length w: Double, importance: Double, density p: Double) -> Double {
        importance * (p / 3 - p * p / 4) * (1 - w * w) * (1 - w * w)
    }
}
