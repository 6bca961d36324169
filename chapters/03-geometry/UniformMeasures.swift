import Analysis
import Foundation
import Notebook
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
    /// The model of the least loss at each density.
    let models: [UniformModel]
    /// Every run.
    let runs: [UniformModel]

    init(_ trained: [TrainedModels]) {
        let all = trained.flatMap { run in
            run.experiment.settings.indices.flatMap { setting in
                let inverseDensity = 1 / run.experiment.settings[setting].features.density[0]
                let best = run.best(ofSetting: setting)
                return run.models(ofSetting: setting).map {
                    (model: UniformModel(inverseDensity: inverseDensity, model: run[$0]), isBest: $0 == best)
                }
            }
        }.sorted { $0.model.inverseDensity < $1.model.inverseDensity }
        models = all.filter(\.isBest).map(\.model)
        runs = all.map(\.model)
    }

    /// Some runs, each of which stands for itself.
    init(_ runs: [UniformModel]) { (models, self.runs) = (runs, runs) }

    /// Mean dimensions per feature of all runs, against $1/(1-S)$.
    var curve: [(x: Double, y: Double)] {
        models.map(\.inverseDensity).map { place in
            (place, mean(runs.filter { $0.inverseDensity == place }.map(\.dimensionsPerFeature)))
        }
    }

    /// The runs whose dimensions per feature are no longer one, and not yet below the lowest line, 3/8: where features
    /// could lie on the lines.
    var withLines: UniformSweep { UniformSweep(runs.filter { (0.355..<0.98).contains($0.dimensionsPerFeature) }) }
    /// Those below the lowest line.
    var belowLines: UniformSweep { UniformSweep(runs.filter { $0.dimensionsPerFeature < 0.355 }) }
    /// Those with a dimension per feature.
    var dense: UniformSweep { UniformSweep(runs.filter { $0.dimensionsPerFeature >= 0.98 }) }
    /// Those in a range of $1/(1-S)$.
    func within(_ range: ClosedRange<Double>) -> UniformSweep {
        UniformSweep(runs.filter { range.contains($0.inverseDensity) })
    }

    /// Control: directions drawn at random, of the same lengths.
    func randomDirections(using stream: RandomStream) -> UniformSweep {
        var stream = stream
        return UniformSweep(
            runs.map { entry in
                UniformModel(
                    inverseDensity: entry.inverseDensity, model: entry.model.withRandomDirections(using: &stream))
            })
    }

    /// How many runs have a polytope whole, each vertex with its dimensionality.
    func count(of polytope: Polytope) -> Int { runs.count { $0.count(of: polytope) >= polytope.vertices.count } }

    /// The share of the represented features of all runs for which something holds.
    private func share(_ holds: (UniformModel, Int) -> Bool) -> Double {
        let all = runs.reduce(0) { $0 + $1.represented.count }
        return Double(runs.reduce(0) { sum, run in sum + run.represented.count { holds(run, $0) } }) / Double(all)
    }

    /// The share of the represented features whose dimensionality is within a margin of one of the values.
    func share(near values: [Double], within margin: Double = 0.02) -> Double {
        share { run, feature in values.contains { abs($0 - run.features[feature].dimensionality) < margin } }
    }

    /// The share of all dimensions, the sum of the dimensionalities of all features, stored or not, that those have whose
    /// own is within a margin of a value.
    func dimensions(near value: Double, within margin: Double = 0.02) -> Double {
        let all = runs.flatMap(\.features).map(\.dimensionality)
        return all.filter { abs($0 - value) < margin }.reduce(0, +) / all.reduce(0, +)
    }

    /// The share of the represented features that are at a vertex of a named polytope, with its dimensionality.
    var shareAtVertices: Double {
        share { run, feature in
            run.polytopeOfFeature[feature].map {
                abs($0.dimensionality[0] - run.features[feature].dimensionality) < 0.02
            } ?? false
        }
    }

    /// Of the represented features near a value, the share that is at no vertex of a named polytope.
    func shareLeaning(near value: Double, within margin: Double = 0.02) -> Double {
        let near = runs.flatMap { run in
            run.represented.filter { abs(run.features[$0].dimensionality - value) < margin }
                .map { run.polytopeOfFeature[$0] == nil }
        }
        return Double(near.count { $0 }) / Double(near.count)
    }

    /// The share of the represented features whose component is no named polytope.
    var shareUnnamed: Double { share { run, feature in run.polytopeOfFeature[feature] == nil } }

    /// The largest difference between the sum of all dimensionalities and $m$, over $m$.
    var worstSum: Double {
        runs.map { entry in
            let m = Double(entry.model.W.rows)
            return abs(entry.features.reduce(0) { $0 + $1.dimensionality } - m) / m
        }.max() ?? .nan
    }

    /// The models whose represented features all are at vertices of known polytopes.
    var identified: [UniformModel] { models.filter { !$0.polytopes.isEmpty && !$0.polytopes.contains(nil) } }
}

/// The share of all interference between represented features, $\sum_{i \ne j} (\hat W_i \cdot \hat W_j)^2$, that is
/// between features of different groups. Shape of `groups`: per model, the group of each represented feature.
func interferenceAcross(_ models: [UniformModel], groups: [[Int]]) -> Double {
    var (across, all) = (0.0, 0.0)
    for (entry, groups) in zip(models, groups) {
        for (a, i) in entry.represented.enumerated() {
            for (b, j) in entry.represented.enumerated() where b > a {
                let cosine = entry.model.cosine(i, j)
                all += cosine * cosine
                if groups[a] != groups[b] { across += cosine * cosine }
            }
        }
    }
    return across / all
}

extension UniformModel {
    /// The component of each represented feature.
    var components: [Int] {
        represented.map { feature in graph.components.firstIndex { $0.contains(feature) } ?? -1 }
    }

    /// Control: the same components, each turned as a whole to a place that chance decides among all at which they stay
    /// apart, that is, no $|\cos|$ of features of different ones is above the graph's threshold. By a random walk
    /// (Metropolis and others, "Equation of state calculations by fast computing machines", 1953): a component is turned
    /// in a random plane through its subspace, and back if it comes too near to another one.
    ///
    /// - Parameter sweeps: how often each component is turned.
    func withFactorsTurned(sweeps: Int = 600, using stream: inout RandomStream) -> UniformModel {
        let m = model.W.rows
        let norms = model.norms
        /// The directions of the represented features, one after the other.
        var directions = represented.flatMap { feature in (0..<m).map { model.W[$0, feature] / norms[feature] } }
        let places = graph.components.map { $0.map { feature in represented.firstIndex(of: feature) ?? 0 } }
        func product(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
            zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        func direction(_ place: Int) -> ArraySlice<Double> { directions[place * m..<(place + 1) * m] }
        func unit(_ vector: [Double]) -> [Double] {
            let length = product(vector[...], vector[...]).squareRoot()
            return vector.map { $0 / length }
        }
        for _ in 0..<sweeps {
            for (index, component) in places.enumerated() {
                // A direction within the component's subspace, one at a right angle to it, and an angle of any size.
                var within = Array(repeating: 0.0, count: m)
                for place in component {
                    let weight = stream.nextNormal()
                    for (k, value) in direction(place).enumerated() { within[k] += weight * value }
                }
                within = unit(within)
                var beside = (0..<m).map { _ in stream.nextNormal() }
                let along = product(within[...], beside[...])
                for k in 0..<m { beside[k] -= along * within[k] }
                beside = unit(beside)
                let size = 0.5 * pow(0.01, Double(stream.nextUniform()))
                let (cosine, sine) = (cos(size), sin(size))
                let turned = component.map { place -> [Double] in
                    let vector = direction(place)
                    let (a, b) = (product(vector, within[...]), product(vector, beside[...]))
                    return vector.enumerated().map { k, value in
                        value + ((cosine - 1) * a - sine * b) * within[k] + ((cosine - 1) * b + sine * a) * beside[k]
                    }
                }
                let isApart = places.indices.allSatisfy { other in
                    other == index
                        || places[other].allSatisfy { place in
                            let vector = direction(place)
                            return turned.allSatisfy { abs(product($0[...], vector)) <= FeatureGraph.threshold }
                        }
                }
                guard isApart else { continue }
                for (place, vector) in zip(component, turned) {
                    directions.replaceSubrange(place * m..<(place + 1) * m, with: vector)
                }
            }
        }
        var result = model
        for (place, feature) in represented.enumerated() {
            for k in 0..<m { result.W[k, feature] = norms[feature] * directions[place * m + k] }
        }
        return UniformModel(inverseDensity: inverseDensity, model: result)
    }
}

/// Where a curve stays within a margin of a value for longest on a log axis: from where it comes in to where it leaves,
/// between its points in proportion.
func plateau(_ curve: [(x: Double, y: Double)], at value: Double, within margin: Double) -> ClosedRange<Double>? {
    func isNear(_ index: Int) -> Bool { abs(curve[index].y - value) <= margin }
    /// Where the curve passes the margin between a point inside and a neighbour outside.
    func edge(_ inside: Int, _ outside: Int) -> Double {
        guard curve.indices.contains(outside) else { return curve[inside].x }
        let bound = value + (curve[outside].y > value ? margin : -margin)
        let share = (bound - curve[inside].y) / (curve[outside].y - curve[inside].y)
        return curve[inside].x * pow(curve[outside].x / curve[inside].x, share)
    }
    let ranges = curve.indices.split { !isNear($0) }.compactMap { run -> ClosedRange<Double>? in
        guard let first = run.first, let last = run.last else { return nil }
        return edge(first, first - 1)...max(edge(first, first - 1), edge(last, last + 1))
    }
    return ranges.max { $0.upperBound / $0.lowerBound < $1.upperBound / $1.lowerBound }
}

/// A curve without plateaus between the same ends: the power law through them.
func evenFall(_ curve: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    guard let first = curve.first, let last = curve.last else { return [] }
    let exponent = log(last.y / first.y) / log(last.x / first.x)
    return curve.map { ($0.x, first.y * pow($0.x / first.x, exponent)) }
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

/// The names of the polytopes whose tegum product a model's features form, in alphabetical order; nil if a feature is
/// not represented, or a component is none of the known ones.
func factors(of model: ToyModel) -> [String]? {
    let graph = FeatureGraph(of: model)
    let names = graph.components.compactMap { Polytope.match($0, of: model)?.polytope.name }
    guard graph.features.count == model.W.columns, names.count == graph.components.count else { return nil }
    return names.sorted()
}

/// Whether a model's features are the vertices of one regular simplex: all at the cosine $-1/(n-1)$ of each other.
func isSimplex(_ model: ToyModel) -> Bool {
    let n = model.W.columns
    return model.represented().count == n
        && (0..<n).allSatisfy { i in
            (0..<i).allSatisfy { abs(model.cosine(i, $0) + 1 / Double(n - 1)) < 0.1 }
        }
}

/// Equal features in three dimensions at several densities, beside equal charges on a sphere.
struct SolidSweep {
    let densities: [Double]
    /// The model of the least loss at each density.
    let best: [ToyModel]
    /// What the charges form.
    let solution: [String]?
    /// The densities at which the model of the least loss forms the same.
    let atRest: [Int]
    /// Control: those at which as many random directions do.
    let randomAtRest: [Int]

    init(_ trained: TrainedModels, densities: [Double], charges: [[Double]], _ stream: inout RandomStream) {
        self.densities = densities
        let (best, solution) = (trained.best, factors(of: model(ofDirections: charges)))
        (self.best, self.solution) = (best, solution)
        atRest = best.indices.filter { solution != nil && factors(of: best[$0]) == solution }
        randomAtRest = best.indices.filter { _ in
            let random = model(ofDirections: charges).withRandomDirections(using: &stream)
            return solution != nil && factors(of: random) == solution
        }
    }
}

/// The largest difference between the dimensionalities of trained products and those of the exact ones; not a number if
/// one was not found.
func largestDifference(_ products: [TrainedProduct?]) -> Double {
    products.contains { $0 == nil }
        ? .nan
        : products.compactMap(\.self).flatMap { zip($0.dimensionality, $0.exact.dimensionality).map { abs($0 - $1) } }
            .max() ?? .nan
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

/// The share of a range that is within a margin of one of some values.
func coverage(of values: [Double], within margin: Double, in range: ClosedRange<Double>) -> Double {
    let steps = 100_000
    let near = (0..<steps).count { step in
        let value = range.lowerBound + (range.upperBound - range.lowerBound) * (Double(step) + 0.5) / Double(steps)
        return values.contains { abs($0 - value) < margin }
    }
    return Double(near) / Double(steps)
}

/// The model without bias whose features have the given directions.
func model(ofDirections directions: [[Double]]) -> ToyModel {
    ToyModel(
        W: Matrix(directions[0].indices.map { k in directions.map { $0[k] } }), b: directions.map { _ in 0 })
}

/// Words as a list in a sentence.
func listing(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
}

/// A number in scientific notation, in Markdown; "none" if there is none.
func scientific(_ value: Double?) -> String {
    guard let value, value > 0, value.isFinite else { return value == 0 ? "0" : "none" }
    let exponent = Int(log10(value).rounded(.down))
    return "\(fixed(value / pow(10, Double(exponent)), 1)) · 10^\(number(Double(exponent), digits: 0))^"
}
