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

/// The angles between neighbours among all features of a model with two hidden dimensions; not a number where one of
/// the features is not stored.
func gaps(_ model: ToyModel) -> [Double] {
    guard model.represented().count == model.W.columns else { return [.nan] }
    return model.planarGaps
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

    /// The loss of the best model of each setting.
    var bestLosses: [Double] {
        runs.flatMap { run in run.experiment.settings.indices.map { run.losses[run.best(ofSetting: $0)] } }
    }

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

/// The number of features that become shared at a sparser setting than feature 0 does, among those that are dedicated
/// at some denser one.
func enteringAfterFirst(_ models: [ToyModel]) -> Int {
    func entry(_ feature: Int) -> Int? { models.firstIndex { shared($0).contains(feature) } }
    guard let first = entry(0) else { return models.first?.represented().count ?? 0 }
    return models.first?.represented().count { (entry($0) ?? models.count) > first } ?? 0
}

/// The share with an antipode among the features that share their direction, at the first setting that has any.
func antipodalShare(_ models: [ToyModel]) -> Double {
    guard let model = models.first(where: { !shared($0).isEmpty }) else { return .nan }
    let features = shared(model)
    let paired = features.count { i in features.contains { $0 != i && model.cosine(i, $0) < -0.95 } }
    return Double(paired) / Double(features.count)
}

/// $\sum_i I_i \mathrm{ReLU}(b_i)^2$.
func positiveBiasPenalty(_ model: ToyModel, importance: [Double]) -> Double {
    zip(importance, model.b).reduce(0) { $0 + $1.0 * max(0, $1.1) * max(0, $1.1) }
}

/// The share of the loss that comes from samples whose number of active features is in a range.
func share(_ expansion: LossExpansion, ofActive count: ClosedRange<Int>) -> Double {
    let contributions = expansion.contributions
    return contributions[count.clamped(to: 0...contributions.count - 1)].reduce(0, +) / contributions.reduce(0, +)
}
