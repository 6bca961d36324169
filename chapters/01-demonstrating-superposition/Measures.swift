import Analysis
import Notebook
import ToyModels

// What the chapter's claims measure, in terms of trained models.

/// Features of one density whose importance falls by a constant factor.
func settings(density: Double, features: Int, decay: Double) -> Experiment.Setting {
    Experiment.Setting(
        features: FeatureDistribution(density: density, features: features),
        importance: powers(of: decay, count: features))
}

/// The angle between a feature and the stored feature farthest from it.
func widestAngle(_ model: ToyModel, _ feature: Int) -> Double {
    model.represented().map { model.angle(feature, $0) }.max() ?? .nan
}

/// The angles between neighbours among the stored features of a model with two hidden dimensions, in degrees,
/// ascending.
func storedGaps(_ model: ToyModel) -> [Double] {
    let stored = model.represented()
    guard stored.count > 1 else { return [] }
    let part = (0..<model.W.rows).map { k in stored.map { model.W[k, $0] } }
    return ToyModel(W: Matrix(part), b: stored.map { model.b[$0] }).planarGaps.sorted()
}

/// How far the gap that differs most is from those of a regular pentagon, 72°; not a number where not all of five
/// features are stored.
func fromPentagon(_ model: ToyModel) -> Double {
    guard model.represented().count == 5 else { return .nan }
    return abs(farthest(from: 72, storedGaps(model)) - 72)
}

/// How far the first few features are from all having an antipode: the angle that is missing to 180°, at the worst.
func fromAntipodal(_ model: ToyModel, features: Int) -> Double {
    180 - ((0..<features).map { widestAngle(model, $0) }.min() ?? .nan)
}

/// What chance gives: the mean of a measure over models whose features have random directions of length one.
func chance(
    of features: Int, in hidden: Int, using stream: RandomStream, _ measure: (ToyModel) -> Double
) -> Double {
    var stream = stream
    return mean(
        (0..<1_000).map { _ in
            var W = Matrix(rows: hidden, columns: features)
            for i in 0..<features {
                let direction = (0..<hidden).map { _ in stream.nextNormal() }
                let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
                for k in 0..<hidden { W[k, i] = direction[k] / length }
            }
            return measure(ToyModel(W: W, b: Array(repeating: 0, count: features)))
        })
}

/// The number of ways to choose `count` of `total` things.
func choices(of count: Int, from total: Int) -> Double {
    (0..<count).reduce(1) { $0 * Double(total - $1) / Double($1 + 1) }
}

/// The largest |cos| between two of the given features.
func largestCosine(_ model: ToyModel, among features: Range<Int>) -> Double {
    features.flatMap { i in features.filter { $0 > i }.map { abs(model.cosine(i, $0)) } }.max() ?? 0
}

/// The bias of some features at each density, as a mean over the models of that density, in units of a feature's mean
/// $(1 - S)/2$.
func relativeBiases(_ models: [[ToyModel]], _ features: Range<Int>, densities: [Double]) -> [Double] {
    zip(models, densities).flatMap { models, density in
        features.map { i in mean(models.map { $0.b[i] }) / (density / 2) }
    }
}

/// The mean of ``relativeBiases(_:_:densities:)`` over the features, at each density.
func meanBiases(_ models: [[ToyModel]], _ features: Range<Int>, densities: [Double]) -> [Double] {
    zip(models, densities).map { mean(relativeBiases([$0], features, densities: [$1])) }
}

/// The loss of the worst start over that of the best, as text.
func spread(_ trained: TrainedModels, setting: Int) -> String {
    let losses = trained.models(ofSetting: setting).map { trained.losses[$0] }
    return fixed((losses.max() ?? .nan) / (losses.min() ?? .nan), 1)
}

/// A sweep over densities, whose settings may be spread over experiments.
struct Sweep {
    let runs: [TrainedModels]

    init(_ runs: [TrainedModels]) { self.runs = runs }

    /// The best model of each setting.
    var best: [ToyModel] { runs.flatMap(\.best) }

    /// All models of each setting.
    var models: [[ToyModel]] {
        runs.flatMap { run in run.experiment.settings.indices.map { run.models(ofSetting: $0).map { run[$0] } } }
    }

    /// The number of features that the best model of each setting stores.
    var counts: [Int] { best.map { $0.represented().count } }

    /// The number of features that the models of each setting store on average.
    var meanCounts: [Double] {
        models.map { models in mean(models.map { Double($0.represented().count) }) }
    }

    /// The number of settings whose models store more features on average than those of the setting before.
    var rises: Int { zip(meanCounts, meanCounts.dropFirst()).count { $0 < $1 } }

    /// For each setting, the number of models that store exactly the `count` most important features.
    func storing(exactly count: Int) -> [Int] {
        models.map { $0.count { $0.represented() == Array(0..<count) } }
    }
}

/// The stored features of a model that share their direction with others: each of a triangle's features has
/// superposition 1/2, each of an antipodal pair's 1, and a dedicated one 0.
func shared(_ model: ToyModel) -> [Int] {
    let superposition = model.superposition
    return model.represented().filter { superposition[$0] > 0.25 }
}

/// Pairs of a dedicated and a shared feature of one model, and in how many of them the dedicated one is more important.
func superpositionOrder(_ models: [ToyModel]) -> (inOrder: Int, pairs: Int) {
    var (inOrder, pairs) = (0, 0)
    for model in models {
        let shared = shared(model)
        for dedicated in model.represented() where !shared.contains(dedicated) {
            pairs += shared.count
            inOrder += shared.count { dedicated < $0 }
        }
    }
    return (inOrder, pairs)
}

/// How the features that a dense model stores, the first `count`, enter superposition: the rank correlation of a
/// feature's place in the order of importance and the number of models in which it shares its direction.
func entryOrder(_ models: [ToyModel], of count: Int) -> Double {
    rankCorrelation((0..<count).map(Double.init), sharingCounts(models, of: count))
}

/// What ``entryOrder(_:of:)`` stays below in 95% of the random orders of the features.
func entryOrderByChance(_ models: [ToyModel], of count: Int, using stream: RandomStream) -> Double {
    var stream = stream
    let counts = sharingCounts(models, of: count)
    let order = (0..<count).map(Double.init)
    return quantile(0.95, of: (0..<999).map { _ in rankCorrelation(order.shuffled(using: &stream), counts) })
}

/// The number of models in which each of the first `count` features shares its direction.
private func sharingCounts(_ models: [ToyModel], of count: Int) -> [Double] {
    let sharing = models.map { Set(shared($0)) }
    return (0..<count).map { feature in Double(sharing.count { $0.contains(feature) }) }
}

/// The first setting in which most models have features that share their direction.
func firstShared(_ models: [[ToyModel]]) -> Int? {
    models.firstIndex { models in 2 * models.count { !shared($0).isEmpty } > models.count }
}

/// The share with an antipode among the features of some models that share their direction.
func antipodalShare(_ models: [ToyModel]) -> Double {
    var (paired, all) = (0, 0)
    for model in models {
        let features = shared(model)
        all += features.count
        paired += features.count { i in features.contains { $0 != i && model.cosine(i, $0) < -0.95 } }
    }
    return Double(paired) / Double(all)
}

// MARK: - Interference

/// Models with superposition, by whether they store at most `limit` features.
func sharing(in models: some Sequence<ToyModel>, limit: Int) -> (few: [ToyModel], many: [ToyModel]) {
    let all = models.filter { !shared($0).isEmpty }
    return (all.filter { $0.represented().count <= limit }, all.filter { $0.represented().count > limit })
}

/// The products $W_i \cdot W_j$ of the ordered pairs of different stored features, with the feature $j$ that is
/// disturbed.
private func products(_ model: ToyModel) -> [(product: Double, disturbed: Int)] {
    let (gram, stored) = (model.W.gram, model.represented())
    return stored.flatMap { j in stored.filter { $0 != j }.map { (gram[$0, j], j) } }
}

/// The share of negative products in the interference between stored features, $\sum (W_i \cdot W_j)^2$.
func negativeShare(_ models: [ToyModel]) -> Double {
    let values = models.flatMap { products($0).map(\.product) }
    func squares(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }
    return squares(values.filter { $0 < 0 }) / squares(values)
}

/// The share of the positive products between stored features that the bias makes negative, whatever the active
/// feature's value.
func cutShare(_ models: [ToyModel]) -> Double {
    let ends = models.flatMap { model in
        products(model).filter { $0.product > 0 }.map { $0.product + model.b[$0.disturbed] }
    }
    return Double(ends.count { $0 <= 0 }) / Double(ends.count)
}

/// What positive interference between stored features costs with one active feature, over what it would cost without
/// the biases.
func positiveInterferenceLeft(_ models: [ToyModel], importance: [Double]) -> Double {
    var (cost, without) = (0.0, 0.0)
    for model in models {
        for (product, j) in products(model) where product > 0 {
            // The integral of ReLU(w x + b)² over x from 0 to 1.
            let (start, end) = (max(0, model.b[j]), max(0, product + model.b[j]))
            cost += importance[j] * (end * end * end - start * start * start) / (3 * product)
            without += importance[j] * product * product / 3
        }
    }
    return cost / without
}

/// The largest cosine of a stored feature's direction with that of another one, as a mean over stored features and
/// models.
func meanNearestCosine(_ models: [ToyModel]) -> Double {
    mean(
        models.flatMap { model in
            let stored = model.represented()
            return stored.compactMap { i in stored.filter { $0 != i }.map { model.cosine(i, $0) }.max() }
        })
}

// MARK: - Loss

/// The share of the loss that comes from samples whose number of active features is in a range.
func share(_ expansion: LossExpansion, ofActive count: ClosedRange<Int>) -> Double {
    let contributions = expansion.contributions
    return contributions[count.clamped(to: 0...contributions.count - 1)].reduce(0, +) / contributions.reduce(0, +)
}

// MARK: - Text

/// A list of numbers.
func listed(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }

/// The range of some angles.
func degrees(_ angles: [Double]) -> String {
    let (least, most) = (fixed(angles.min() ?? .nan, 0), fixed(angles.max() ?? .nan, 0))
    return least == most ? "\(least)°" : "\(least)° to \(most)°"
}
