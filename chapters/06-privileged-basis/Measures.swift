import Analysis
import Foundation
import Notebook
import ToyModels

// How the chapter searches for models, and what it measures on them.

/// Ten features of the same density whose importance falls as $0.75^i$.
func setting(density: Double) -> Experiment.Setting {
    Experiment.Setting(features: FeatureDistribution(density: density, features: 10), importance: importance)
}

/// The same with the features' importances in another order: feature `i` has the one at `order[i]`.
func setting(density: Double, order: [Int]) -> Experiment.Setting {
    Experiment.Setting(
        features: FeatureDistribution(density: density, features: 10), importance: order.map { importance[$0] })
}

private let importance = powers(of: 0.75, count: 10)

let neurons = ToyModel.Architecture(features: 10, hidden: 5, hiddenActivation: .relu)

/// Gradient descent with momentum: beside so large an epsilon no gradient counts, and steps are gradients over 100.
let gradientDescent = AdamW(epsilon: 100, weightDecay: 0)

// MARK: - Search

/// A kind of code.
enum Code {
    /// That of a name; see `NeuronCode.name`.
    case named(String)
    /// Every feature is a pair of neurons.
    case pairs

    /// The name, in short.
    var name: String {
        switch self {
        case .named(let name): name
        case .pairs: "pairs"
        }
    }

    /// Whether a code is of this kind.
    func contains(_ code: NeuronCode) -> Bool {
        switch self {
        case .named(let name): code.name == name
        case .pairs: code.isAllPairs
        }
    }
}

/// One of the paper's sparsity regimes.
struct Regime {
    let density: Double
    /// What the paper calls it, in short.
    let paper: String
    /// The paper's code.
    let code: Code
}

/// What the search at the paper's six densities found.
struct Search {
    let regimes: [Regime]
    let rounds: [Round]
    /// All models after the first round.
    let first: TrainedModels
    /// For each regime, all models that were trained to the end, best first.
    let found: [[CodedModel]]
}

/// A round of a search; the later ones start from models of the one before.
struct Round {
    let steps, batchSize: Int
    let rate: Double
    /// The samples of the rule by which losses are integrated: the more, the closer the models are that are compared.
    let evaluationSamples: Int

    func experiment(
        _ id: String, _ settings: [Experiment.Setting], restarts: Int, from start: ModelSelection? = nil
    ) -> Experiment {
        Experiment(
            id: id, architecture: neurons, settings: settings, restarts: restarts, steps: steps, batchSize: batchSize,
            learningRate: .linear(rate), start: start, evaluationSamples: evaluationSamples)
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

/// For each setting `count` models: its own best one of each code, then those of its neighbours up to `reach` settings
/// away, nearest first, and where these are not enough more models of its own.
func exchangedByCode(_ trained: TrainedModels, count: Int, reach: Int) -> ModelSelection {
    let settings = trained.experiment.settings.indices
    let best = settings.map { setting in
        var names = Set<String>()
        return leaders(trained, setting: setting, count: trained.experiment.restarts)
            .filter { names.insert(NeuronCode(trained[$0].W).name).inserted }
    }
    return trained.selection(
        settings.flatMap { setting -> [Int] in
            let neighbours = (1...reach).flatMap { [setting - $0, setting + $0] }.filter(settings.contains)
            // Their winners first, then their second codes, and so on.
            let given = (0..<count).flatMap { place in
                neighbours.compactMap { best[$0].indices.contains(place) ? best[$0][place] : nil }
            }
            let wanted = Array((best[setting].prefix(count / 2) + given).prefix(count))
            let more = leaders(trained, setting: setting, count: count).filter { !wanted.contains($0) }
            return wanted + more.prefix(count - wanted.count)
        })
}

/// A model with its neurons in the order of its code, the code, and the expected loss with its standard error.
struct CodedModel {
    let model: ToyModel
    let code: NeuronCode
    let loss, error: Double
    /// Where it was trained, if that is known.
    let reference: ModelReference?

    init(_ model: ToyModel, loss: Double, error: Double = 0, reference: ModelReference? = nil) {
        self.model = model.reordered(neurons: NeuronCode(model.W).neuronOrder)
        code = NeuronCode(self.model.W)
        self.loss = loss
        self.error = error
        self.reference = reference
    }

    /// One of the models of an experiment.
    init(_ trained: TrainedModels, _ index: Int) {
        self.init(
            trained[index], loss: trained.losses[index], error: trained.lossErrors[index],
            reference: trained.reference(to: index))
    }
}

/// The models of one setting, best first.
func ranked(_ trained: TrainedModels, setting: Int) -> [CodedModel] {
    leaders(trained, setting: setting, count: trained.experiment.restarts).map { CodedModel(trained, $0) }
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

    /// The mean of ``followingRule(important:unimportant:)`` if the features that are stored in polysemantic neurons
    /// get these sets of neurons at random.
    func followingRuleByChance(important size: Int, shuffles: Int, using stream: RandomStream) -> Double {
        var stream = stream
        let stored = superposed
        return mean(
            (0..<shuffles).map { _ in
                var columns = neurons
                for (feature, other) in zip(stored, stored.shuffled(using: &stream)) {
                    columns[feature] = neurons[other]
                }
                let W = Matrix(features.indices.map { k in columns.map { $0.contains(k) ? 1 : 0 } })
                return Double(NeuronCode(W).followingRule(important: size))
            })
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

/// What three random directions in a plane have: the least cosine of two, and the larger |cos| of these two with the
/// third. Means.
struct RandomDirections {
    let leastCosine, largestToThird: Double

    init(samples: Int, using stream: RandomStream) {
        var stream = stream
        var sums = (0.0, 0.0)
        for _ in 0..<samples {
            let angles = (0..<3).map { _ in 2 * Double.pi * Double(stream.nextUniform()) }
            let cosines = [(0, 1), (1, 2), (2, 0)].map { cos(angles[$0] - angles[$1]) }
            let least = cosines.min() ?? .nan
            sums.0 += least
            sums.1 += cosines.filter { $0 != least }.map { abs($0) }.max() ?? .nan
        }
        (leastCosine, largestToThird) = (sums.0 / Double(samples), sums.1 / Double(samples))
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

/// The tests of the three kinds of models: a linear hidden layer with AdamW and with gradient descent, and ReLU.
struct BasisTests {
    let linear, descent, relu: AlignmentTest
}

// MARK: - Bias

/// How linear the neurons of a model are, on samples of its inputs.
struct Linearity {
    /// The share of the neurons' inputs that are positive, where a ReLU does nothing.
    let share: Double
    /// The loss with a linear hidden layer in place of ReLU and the same weights, over the loss.
    let lossWithoutReLU: Double
    /// The biases, ascending.
    let biases: [Double]

    init(_ model: ToyModel, setting: Experiment.Setting, samples: Int, using stream: RandomStream) {
        var stream = stream
        var linear = model
        linear.hiddenActivation = .linear
        var (positive, loss, linearLoss) = (0, 0.0, 0.0)
        for _ in 0..<samples {
            let x = setting.features.sample(using: &stream)
            positive += model.hidden(x).count { $0 > 0 }
            loss += model.loss(x, setting.objective)
            linearLoss += linear.loss(x, setting.objective)
        }
        share = Double(positive) / Double(samples * model.W.rows)
        lossWithoutReLU = linearLoss / loss
        biases = model.b1?.sorted() ?? []
    }
}

/// The best models of one density: with a linear hidden layer, with ReLU, and with ReLU and a bias.
struct BiasResult {
    let density: Double
    let linearLoss, reluLoss, biasedLoss: Double
    let relu, biased: Linearity

    /// The result for one of the settings that three experiments have in common.
    init(
        setting index: Int, linear: TrainedModels, relu: TrainedModels, biased: TrainedModels, samples: Int,
        using stream: RandomStream
    ) {
        func least(_ trained: TrainedModels) -> Double { trained.losses[trained.best(ofSetting: index)] }
        func linearity(_ trained: TrainedModels) -> Linearity {
            Linearity(
                trained[trained.best(ofSetting: index)], setting: trained.experiment.settings[index], samples: samples,
                using: stream)
        }
        density = linear.experiment.settings[index].features.density[0]
        (linearLoss, reluLoss, biasedLoss) = (least(linear), least(relu), least(biased))
        (self.relu, self.biased) = (linearity(relu), linearity(biased))
    }
}

/// A ReLU model without a bias, by its number of features.
struct ManyFeatures {
    let features: Int
    /// Its loss over that of a model with a linear hidden layer.
    let lossRatio: Double
    let linearity: Linearity

    init(features: Int, lossRatio: Double, _ linearity: Linearity) {
        self.features = features
        self.lossRatio = lossRatio
        self.linearity = linearity
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
        /// All models that were trained to the end here, best first.
        let models: [CodedModel]
        /// The mean number of polysemantic neurons and of stored features of all starts, wherever they ended.
        let meanPolysemantic, meanStored: Double

        /// The best model.
        var best: CodedModel { models[0] }

        /// How much more loss the best model with a code has than the best of all, in percent; nil if none has it.
        func excess(of code: Code) -> Double? {
            models.first { code.contains($0.code) }.map { 100 * ($0.loss / best.loss - 1) }
        }

        /// How the best model with a code compares with the best of the others.
        func margin(of code: Code) -> Margin {
            var names = Set<String>()
            let others = models.filter { !code.contains($0.code) && names.insert($0.code.name).inserted }
            let own = models.first { code.contains($0.code) }
            let rivals = others.prefix(2).map { (name: $0.code.name, excess: 100 * ($0.loss / best.loss - 1)) }
            guard let own, let other = others.first else {
                return Margin(signed: .nan, tie: 0, rivals: rivals)
            }
            return Margin(
                signed: 100 * (own.loss / other.loss - 1), tie: tie(own.error, other.error, over: other.loss),
                rivals: rivals)
        }
    }

    /// Twice the error of the difference of two losses with these errors, in percent of a loss.
    static func tie(_ a: Double, _ b: Double, over loss: Double) -> Double { 200 * (a * a + b * b).squareRoot() / loss }

    /// What a code costs at one density beside the others.
    struct Margin {
        /// How much more loss its best model has than the best one with any other code, in percent; below zero if it is
        /// the best code. Not a number if no model has it, or all have.
        let signed: Double
        /// Below what difference, in percent, the two are within twice the error of their losses.
        let tie: Double
        /// The best other codes, and how much more loss they have than the best of all, in percent.
        let rivals: [(name: String, excess: Double)]

        var isTie: Bool { abs(signed) <= tie }
    }

    let places: [Place]
    /// What it was made from.
    let finished: [TrainedModels]

    /// - Parameters: - screened: many random starts of every density. - finished: the candidates of every density,
    ///   trained to the end. - others: further candidates for single densities.
    init(screened: TrainedModels, finished: [TrainedModels], others: [(density: Double, models: [CodedModel])]) {
        self.finished = finished
        places = screened.experiment.settings.enumerated().map { index, setting in
            let density = setting.features.density[0]
            let codes = screened.models(ofSetting: index).map { NeuronCode(screened[$0].W) }
            let models =
                finished.flatMap { ranked($0, setting: index) }
                + others.filter { $0.density == density }.flatMap(\.models)
            return Place(
                density: density, models: models.sorted { $0.loss < $1.loss },
                meanPolysemantic: mean(codes.map { Double($0.count(.polysemantic)) }),
                meanStored: mean(codes.map { Double($0.stored.count) }))
        }
    }

    /// The place of one density.
    func place(_ density: Double) -> Place? { places.first { $0.density == density } }

    /// The best model whose features are pairs of neurons at the lowest density that has one; the best model of the
    /// lowest density if there is none.
    var bestPairs: CodedModel {
        places.reversed().lazy.compactMap { $0.models.first { $0.code.isAllPairs } }.first
            ?? places[places.count - 1].best
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

    /// The share of the places in a range of densities whose best model meets a condition.
    func share(in range: ClosedRange<Double>, _ condition: (NeuronCode) -> Bool) -> Double {
        let inside = places.filter { range.contains($0.density) }
        return Double(inside.count { condition($0.best.code) }) / Double(inside.count)
    }

    /// Spearman's rank correlation between sparsity and a quantity.
    func trend(_ quantity: (Place) -> Double) -> Double {
        rankCorrelation(places.map { 1 / $0.density }, places.map(quantity))
    }

    /// What ``trend(_:)`` stays below in 95% of the random orders of the densities.
    func trendByChance(_ quantity: (Place) -> Double, using stream: RandomStream) -> Double {
        var stream = stream
        let (sparsity, values) = (places.map { 1 / $0.density }, places.map(quantity))
        return quantile(
            0.95, of: (0..<999).map { _ in rankCorrelation(sparsity.shuffled(using: &stream), values) })
    }
}

// MARK: - Pairs

/// What pairs of neurons cost beside other codes, by density.
struct PairCurve {
    struct Place {
        let density: Double
        /// How much more loss the best model with pairs has than the best one with another code, in percent: by search,
        /// and from pairs dealt by hand. Not a number if there is none.
        let search, dealt: Double
        /// The loss of the best dealt pairs and its standard error; nil if there is none.
        let best: (loss: Double, error: Double)?
    }

    let places: [Place]

    /// - Parameters:
    ///   - trained: models of dealt pairs, `followed` at each density.
    init(_ trained: TrainedModels, followed: Int, sweep: CodeSweep, code: Code) {
        places = stride(from: 0, to: trained.experiment.models, by: followed).compactMap { start in
            let density = trained.experiment.setting(ofModel: start).features.density[0]
            guard let place = sweep.place(density), let other = place.models.first(where: { !code.contains($0.code) })
            else { return nil }
            let dealt = (start..<start + followed).filter { code.contains(NeuronCode(trained[$0].W)) }
                .min { trained.losses[$0] < trained.losses[$1] }
            return Place(
                density: density, search: place.margin(of: code).signed,
                dealt: dealt.map { 100 * (trained.losses[$0] / other.loss - 1) } ?? .nan,
                best: dealt.map { (trained.losses[$0], trained.lossErrors[$0]) })
        }
    }

    /// The excess of dealt pairs at one density.
    func excess(at density: Double) -> Double { places.first { $0.density == density }?.dealt ?? .nan }

    /// The highest density at which pairs are the best code.
    var onset: Double {
        places.filter { least($0.search, $0.dealt) < 0 }.map(\.density).max() ?? .nan
    }
}

/// The smaller of two numbers, of which one may be none.
func least(_ a: Double, _ b: Double) -> Double { a.isNaN ? b : b.isNaN ? a : min(a, b) }
