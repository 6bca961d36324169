import Analysis
import Foundation
import ToyModels

/// How twelve features are related: each has a place on a structure, and is the more probable the nearer a random point
/// of the structure is.
enum Structure: String, CaseIterable {
    case circle, figureOfEight, sphere, independent

    static let features = 12

    var title: String {
        switch self {
        case .circle: "Circle"
        case .figureOfEight: "Figure of eight"
        case .sphere: "Sphere"
        case .independent: "Independent"
        }
    }

    /// Where the features are, evenly placed. Shape `[features][2 or 3]`; empty where there is no structure.
    var places: [[Double]] {
        let n = Self.features
        switch self {
        case .circle: return (0..<n).map { place(2 * .pi * Double($0) / Double(n)) }
        // From a half step on: at the crossing two features would be in one place.
        case .figureOfEight: return (0..<n).map { place(2 * .pi * (Double($0) + 0.5) / Double(n)) }
        case .sphere:
            // A spiral from pole to pole, by the golden angle.
            return (0..<n).map { i in
                let (step, height) = (Double(i) + 0.5, 1 - (2 * Double(i) + 1) / Double(n))
                let (angle, radius) = (.pi * (1 + 5.0.squareRoot()) * step, (1 - height * height).squareRoot())
                return [radius * cos(angle), radius * sin(angle), height]
            }
        case .independent: return []
        }
    }

    /// The point of a curve at an angle.
    private func place(_ angle: Double) -> [Double] {
        self == .circle ? [cos(angle), sin(angle)] : [sin(angle), sin(angle) * cos(angle)]
    }

    /// Samples: for each a point $z$ of the structure is drawn, and feature $i$ is 1 with probability
    /// $\sigma(s \langle f_i, z \rangle)$ for its place $f_i$.
    ///
    /// - Parameter sharpness: $s$.
    func samples(_ count: Int, sharpness: Double, using stream: RandomStream) -> SampleTable {
        var stream = stream
        let places = places
        var table = SampleTable(features: Self.features)
        for _ in 0..<count {
            let z = point(using: &stream)
            let active = (0..<Self.features).filter { i in
                let product = places.isEmpty ? 0 : zip(places[i], z).reduce(0) { $0 + $1.0 * $1.1 }
                return Double(stream.nextUniform()) < 1 / (1 + exp(-sharpness * product))
            }
            table.append(active: Set(active))
        }
        return table
    }

    private func point(using stream: inout RandomStream) -> [Double] {
        switch self {
        case .circle, .figureOfEight: return place(2 * .pi * Double(stream.nextUniform()))
        case .sphere:
            let normal = (0..<3).map { _ in stream.nextNormal() }
            let length = normal.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return normal.map { $0 / max(length, 1e-12) }
        case .independent: return []
        }
    }
}

/// The interference of features beside how often they occur together.
struct StructureFit {
    let structure: Structure
    let hidden: Int
    let decay: Double
    /// The share of the pairs that occur together whose interference is positive, on the mean over models.
    let positive: Double
    /// The correlation, over pairs, of the interference $W_i \cdot W_j$ with that of their occurrence, on the mean over models.
    let correlation: Double
    /// The loss on samples that were not trained on, on the mean over models.
    let loss: Double
    /// The model with the least loss.
    let best: ToyModel

    /// - Parameter pairs: how the features' occurrence is correlated; of features that are independent, that of others, to
    ///   compare with.
    init(
        _ structure: Structure, _ trained: TrainedModels, setting: Int, pairs: OccurrenceOfPairs
    ) {
        self.structure = structure
        hidden = trained.experiment.architecture.hidden
        decay = trained.experiment.optimizer.weightDecay
        let models = trained.models(ofSetting: setting)
        let interferences = models.map { model in
            let gram = trained[model].W.gram
            return pairs.pairs.map { gram[$0.0, $0.1] }
        }
        positive = mean(
            interferences.map { values in
                let together = zip(values, pairs.correlations).filter { $0.1 > OccurrenceOfPairs.together }
                return Double(together.count { $0.0 > 0 }) / Double(together.count)
            })
        correlation = mean(
            interferences.map { values in
                let value = Analysis.correlation(values, pairs.correlations)
                // Where all interference is the same, or none, it follows nothing.
                return value.isFinite ? value : 0
            })
        loss = mean(models.map { trained.losses[$0] })
        best = trained[trained.best(ofSetting: setting)]
    }
}

/// How the occurrence of a structure's features is correlated.
struct OccurrenceOfPairs {
    /// Features occur together from this correlation on.
    static let together = 0.1

    let pairs: [(Int, Int)]
    let correlations: [Double]

    init(_ table: SampleTable, samples: Int) {
        let counts = Cooccurrence(of: table, samples: 0..<samples)
        let all = (0..<table.features).flatMap { i in (0..<i).map { ($0, i) } }
        pairs = all
        correlations = all.map { pair in
            let value = counts.correlation(pair.0, pair.1)
            return value.isFinite ? value : 0
        }
    }
}
