import Analysis
import Foundation
import ToyModels

// MARK: - Nonlinear compression

/// The loss of a number of zones over the width of the segments.
struct CompressionCurve {
    let zones: Int
    let points: [(width: Double, loss: Double)]
}

/// The losses of two numbers of one density, in one dimension.
struct SparseComparison {
    let density: Double
    /// Linear compression.
    let linear: Double
    /// An antipodal pair.
    let pair: Double
    /// The nonlinear code that is shown.
    let nonlinear: Double
    /// One with more zones and narrower segments.
    let narrow: Double
}

/// The width of the segments from which on a code is worse than linear compression, by bisection: the widest that a zone
/// has room for if it never is.
func breakEven(zones: Int, linear: Double) -> Double {
    var (low, high) = (0.0, 1 / Double(zones))
    guard NonlinearCompression(zones: zones, width: high).loss() > linear else { return high }
    for _ in 0..<50 {
        let middle = (low + high) / 2
        if NonlinearCompression(zones: zones, width: middle).loss() < linear { low = middle } else { high = middle }
    }
    return low
}

/// The density below which the antipodal pair has less loss than a code, between neighbouring densities in proportion
/// on a logarithmic axis; not a number if there is none. The densities ascend.
func crossing(_ places: [SparseComparison], _ code: KeyPath<SparseComparison, Double>) -> Double {
    for (a, b) in zip(places, places.dropFirst()) {
        let (before, after) = (log(a.pair / a[keyPath: code]), log(b.pair / b[keyPath: code]))
        if before < 0 && after >= 0 {
            return exp(log(a.density) + before / (before - after) * log(b.density / a.density))
        }
    }
    return .nan
}

// MARK: - Compressed sensing

/// About the number of features that the models of each setting store, $\lVert W \rVert_F^2$, on average.
func storedCounts(_ trained: TrainedModels) -> [Double] {
    trained.experiment.settings.indices.map { setting in
        mean(trained.models(ofSetting: setting).map { trained[$0].featuresPerDimension })
            * Double(trained.experiment.architecture.hidden)
    }
}

/// How many features models store.
struct StoredFeatures {
    /// By the number of dimensions, at each density; there are 24 features for each dimension.
    let byHidden: [(hidden: Int, stored: [Double])]
    let densities: [Double]
    /// By density, from dense to sparse, in 16 dimensions.
    let byDensity: [(density: Double, perDimension: Double)]
    /// By the number of features that there are, with the best model.
    let byFeatures: [(features: Int, stored: Double, model: ToyModel)]

    /// Whether there are far more features than the model stores.
    func isPlenty(_ stored: Double, hidden: Int) -> Bool { stored <= 12 * Double(hidden) }

    /// The exponent of *m* at each density, of the models with features to spare.
    var slopes: [Double] {
        densities.indices.map { setting in
            let points = byHidden.filter { isPlenty($0.stored[setting], hidden: $0.hidden) }
            return slope(points.map { log(Double($0.hidden)) }, points.map { log($0.stored[setting]) })
        }
    }

    /// The exponent of *m* from one number of dimensions to the next, at each density.
    var doublingSlopes: [[Double]] {
        zip(byHidden, byHidden.dropFirst()).map { a, b in
            zip(a.stored, b.stored).map { log($1 / $0) / log(Double(b.hidden) / Double(a.hidden)) }
        }
    }

    /// The exponent of *n*, of the models with at least twice the features that they store.
    var featuresSlope: Double {
        let points = byFeatures.filter { $0.stored <= Double($0.features) / 2 }
        return slope(points.map { log(Double($0.features)) }, points.map { log($0.stored) })
    }

    /// What twice the dimensions make of the number, at density 0.1, from 8 on.
    var doubling: Double {
        guard let setting = densities.firstIndex(of: 0.1), let eight = byHidden.first(where: { $0.hidden == 8 }),
            let sixteen = byHidden.first(where: { $0.hidden == 16 })
        else { return .nan }
        return sixteen.stored[setting] / eight.stored[setting]
    }

    /// How much the features that a model represents lower its loss, of so many that there are.
    func benefit(of count: Int, density p: Double, using stream: RandomStream) -> Double {
        guard let model = byFeatures.first(where: { $0.features == count })?.model else { return .nan }
        let own = model.represented()
        guard !own.isEmpty else { return 0 }
        let W = Matrix((0..<model.W.rows).map { k in own.map { model.W[k, $0] } })
        let samples = ActiveSamples(.init(density: p, features: own.count), count: 40_000, using: stream)
        let loss = samples.loss(
            of: ToyModel(W: W, b: own.map { model.b[$0] }), importance: own.map { _ in 1 })
        return Double(own.count) * (p / 3 - p * p / 4) - loss
    }

    /// $m / (n p \ln (1/p))$ of the stored features, from dense to sparse.
    var constants: [(density: Double, value: Double)] {
        byDensity.map { ($0.density, SensingBound.featuresPerDimension(density: $0.density) / $0.perDimension) }
    }

    private var sparse: [(density: Double, perDimension: Double)] {
        byDensity.filter { $0.density <= 0.2 && isPlenty($0.perDimension, hidden: 1) }
    }

    /// The exponent of $1/(p \ln (1/p))$.
    var densitySlope: Double {
        slope(
            sparse.map { log(SensingBound.featuresPerDimension(density: $0.density)) },
            sparse.map { log($0.perDimension) })
    }

    /// The exponent of $1/p$.
    var inverseSlope: Double { slope(sparse.map { -log($0.density) }, sparse.map { log($0.perDimension) }) }
}

/// Words as a list in a sentence.
func listing(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
}
