import Analysis
import Notebook
import ToyModels

// How the chapter searches for models, and what it measures on them.

/// Ten features of the same density whose importance falls as $0.75^i$.
func setting(density: Double) -> Experiment.Setting {
    Experiment.Setting(features: FeatureDistribution(density: density, features: 10), importance: importance)
}

private let importance = powers(of: 0.75, count: 10)

let neurons = ToyModel.Architecture(features: 10, hidden: 5, hiddenActivation: .relu)

// MARK: - Search

/// One of the paper's sparsity regimes.
struct Regime {
    let density: Double
    /// What the paper calls it, in short.
    let paper: String
    /// The name of the paper's code.
    let code: String
}

/// A round of a search; the later ones start from models of the one before.
struct Round {
    let steps, batchSize: Int
    let rate: Double

    func experiment(
        _ id: String, _ settings: [Experiment.Setting], restarts: Int, from start: ModelSelection? = nil
    ) -> Experiment {
        Experiment(
            id: id, architecture: neurons, settings: settings, restarts: restarts, steps: steps, batchSize: batchSize,
            learningRate: .linear(rate), start: start, evaluationSamples: 1 << 16)
    }
}

/// The indices of the `count` models of a setting with the lowest measured loss, lowest first.
func leaders(_ trained: TrainedModels, setting: Int, count: Int) -> [Int] {
    Array(trained.models(ofSetting: setting).sorted { trained.losses[$0] < trained.losses[$1] }.prefix(count))
}

/// The `count` best models of each setting, best first: the next round of a search starts from them.
func survivors(_ trained: TrainedModels, count: Int) -> ModelSelection {
    trained.selection(
        trained.experiment.settings.indices.flatMap { leaders(trained, setting: $0, count: count) })
}

/// For each setting its own `own` best models and the best one of each of the `reach` settings before and after it: a
/// code that is the best one at one density is a candidate at the next. Beyond the ends of the sweep, settings give
/// more models of their own.
func exchanged(_ trained: TrainedModels, own: Int, reach: Int) -> ModelSelection {
    let settings = trained.experiment.settings.indices
    return trained.selection(
        settings.flatMap { setting -> [Int] in
            let neighbours = (setting - reach...setting + reach).filter { $0 != setting && settings.contains($0) }
            return leaders(trained, setting: setting, count: own + 2 * reach - neighbours.count)
                + neighbours.map { leaders(trained, setting: $0, count: 1)[0] }
        })
}

/// A model with its neurons in the order of its code, the code, and the expected loss.
struct CodedModel {
    let model: ToyModel
    let code: NeuronCode
    let loss: Double

    init(_ model: ToyModel, loss: Double) {
        self.model = model.reordered(neurons: NeuronCode(model.W).neuronOrder)
        code = NeuronCode(self.model.W)
        self.loss = loss
    }
}

/// The models of one setting that are best by the samples, ranked by their expected loss, which tells apart what
/// differs by less than the samples' error.
///
/// - Parameter stream: of the shifts of the evenly spread values at which the loss is taken.
func ranked(
    _ trained: TrainedModels, setting index: Int, count: Int, points: Int = 128, using stream: RandomStream
) -> [CodedModel] {
    let setting = trained.experiment.settings[index]
    let loss = ExpectedLoss(features: setting.features, importance: setting.importance)
    return leaders(trained, setting: index, count: count)
        .map {
            CodedModel(trained[$0], loss: loss.estimate(of: trained[$0], samples: 1024 * points, using: stream).value)
        }
        .sorted { $0.loss < $1.loss }
}

// MARK: - Codes

extension NeuronCode {
    /// The code in short: the number of features with a neuron of their own, and the features and neurons of each
    /// other group.
    var name: String {
        let dedicated = groups.count { $0.features.count == 1 }
        let others = groups.filter { $0.features.count > 1 }.map { "\($0.features.count) in \($0.neurons.count)" }
        return ((dedicated > 0 ? ["\(dedicated)"] : []) + others.sorted()).joined(separator: " + ")
    }

    /// Whether every feature is stored as a pair of neurons.
    var isAllPairs: Bool { neurons.allSatisfy { $0.count == 2 } }

    /// Whether the model has neurons of both kinds.
    var isMixed: Bool { count(.monosemantic) > 0 && count(.polysemantic) > 0 }

    /// Of a code in which one neuron tells unimportant from important features: the number of features, all in
    /// polysemantic neurons, that follow the rule for the neuron that serves it best. Unimportant features have this
    /// neuron and one other, important ones `size` others, and every important feature matters more than every
    /// unimportant one.
    func followingRule(important size: Int, unimportant: Int = 1) -> Int {
        features.indices.map { marker -> Int in
            let small = superposed.filter { neurons[$0].contains(marker) && neurons[$0].count == unimportant + 1 }
            let large = superposed.filter { !neurons[$0].contains(marker) && neurons[$0].count == size }
            guard let firstSmall = small.min() else { return 0 }
            return small.count + large.count { $0 < firstSmall }
        }.max() ?? 0
    }
}

extension CodedModel {
    /// How much the other features share the neurons that a feature excites: superposition among the positive
    /// weights. Shape `[features]`.
    var superposition: [Double] {
        var excited = model
        excited.W.elements = excited.W.elements.map { max(0, $0) }
        return excited.superposition
    }

    /// Of the three features in two neurons: the cosine of the two that have a neuron each, and the largest |cos|
    /// between these and the one that has both. Not a number if there is no such group.
    var binaryCode: (antipodal: Double, orthogonal: Double) {
        let sets = code.superposed.map { ($0, code.neurons[$0]) }
        guard sets.count == 3, let both = sets.first(where: { $0.1.count == 2 })?.0 else { return (.nan, .nan) }
        let single = sets.map(\.0).filter { $0 != both }
        return (
            model.cosine(single[0], single[1]), single.map { abs(model.cosine($0, both)) }.max() ?? .nan
        )
    }
}

// MARK: - Alignment

/// How much the stored features of a model lie along single hidden dimensions: the mean of $\sum_k W_{ki}^4 / \lVert
/// W_i \rVert^4$, which is 1 where every feature has one dimension and $3 / (m + 2)$ for random directions.
func alignment(_ W: Matrix) -> Double {
    let parts = (0..<W.columns).compactMap { i -> Double? in
        let squares = (0..<W.rows).map { W[$0, i] * W[$0, i] }
        let length = squares.reduce(0, +)
        return length > 0.25 ? squares.reduce(0) { $0 + $1 * $1 } / (length * length) : nil
    }
    return mean(parts)
}

/// The matrix with its hidden space turned at random: Gram–Schmidt on normal numbers.
func rotated(_ W: Matrix, using stream: inout RandomStream) -> Matrix {
    var axes: [[Double]] = []
    while axes.count < W.rows {
        var axis = (0..<W.rows).map { _ in stream.nextNormal() }
        for other in axes {
            let product = zip(axis, other).reduce(0) { $0 + $1.0 * $1.1 }
            axis = zip(axis, other).map { $0 - product * $1 }
        }
        let length = axis.reduce(0) { $0 + $1 * $1 }.squareRoot()
        if length > 1e-6 { axes.append(axis.map { $0 / length }) }
    }
    var result = Matrix(rows: W.rows, columns: W.columns)
    for k in 0..<W.rows {
        for i in 0..<W.columns { result[k, i] = (0..<W.rows).reduce(0) { $0 + axes[k][$1] * W[$1, i] } }
    }
    return result
}

/// How models lie relative to their hidden dimensions, compared with random rotations of themselves.
struct AlignmentTest {
    /// The alignment of each model, ascending.
    let trained: [Double]
    /// The alignment of the models turned at random, ascending.
    let turned: [Double]
    /// The share of the models that are more aligned than 95% of their own rotations: 1/20 if the axes mean nothing.
    var significant: Double { Double(isSignificant.count { $0 }) / Double(isSignificant.count) }
    /// Whether a model is more aligned than 95% of its own rotations, in the order of the models.
    let isSignificant: [Bool]
    /// The share of its own rotations that a model is more aligned than, on average: 1/2 if the axes mean nothing.
    let meanRank: Double

    /// - Parameter stream: of the rotations.
    init(_ models: [ToyModel], rotations: Int, using stream: RandomStream) {
        var stream = stream
        var all: [Double] = []
        var isSignificant: [Bool] = []
        var rank = 0.0
        for model in models {
            let own = alignment(model.W)
            let others = (0..<rotations).map { _ in alignment(rotated(model.W, using: &stream)) }
            rank += Double(others.count { $0 < own }) / Double(rotations)
            isSignificant.append(Double(others.count { $0 >= own } + 1) <= 0.05 * Double(rotations + 1))
            all += others
        }
        trained = models.map { alignment($0.W) }.sorted()
        turned = all.sorted()
        self.isSignificant = isSignificant
        meanRank = rank / Double(models.count)
    }
}

// MARK: - Bias

/// What a hidden bias does to the neurons of a model, on samples of its inputs.
struct Linearity {
    /// The share of the neurons' inputs that are positive, where a ReLU does nothing.
    let share: Double
    /// The biases, ascending.
    let biases: [Double]

    init(_ model: ToyModel, features: FeatureDistribution, samples: Int, using stream: RandomStream) {
        var stream = stream
        var positive = 0
        for _ in 0..<samples { positive += model.hidden(features.sample(using: &stream)).count { $0 > 0 } }
        share = Double(positive) / Double(samples * model.W.rows)
        biases = model.b1?.sorted() ?? []
    }
}

/// The best models of one density: with a linear hidden layer, with ReLU, and with ReLU and a bias.
struct BiasResult {
    let density: Double
    let linearLoss, reluLoss, biasedLoss: Double
    let relu, biased: Linearity

    /// The results for all densities of three experiments.
    static func all(
        linear: TrainedModels, relu: TrainedModels, biased: TrainedModels, using stream: RandomStream
    ) -> [BiasResult] {
        linear.experiment.settings.indices.map { index in
            func least(_ trained: TrainedModels) -> Double { trained.losses[trained.best(ofSetting: index)] }
            func linearity(_ trained: TrainedModels) -> Linearity {
                Linearity(
                    trained[trained.best(ofSetting: index)], features: trained.experiment.settings[index].features,
                    samples: 10_000, using: stream)
            }
            return BiasResult(
                density: linear.experiment.settings[index].features.density[0], linearLoss: least(linear),
                reluLoss: least(relu), biasedLoss: least(biased), relu: linearity(relu), biased: linearity(biased))
        }
    }
}

/// Densities from 0.8 to 0.025 at even ratios, descending, with the given ones in place of their neighbours.
func densities(count: Int, including given: [Double]) -> [Double] {
    let even = geometricSequence(from: 0.8, to: 0.025, count: count)
    return (even.filter { density in given.allSatisfy { abs($0 / density - 1) > 0.03 } } + given).sorted(by: >)
}

// MARK: - Sweep

/// The codes by density.
struct CodeSweep {
    struct Place {
        let density: Double
        /// The best model.
        let best: CodedModel
        /// Of all models that were trained to the end here: the lowest loss of each code, by name.
        let losses: [String: Double]
        /// The mean number of polysemantic neurons and of stored features of all starts, wherever they ended.
        let meanPolysemantic, meanStored: Double
    }

    let places: [Place]

    /// - Parameters: - screened: many random starts of every density. - finished: the candidates of every density,
    ///   trained to the end. - others: further candidates for single densities.
    init(
        screened: TrainedModels, finished: TrainedModels, others: [(density: Double, coded: CodedModel)],
        using stream: RandomStream
    ) {
        places = finished.experiment.settings.enumerated().map { index, setting in
            let density = setting.features.density[0]
            let codes = screened.models(ofSetting: index).map { NeuronCode(screened[$0].W) }
            let ranking =
                ranked(finished, setting: index, count: finished.experiment.restarts, points: 32, using: stream)
                + others.filter { $0.density == density }.map(\.coded)
            return Place(
                density: density, best: ranking.reduce(ranking[0]) { $1.loss < $0.loss ? $1 : $0 },
                losses: Dictionary(ranking.map { ($0.code.name, $0.loss) }, uniquingKeysWith: min),
                meanPolysemantic: mean(codes.map { Double($0.count(.polysemantic)) }),
                meanStored: mean(codes.map { Double($0.stored.count) }))
        }
    }

    /// The density between the last place that meets a condition in an unbroken row from the first that does, and the
    /// next place.
    func end(of condition: (NeuronCode) -> Bool) -> Double {
        guard let first = places.firstIndex(where: { condition($0.best.code) }),
            let next = places[first...].firstIndex(where: { !condition($0.best.code) })
        else { return .nan }
        return (places[next - 1].density * places[next].density).squareRoot()
    }

    /// The highest density at which the best model meets a condition.
    func onset(of condition: (NeuronCode) -> Bool) -> Double {
        places.first { condition($0.best.code) }?.density ?? .nan
    }

    /// How much more loss the best model with one code has than the best model of all, at one density, in percent.
    func excess(of name: String, at density: Double) -> Double {
        guard let place = places.first(where: { $0.density == density }), let loss = place.losses[name] else {
            return .nan
        }
        return 100 * (loss / place.best.loss - 1)
    }

    /// The share of the places in a range of densities whose best model meets a condition.
    func share(in range: ClosedRange<Double>, _ condition: (NeuronCode) -> Bool) -> Double {
        let inside = places.filter { range.contains($0.density) }
        return Double(inside.count { condition($0.best.code) }) / Double(inside.count)
    }

    /// Spearman's rank correlation between sparsity and a quantity.
    func trend(_ quantity: (Place) -> Double) -> Double {
        rankCorrelation(places.map { 1 / $0.density }, places.map(quantity))
    }
}
