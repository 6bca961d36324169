import Foundation
import ToyModels

/// How often pairs of features are active in the same samples.
public struct Cooccurrence: Sendable {
    /// The number of features.
    public let features: Int
    /// The number of samples.
    public let samples: Int
    /// In how many samples each feature is active. Shape `[features]`.
    public let counts: [Int]
    /// In how many samples both are, row by row. Shape `[features, features]`.
    private let pairs: [Int32]

    /// Counts some samples of a table.
    ///
    /// - Precondition: there are such samples.
    /// - Complexity: O(*n*²) memory for *n* features.
    public init(of table: SampleTable, samples: Range<Int>) {
        let n = table.features
        var counts = [Int](repeating: 0, count: n)
        var pairs = [Int32](repeating: 0, count: n * n)
        for sample in samples {
            let active = table.entries(of: sample).map { Int(table.columns[$0]) }
            for i in active {
                counts[i] += 1
                for j in active where j != i { pairs[i * n + j] += 1 }
            }
        }
        (features, self.samples, self.counts, self.pairs) = (n, samples.count, counts, pairs)
    }

    /// In how many samples both features are active; of a feature and itself none.
    ///
    /// - Precondition: there are such features.
    public func count(_ i: Int, _ j: Int) -> Int { Int(pairs[i * features + j]) }

    /// In how many samples both would be active on average if they were independent.
    ///
    /// - Precondition: there are such features.
    public func expected(_ i: Int, _ j: Int) -> Double {
        Double(counts[i]) * Double(counts[j]) / Double(max(1, samples))
    }

    /// The pointwise mutual information in nats, $\ln \frac{p_{ij}}{p_i p_j}$: 0 if two features are independent, and minus
    /// infinity if they are never active together; not a number if one of them never is. (Church and Hanks, "Word
    /// association norms, mutual information, and lexicography", 1990.)
    ///
    /// - Precondition: there are such features.
    public func pointwiseInformation(_ i: Int, _ j: Int) -> Double { log(Double(count(i, j)) / expected(i, j)) }

    /// The correlation coefficient of two features' activity; not a number if one of them is always or never active.
    ///
    /// - Precondition: there are such features.
    public func correlation(_ i: Int, _ j: Int) -> Double {
        let (n, a, b) = (Double(samples), Double(counts[i]), Double(counts[j]))
        return (n * Double(count(i, j)) - a * b) / (a * (n - a) * b * (n - b)).squareRoot()
    }
}
