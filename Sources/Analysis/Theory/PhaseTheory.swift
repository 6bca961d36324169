import ToyModels

/// The theory of the phase change: $m$ ordinary features of importance 1 and one extra feature, the last one, compete
/// for $m$ dimensions, in a ReLU output model. (Section "Superposition as a Phase Change".)
///
/// A natural solution has a fate for each feature. One that is not learned costs its importance times its variance
/// $v = p/3 - p^2/4$, as the bias outputs the mean; a dedicated one costs nothing; an antipodal pair $[1, -1]$ costs
/// the sum of both importances times $p^2/6$, as the output errs by $\min(x_1, x_2)$ where both are active. These are
/// upper bounds on the lowest loss: weights and biases in between may do a little better near a boundary.
public struct PhaseTheory: Hashable, Sendable {
    /// What becomes of the extra feature.
    public enum Fate: String, Hashable, Sendable, CaseIterable {
        /// Its direction has no length.
        case notLearned
        /// It shares a dimension with another feature.
        case superposition
        /// It has a dimension of its own.
        case dedicated
    }

    /// A natural solution.
    public enum Solution: String, Hashable, Sendable, CaseIterable {
        /// The ordinary features have a dimension each, the extra one has none.
        case extraIgnored
        /// The extra feature takes the dimension of an ordinary one, which is not learned.
        case otherIgnored
        /// The extra feature and an ordinary one are an antipodal pair; the other ordinary ones are dedicated.
        case extraPaired
        /// Two ordinary features are an antipodal pair, and the extra one is dedicated.
        case othersPaired

        /// What becomes of the extra feature.
        public var fate: Fate {
            switch self {
            case .extraIgnored: .notLearned
            case .extraPaired: .superposition
            case .otherIgnored, .othersPaired: .dedicated
            }
        }

        /// How many ordinary and extra features are not learned.
        fileprivate var ignored: (ordinary: Double, extra: Double) {
            switch self {
            case .extraIgnored: (0, 1)
            case .otherIgnored: (1, 0)
            case .extraPaired, .othersPaired: (0, 0)
            }
        }

        /// How many ordinary and extra features are in an antipodal pair.
        fileprivate var paired: (ordinary: Double, extra: Double) {
            switch self {
            case .extraIgnored, .otherIgnored: (0, 0)
            case .extraPaired: (1, 1)
            case .othersPaired: (2, 0)
            }
        }
    }

    /// The number of dimensions $m$, and of ordinary features.
    public let hidden: Int

    /// The theory of $m$ ordinary features and an extra one: `hidden` = 1 and 2 are those of the paper.
    ///
    /// - Precondition: `hidden` is positive.
    public init(hidden: Int) {
        precondition(hidden > 0, "Features need a dimension to compete for.")
        self.hidden = hidden
    }

    /// The natural solutions. One dimension does not suffice for a pair of ordinary features and the extra one.
    public var solutions: [Solution] { hidden == 1 ? [.extraIgnored, .otherIgnored, .extraPaired] : Solution.allCases }

    // MARK: - Losses

    /// The expected loss of a solution where all features have the same density $p$ and the extra one has importance
    /// $r$.
    public func loss(of solution: Solution, density p: Double, importance r: Double) -> Double {
        let (ignored, paired) = (solution.ignored, solution.paired)
        let variance = p / 3 - p * p / 4
        return (ignored.ordinary + ignored.extra * r) * variance + (paired.ordinary + paired.extra * r) * p * p / 6
    }

    /// The derivatives of the loss: with respect to the density $p$, and to the extra feature's importance $r$.
    public func slopes(
        of solution: Solution, density p: Double, importance r: Double
    ) -> (density: Double, importance: Double) {
        let (ignored, paired) = (solution.ignored, solution.paired)
        let (unlearned, shared) = (ignored.ordinary + ignored.extra * r, paired.ordinary + paired.extra * r)
        return (
            density: unlearned * (1.0 / 3 - p / 2) + shared * p / 3,
            importance: ignored.extra * (p / 3 - p * p / 4) + paired.extra * p * p / 6
        )
    }

    /// The solution with the lowest loss; the first of ``solutions`` where there are several.
    public func best(density p: Double, importance r: Double) -> Solution {
        solutions.dropFirst().reduce(solutions[0]) { best, other in
            loss(of: other, density: p, importance: r) < loss(of: best, density: p, importance: r) ? other : best
        }
    }

    // MARK: - Boundaries

    /// The density at which two solutions have the same loss, if there is one in 0...1: a boundary of the phase
    /// diagram, where both are better than the others.
    public func boundaryDensity(between a: Solution, and b: Solution, importance r: Double) -> Double? {
        // With A and B the differences of the importances not learned and paired: A (p/3 − p²/4) + B p²/6 = 0.
        let unlearned = a.ignored.ordinary - b.ignored.ordinary + (a.ignored.extra - b.ignored.extra) * r
        let shared = a.paired.ordinary - b.paired.ordinary + (a.paired.extra - b.paired.extra) * r
        let density = 4 * unlearned / (3 * unlearned - 2 * shared)
        return density > 0 && density <= 1 ? density : nil
    }

    /// The importance at which two solutions have the same loss, if there is a positive one.
    public func boundaryImportance(between a: Solution, and b: Solution, density p: Double) -> Double? {
        func difference(_ r: Double) -> Double {
            loss(of: a, density: p, importance: r) - loss(of: b, density: p, importance: r)
        }
        // The losses are linear in the importance.
        let importance = difference(0) / (difference(0) - difference(1))
        return importance > 0 && importance.isFinite ? importance : nil
    }

    /// Where all three fates of the extra feature cost the same: the end of the boundary between not learned and
    /// dedicated, on which the densities agree, $r = 1$, at $p = 4/7$.
    public var triplePoint: (density: Double, importance: Double)? {
        guard let importance = boundaryImportance(between: .extraIgnored, and: .otherIgnored, density: 1),
            let density = boundaryDensity(between: .extraIgnored, and: .extraPaired, importance: importance)
        else { return nil }
        return (density, importance)
    }

    // MARK: - Models

    /// A solution's weights and bias, at density $p$.
    ///
    /// - Precondition: the solution is one of ``solutions``.
    ///
    /// Feature 0 is the ordinary one that is not learned or is the extra one's partner; features 0 and 1 are the
    /// ordinary pair.
    public func model(of solution: Solution, density p: Double) -> ToyModel {
        var W = Matrix(rows: hidden, columns: hidden + 1)
        var b = [Double](repeating: 0, count: hidden + 1)
        let extra = hidden
        for feature in 0..<hidden { W[feature, feature] = 1 }
        switch solution {
        case .extraIgnored:
            b[extra] = p / 2
        case .otherIgnored:
            W[0, 0] = 0
            W[0, extra] = 1
            b[0] = p / 2
        case .extraPaired:
            W[0, extra] = -1
        case .othersPaired:
            precondition(hidden > 1, "Two ordinary features need an ordinary dimension each.")
            W[1, 1] = 0
            W[0, 1] = -1
            W[1, extra] = 1
        }
        return ToyModel(W: W, b: b)
    }
}
