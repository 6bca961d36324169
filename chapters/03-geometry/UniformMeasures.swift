import Analysis
import ToyModels

// Uniform superposition: many features that are all alike.

/// Features that are all alike: one density, importance 1, together or apart as `dependence` says.
func uniform(
    density: Double, features: Int, dependence: FeatureDistribution.Dependence = .independent
) -> Experiment.Setting {
    Experiment.Setting(
        features: FeatureDistribution(density: density, features: features, dependence: dependence),
        importance: Array(repeating: 1, count: features))
}

/// `count` numbers from `first`, each `ratio` times the one before: the densities of a sweep.
func multiples(of first: Double, by ratio: Double, count: Int) -> [Double] {
    (0..<count).map { (0..<$0).reduce(first) { value, _ in value * ratio } }
}

/// One model of the sweep over densities.
struct UniformModel {
    /// $1/(1-S)$.
    let inverseDensity: Double
    let model: ToyModel
    let dimensionsPerFeature: Double
    /// Dimensionality and length of each feature's direction.
    let features: [(dimensionality: Double, norm: Double)]
    let graph: FeatureGraph
    /// The polytope of each component of the graph, nil where it is none of the known ones.
    let polytopes: [Polytope?]
    /// The polytope of each feature's component; nil where there is none, or the feature is not represented.
    let polytopeOfFeature: [Polytope?]

    init(inverseDensity: Double, model: ToyModel) {
        self.inverseDensity = inverseDensity
        self.model = model
        dimensionsPerFeature = model.dimensionsPerFeature
        features = zip(model.dimensionality, model.norms).map { ($0, $1) }
        graph = FeatureGraph(of: model)
        polytopes = graph.components.map { Polytope.match($0, of: model)?.polytope }
        var ofFeature = [Polytope?](repeating: nil, count: model.W.columns)
        for (component, polytope) in zip(graph.components, polytopes) {
            for feature in component { ofFeature[feature] = polytope }
        }
        polytopeOfFeature = ofFeature
    }

    /// How many features are at the vertices of a polytope, and have its dimensionality to within 0.02.
    func count(of polytope: Polytope) -> Int {
        zip(features, polytopeOfFeature).count { feature, found in
            found?.name == polytope.name && abs(feature.dimensionality - polytope.dimensionality[0]) < 0.02
        }
    }

    /// The features that are represented.
    var represented: [Int] { graph.features }
}

/// The sweep over densities, from dense to sparse.
struct UniformSweep {
    let models: [UniformModel]

    /// - Parameter isBest: whether to take the best model of each density, or else the first.
    init(_ runs: [TrainedModels], isBest: Bool = true) {
        models = runs.flatMap { run in
            run.experiment.settings.enumerated().map { index, setting in
                let model = isBest ? run.best(ofSetting: index) : run.models(ofSetting: index).lowerBound
                return UniformModel(inverseDensity: 1 / setting.features.density[0], model: run[model])
            }
        }.sorted { $0.inverseDensity < $1.inverseDensity }
    }

    /// The longest run of neighbouring models whose dimensions per feature are within a margin of a value: the first and
    /// the last $1/(1-S)$.
    func plateau(at value: Double, within margin: Double) -> ClosedRange<Double>? {
        let runs = models.split { abs($0.dimensionsPerFeature - value) > margin }
        let ranges = runs.compactMap { run in
            run.first.flatMap { first in run.last.map { first.inverseDensity...$0.inverseDensity } }
        }
        return ranges.max { $0.upperBound / $0.lowerBound < $1.upperBound / $1.lowerBound }
    }

    /// How many features of all models are at vertices of a polytope with its dimensionality.
    func count(of polytope: Polytope) -> Int { models.reduce(0) { $0 + $1.count(of: polytope) } }

    /// The share of the represented features of models in a range whose dimensionality is within `margin` of that of one of
    /// the polytopes.
    func share(near polytopes: [Polytope], within margin: Double, in range: ClosedRange<Double>) -> Double {
        let values = models.filter { range.contains($0.inverseDensity) }.flatMap { entry in
            entry.represented.map { entry.features[$0].dimensionality }
        }
        let near = values.count { value in polytopes.contains { abs($0.dimensionality[0] - value) < margin } }
        return Double(near) / Double(values.count)
    }

    /// The largest difference between the sum of all dimensionalities and $m$, over $m$.
    var worstSum: Double {
        models.map { entry in
            let m = Double(entry.model.W.rows)
            return abs(entry.features.reduce(0) { $0 + $1.dimensionality } - m) / m
        }.max() ?? .nan
    }

    /// The models whose represented features all are at vertices of known polytopes.
    var identified: [UniformModel] { models.filter { !$0.polytopes.isEmpty && !$0.polytopes.contains(nil) } }
}

// MARK: - Small models in three dimensions

/// A model in three dimensions whose features form a tegum product, with its vertices in the order of the exact one and
/// turned like it.
struct TrainedProduct {
    let exact: Polytope
    /// The model's feature at each vertex.
    let features: [Int]
    /// Where the vertices are. Shape `[vertices][3]`.
    let vertices: [[Double]]
    /// The dimensionality of each vertex.
    let dimensionality: [Double]

    /// The model as such a product, if its components are exactly the factors.
    init?(_ model: ToyModel, factors: [Polytope], name: String) {
        let components = FeatureGraph(of: model).components
        var matches = components.compactMap { Polytope.match($0, of: model) }
        guard matches.count == components.count, matches.count == factors.count else { return nil }
        var features: [Int] = []
        for factor in factors {
            guard let index = matches.firstIndex(where: { $0.polytope.name == factor.name }) else { return nil }
            features += matches.remove(at: index).features
        }
        exact = Polytope.tegumProduct(of: factors, name: name)
        self.features = features
        dimensionality = features.map { model.dimensionality[$0] }
        vertices = turned(features.map { feature in (0..<3).map { model.W[$0, feature] } }, like: exact.vertices)
    }
}

/// Vectors in space, turned or mirrored so that they come close to others: each axis goes to where the products of both
/// say, made orthogonal in order.
private func turned(_ vectors: [[Double]], like others: [[Double]]) -> [[Double]] {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    // For tight frames the sum of outer products is already an orthogonal matrix, up to a scale for each factor.
    var axes: [[Double]] = []
    for k in 0..<3 {
        var axis = (0..<3).map { j in zip(vectors, others).reduce(0) { $0 + $1.0[j] * $1.1[k] } }
        for other in axes { axis = zip(axis, other).map { $0 - dot(axis, other) * $1 } }
        let length = dot(axis, axis).squareRoot()
        axes.append(axis.map { length > 0 ? $0 / length : 0 })
    }
    return vectors.map { vector in axes.map { dot($0, vector) } }
}

/// The length of $W v$ for the unit vector along `v`: 0 if the model does not represent that direction.
func lengthRepresented(_ model: ToyModel, along v: [Double]) -> Double {
    let image = model.W.times(v)
    let square = { (x: [Double]) in x.reduce(0) { $0 + $1 * $1 } }
    return (square(image) / square(v)).squareRoot()
}

/// The model with its features in another order.
func reordered(_ model: ToyModel, _ order: [Int]) -> ToyModel {
    var result = model
    for (i, j) in order.enumerated() {
        for k in 0..<model.W.rows { result.W[k, i] = model.W[k, j] }
        result.b[i] = model.b[j]
    }
    return result
}

/// The model with feature 0's antipode as feature 2.
func withAntipodesAcross(_ model: ToyModel) -> ToyModel {
    let opposite = (1..<4).min { model.cosine(0, $0) < model.cosine(0, $1) } ?? 2
    let others = (1..<4).filter { $0 != opposite }
    return reordered(model, [0, others[0], opposite, others[1]])
}

/// The largest difference between the dimensionalities of products' vertices and those that their factors have by
/// themselves, dimension over vertices; not a number if one is.
func largestDifference(_ found: [[Double]], _ factors: [[Polytope]]) -> Double {
    let expected = factors.map { factors in
        factors.flatMap { Array(repeating: Double($0.dimension) / Double($0.vertices.count), count: $0.vertices.count) }
    }
    let differences = zip(found.flatMap(\.self), expected.flatMap(\.self)).map { abs($0 - $1) }
    return found.map(\.count) == expected.map(\.count) && !differences.contains(where: \.isNaN)
        ? differences.max() ?? .nan : .nan
}

/// The share of a range that is within a margin of the dimensionality of one of the polytopes.
func coverage(of polytopes: [Polytope], within margin: Double, in range: ClosedRange<Double>) -> Double {
    let steps = 100_000
    let near = (0..<steps).count { step in
        let value = range.lowerBound + (range.upperBound - range.lowerBound) * (Double(step) + 0.5) / Double(steps)
        return polytopes.contains { abs($0.dimensionality[0] - value) < margin }
    }
    return Double(near) / Double(steps)
}

/// The sum of the dimensionalities of random unit vectors.
func sumOfDimensionalities(ofRandom count: Int, dimensions: Int, using stream: RandomStream) -> Double {
    var stream = stream
    var W = Matrix(rows: dimensions, columns: count)
    for j in W.elements.indices { W.elements[j] = stream.nextNormal() }
    let lengths = ToyModel(W: W, b: Array(repeating: 0, count: count)).norms
    for i in 0..<count {
        for k in 0..<dimensions { W[k, i] /= lengths[i] }
    }
    return ToyModel(W: W, b: Array(repeating: 0, count: count)).dimensionality.reduce(0, +)
}
