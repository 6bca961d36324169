import Foundation

/// Whether two sets of loss curves differ by more than chance.
///
/// Model $i$ of round $r$ has the same density and importance on both sides, but another random start and other data.
/// If both sides do the same, the logarithms of the pairs' ratios scatter symmetrically about zero, and their mean is
/// zero to within its standard error: a paired t-test, in each of three parts of the curve.
struct Comparison {
    /// One part of the curve.
    struct Part {
        let name: String
        /// Geometric means over models and rounds.
        let ours, torch: Double
        /// The mean logarithm of the ratio, ours over PyTorch's, and its standard error.
        let difference, error: Double

        var agrees: Bool { abs(difference) <= Comparison.limit * error }
    }

    /// Standard errors that are put down to chance. From 30 pairs on, chance exceeds four once in some 2,500 times.
    static let limit = 4.0

    let parts: [Part]
    var agrees: Bool { parts.allSatisfy(\.agrees) }

    /// Compares the rounds of both sides, of which there are equally many, with losses of shape `[tenths][models]`.
    init(ours: [Worker.Measurement], torch: [Worker.Measurement]) {
        parts = [("first", 0), ("fifth", 4), ("last", 9)].map { name, tenth in
            func logarithms(_ rounds: [Worker.Measurement]) -> [Double] { rounds.flatMap { $0.losses[tenth].map(log) } }
            let (a, b) = (logarithms(ours), logarithms(torch))
            let differences = zip(a, b).map(-)
            let mean = differences.mean
            let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(differences.count - 1)
            return Part(
                name: name, ours: exp(a.mean), torch: exp(b.mean), difference: mean,
                error: (variance / Double(differences.count)).squareRoot())
        }
    }
}

extension [Double] {
    /// The arithmetic mean; of none, not a number.
    var mean: Double { reduce(0, +) / Double(count) }

    /// The middle one, or the mean of the two in the middle; of none, not a number.
    var median: Double {
        let sorted = sorted()
        return isEmpty ? .nan : (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}
