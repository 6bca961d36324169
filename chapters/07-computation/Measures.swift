import Analysis
import Foundation
import Notebook
import ToyModels

// What the chapter's figures show and its claims measure, in terms of trained models.

/// Signed features of the same density whose importance falls by a constant factor.
func setting(density: Double, features: Int, decay: Double) -> Experiment.Setting {
    Experiment.Setting(
        features: FeatureDistribution(density: density, features: features, isSigned: true),
        importance: powers(of: decay, count: features), target: .absoluteValue)
}

/// Models that compute $|x|$.
func architecture(features: Int, hidden: Int) -> ToyModel.Architecture {
    .init(features: features, hidden: hidden, hiddenActivation: .relu, isTied: false)
}

/// Models with random weights, all normal: the null of what training does to neurons.
func untrained(features: Int, hidden: Int, count: Int, using stream: RandomStream) -> [ToyModel] {
    var stream = stream
    return (0..<count).map { _ in
        var model = ToyModel(
            hiddenActivation: .relu, W: Matrix(rows: hidden, columns: features),
            W2: Matrix(rows: features, columns: hidden), b: Array(repeating: 0, count: features))
        model.W.elements = model.W.elements.map { _ in stream.nextNormal() }
        model.W2?.elements = model.W.elements.map { _ in stream.nextNormal() }
        return model.shown
    }
}

extension ToyModel {
    /// As the figures show it: every neuron's largest input weight is 1, and neurons stand in the order of their
    /// primary features.
    var shown: ToyModel { rescaledNeurons.reordered(neurons: neuronsByPrimaryFeature) }

    /// The number of features that each neuron reads with more than `threshold` times its largest weight. Shape
    /// `[neurons]`.
    func featureCounts(threshold: Double = polysemanticThreshold) -> [Int] {
        (0..<W.rows).map { features(ofNeuron: $0, threshold: threshold).count }
    }

    /// The number of neurons that read one feature.
    func monosemantic(threshold: Double = polysemanticThreshold) -> Int {
        featureCounts(threshold: threshold).count { $0 == 1 }
    }

    /// The number of neurons that read several features.
    func polysemantic(threshold: Double = polysemanticThreshold) -> Int {
        featureCounts(threshold: threshold).count { $0 > 1 }
    }

    /// The number of features whose absolute value is computed by two neurons of its own, one for each side.
    var dedicatedPairs: Int {
        let counts = featureCounts()
        return (0..<W.columns).count { feature in
            [1.0, -1].allSatisfy { side in
                (0..<W.rows).contains { counts[$0] == 1 && W[$0, feature] * side == largest($0) }
            }
        }
    }

    private func largest(_ neuron: Int) -> Double { (0..<W.columns).reduce(0) { max($0, abs(W[neuron, $1])) } }

    /// The largest difference from $|x|$ in the outputs to single features.
    var largestError: Double {
        let values = stride(from: -1, through: 1, by: 0.125)
        return (0..<W.columns).flatMap { feature in
            values.map { value -> Double in
                var x = Array(repeating: 0.0, count: W.columns)
                x[feature] = value
                return zip(self(x), x).map { abs($0 - abs($1)) }.max() ?? .nan
            }
        }.max() ?? .nan
    }
}

/// A second feature makes a neuron polysemantic if its weight is more than this share of the largest.
let polysemanticThreshold = 0.3

// MARK: - Sweep

/// The models of a sweep over density.
struct Sweep {
    struct Place {
        let density: Double
        /// All models with their losses, lowest first.
        let models: [(model: ToyModel, loss: Double)]
        /// The best model.
        var best: ToyModel { models[0].model }

        /// The mean of a quantity over all models.
        func mean(_ quantity: (ToyModel) -> Int) -> Double {
            models.reduce(0) { $0 + Double(quantity($1.model)) } / Double(models.count)
        }

        /// Whether half of the models or more are mixed.
        var isMixed: Bool { 2 * models.count { Sweep.isMixed($0.model) } >= models.count }
    }

    /// The experiments: at the faster and at the slower rate; at some densities, from the usual weights; and at the
    /// faster and the slower rate with more steps.
    let fast, slow, usual: TrainedModels
    let longer: [TrainedModels]
    /// The models of the faster and the slower rate, with any number of steps, by density.
    let places: [Place]

    init(fast: TrainedModels, slow: TrainedModels, usual: TrainedModels, longer: [TrainedModels]) {
        (self.fast, self.slow, self.usual, self.longer) = (fast, slow, usual, longer)
        places = fast.experiment.settings.map { setting in
            let density = setting.features.density[0]
            let models = ([fast, slow] + longer).flatMap { Self.models(in: $0, density: density) }
            return Place(density: density, models: models.sorted { $0.loss < $1.loss })
        }
    }

    /// The models of one experiment at one density, with their losses.
    static func models(in run: TrainedModels, density: Double) -> [(model: ToyModel, loss: Double)] {
        run.experiment.settings.indices.filter { run.experiment.settings[$0].features.density[0] == density }
            .flatMap { run.models(ofSetting: $0).map { (run[$0].shown, run.losses[$0]) } }
    }

    /// The ids of the experiments whose models are in the places.
    var experiments: [String] { ([fast, slow] + longer).map(\.experiment.id) }

    /// The models of one density.
    func place(_ density: Double) -> Place? { places.first { $0.density == density } }

    /// Where the best model comes closest to having as many monosemantic as polysemantic neurons.
    var mostMixed: Place {
        places.dropFirst().reduce(places[0]) { Self.mixture($1.best) > Self.mixture($0.best) ? $1 : $0 }
    }

    /// All mixed models with their densities.
    var mixed: [(density: Double, model: ToyModel)] {
        places.flatMap { place in place.models.map(\.model).filter(Self.isMixed).map { (place.density, $0) } }
    }

    /// The mixed models of one experiment.
    static func mixed(in run: TrainedModels) -> [ToyModel] {
        (0..<run.experiment.models).map { run[$0].shown }.filter(isMixed)
    }

    /// A mixed model has at least so many neurons of each kind.
    static let least = 5

    static func isMixed(_ model: ToyModel) -> Bool { mixture(model) >= least }

    /// The number of neurons of the rarer kind.
    static func mixture(_ model: ToyModel) -> Int { min(model.monosemantic(), model.polysemantic()) }
}

/// Whether the neurons of important features are the monosemantic ones, in models that have both kinds.
struct ImportanceTest {
    /// The share of the pairs of a monosemantic and a polysemantic neuron of one model in which the monosemantic
    /// one's primary feature matters more; a tie counts half. The mean over the models.
    let share: Double
    /// The share of random assignments of the two kinds to each model's neurons that reach as much, the actual one
    /// included.
    let p: Double
    /// The mean share of random assignments.
    let chance: Double

    /// - Parameter stream: of the assignments.
    init(_ models: [ToyModel], permutations: Int, using stream: RandomStream) {
        let cases = models.map { model in
            (
                primary: (0..<model.W.rows).map { model.features(ofNeuron: $0, threshold: 0).first ?? model.W.columns },
                isMono: model.featureCounts().map { $0 == 1 }
            )
        }
        func mean(_ share: ([Int], [Bool]) -> Double) -> Double {
            cases.reduce(0) { $0 + share($1.primary, $1.isMono) } / Double(cases.count)
        }
        let test = PermutationTest(
            observed: mean(Self.share), permutations: permutations, using: stream
        ) { stream in mean { Self.share($0, $1.shuffled(using: &stream)) } }
        (share, p, chance) = (test.observed, test.pValue, test.expected)
    }

    static func share(_ primary: [Int], _ isMono: [Bool]) -> Double {
        var (wins, pairs) = (0.0, 0.0)
        for mono in primary.indices where isMono[mono] {
            for poly in primary.indices where !isMono[poly] {
                wins += primary[mono] < primary[poly] ? 1 : primary[mono] == primary[poly] ? 0.5 : 0
                pairs += 1
            }
        }
        return wins / pairs
    }
}

// MARK: - Activations

/// What the activations of neurons are about, from the largest down. Those below a tenth of
/// what the primary feature can cause are left out: many tiny weights make for many tiny activations.
struct ActivationProfile {
    /// Some neurons of a model, and the features that it sees.
    struct Neurons {
        let model: ToyModel
        let neurons: [Int]
        let features: FeatureDistribution

        init(_ model: ToyModel, neurons: [Int], features: FeatureDistribution) {
            (self.model, self.neurons, self.features) = (model, neurons, features)
        }
    }

    /// The shares of a neuron's activations that the curves are taken at, ascending up to 1.
    static let shares = (0...24).map { pow(10, -3 + 3 * Double($0) / 24) }

    /// For each neuron, among the largest activations up to each of ``shares`` the part in which the
    /// primary feature is active on the neuron's side. Shape `[neurons][shares]`.
    let curves: [[Double]]
    /// The same part among the smaller half of the activations. Shape `[neurons]`.
    let lowerHalf: [Double]

    /// - Parameters:
    ///   - models: neurons scaled so that their largest weight is 1. A neuron that is hardly ever active is left out.
    ///   - samples: for each model.
    init(_ models: [Neurons], samples: Int, using stream: RandomStream) {
        var stream = stream
        var (curves, lowerHalf) = ([[Double]](), [Double]())
        for neurons in models {
            for activations in Self.activations(neurons, samples, &stream) where activations.count >= 2 {
                func part(_ activations: ArraySlice<(height: Double, isPrimary: Bool)>) -> Double {
                    Double(activations.count { $0.isPrimary }) / Double(activations.count)
                }
                curves.append(
                    Self.shares.map { part(activations.prefix(max(1, Int($0 * Double(activations.count))))) })
                lowerHalf.append(part(activations.suffix(activations.count / 2)))
            }
        }
        (self.curves, self.lowerHalf) = (curves, lowerHalf)
    }

    /// The activations of each neuron, largest first.
    private static func activations(
        _ neurons: Neurons, _ samples: Int, _ stream: inout RandomStream
    ) -> [[(height: Double, isPrimary: Bool)]] {
        let W = neurons.model.W
        let primary = neurons.neurons.map { neurons.model.features(ofNeuron: $0, threshold: 0)[0] }
        var found = neurons.neurons.map { _ in [(height: Double, isPrimary: Bool)]() }
        for _ in 0..<samples {
            let x = neurons.features.sample(using: &stream)
            let active = x.indices.filter { x[$0] != 0 }
            for (index, neuron) in neurons.neurons.enumerated() {
                let height = active.reduce(0) { $0 + W[neuron, $1] * x[$1] }
                let own = W[neuron, primary[index]] * x[primary[index]]
                if height > 0.1 { found[index].append((height, own > 0)) }
            }
        }
        return found.map { $0.sorted { $0.height > $1.height } }
    }

    /// The mean curve. Shape `[shares]`.
    var mean: [Double] {
        Self.shares.indices.map { share in curves.reduce(0) { $0 + $1[share] } / Double(curves.count) }
    }

    /// For each neuron, the part among the largest hundredth.
    var top: [Double] {
        let index = Self.shares.firstIndex { $0 > 0.0099 } ?? 0
        return curves.map { $0[index] }
    }
}

// MARK: - Motif

/// The motif in many models of one size, beside two null controls.
struct MotifCensus {
    let features, hidden, models: Int
    /// The instances of each model. Shape `[models][instances]`.
    let instances: [[AsymmetricMotif]]
    /// The number of neurons and pairs of features stored asymmetrically, inhibited or not.
    let asymmetric: Int
    /// The number of models with an instance, and the same where every neuron's input and output weights are shuffled
    /// among the features.
    let shuffled: PermutationTest
    /// The number of asymmetric neurons that have an inhibitor, and the same where the secondary feature's output
    /// weights are shuffled among the other neurons.
    let inhibited: PermutationTest
    /// The number of asymmetric neurons where the primary feature alone takes the secondary output to zero or below,
    /// and the mean of the same with the shuffled output weights.
    let negative: Int, negativeByChance: Double
    /// Of the other asymmetric neurons: what is left in the secondary output then, over what the neuron adds to it.
    let residuals: [Double]

    /// - Parameters:
    ///   - shuffles: how often weights are shuffled.
    ///   - stream: of the shuffles.
    init(_ trained: TrainedModels, shuffles: Int, using stream: RandomStream) {
        let all = (0..<trained.experiment.models).map { trained[$0] }
        features = trained.experiment.architecture.features
        hidden = trained.experiment.architecture.hidden
        models = all.count
        let instances = all.map { $0.asymmetricMotifs() }
        self.instances = instances
        let pairs = all.map { $0.asymmetricNeurons() }
        asymmetric = pairs.reduce(0) { $0 + $1.count }
        let least = AsymmetricMotif.Criteria().leastInhibition
        shuffled = PermutationTest(
            observed: Double(instances.count { !$0.isEmpty }), permutations: shuffles, using: stream
        ) { stream in
            Double(all.count { !$0.shuffledWithinNeurons(using: &stream).asymmetricMotifs().isEmpty })
        }
        let left = zip(all, pairs).flatMap { model, pairs in
            pairs.map { model.residual(secondary: $0.secondary, neuron: $0.neuron, primary: $0.primary) }
        }
        negative = left.count { $0 == 0 }
        residuals = left.filter { $0 > 0 }
        var negativeCounts = 0
        inhibited = PermutationTest(
            observed: Double(instances.reduce(0) { $0 + $1.count }), permutations: shuffles, using: stream
        ) { stream in
            var count = 0
            for (model, pairs) in zip(all, pairs) {
                for (neuron, primary, secondary) in pairs {
                    let shuffled = model.shufflingOutputs(toFeature: secondary, but: neuron, using: &stream)
                    let inhibitor = shuffled.inhibitor(neuron: neuron, primary: primary, secondary: secondary)
                    if let inhibitor, inhibitor.inhibition >= least { count += 1 }
                    if shuffled.residual(secondary: secondary, neuron: neuron, primary: primary) == 0 {
                        negativeCounts += 1
                    }
                }
            }
            return Double(count)
        }
        negativeByChance = Double(negativeCounts) / Double(shuffles)
    }

    /// The number of models with an instance.
    var withMotif: Int { instances.count { !$0.isEmpty } }
    /// The number of instances.
    var count: Int { instances.reduce(0) { $0 + $1.count } }
}

extension ToyModel {
    /// The model with every neuron's input weights dealt to the features at random, and its output weights, too.
    /// Every neuron keeps the magnitudes of its weights.
    fileprivate func shuffledWithinNeurons(using stream: inout RandomStream) -> ToyModel {
        var model = self
        for k in 0..<W.rows {
            let (input, output) = (
                Array(0..<W.columns).shuffled(using: &stream), Array(0..<W.columns).shuffled(using: &stream)
            )
            for i in 0..<W.columns {
                model.W[k, i] = W[k, input[i]]
                model.W2?[i, k] = W2?[output[i], k] ?? 0
            }
        }
        return model
    }

    /// The model with a feature's output weights dealt to the neurons at random, but for one neuron, which keeps its
    /// own.
    fileprivate func shufflingOutputs(toFeature feature: Int, but neuron: Int, using stream: inout RandomStream)
        -> ToyModel
    {
        var model = self
        let others = (0..<W.rows).filter { $0 != neuron }
        for (k, other) in zip(others, others.shuffled(using: &stream)) {
            model.W2?[feature, k] = W2?[feature, other] ?? 0
        }
        return model
    }

    /// The secondary output where the primary feature of a neuron is fully active, on the neuron's side, and no other
    /// feature is, over what the neuron adds to it.
    func residual(secondary: Int, neuron: Int, primary: Int) -> Double {
        var x = Array(repeating: 0.0, count: W.columns)
        x[primary] = W[neuron, primary] < 0 ? -1 : 1
        let added = (W2?[secondary, neuron] ?? 0) * abs(W[neuron, primary])
        return output(of: secondary, hidden: hidden(x)) / added
    }

    /// The model without the weight by which a motif's inhibitor acts on the secondary output.
    func withoutInhibition(_ motif: AsymmetricMotif) -> ToyModel {
        var model = self
        model.W2?[motif.secondary, motif.inhibitor] = 0
        return model
    }
}

/// What the inhibition of one instance is good for, measured on samples.
struct InhibitionEffect {
    /// The loss as it is, and without the inhibiting weight.
    let loss, lossWithout: Double
    /// The mean squared secondary output where the secondary feature is not active and the primary one is, on the
    /// neuron's side; without the weight, too.
    let interference, interferenceWithout: Double

    init(
        _ motif: AsymmetricMotif, of model: ToyModel, setting: Experiment.Setting, loss: Double, samples: Int,
        using stream: RandomStream
    ) {
        let without = model.withoutInhibition(motif)
        var stream = stream
        var (difference, sum, sumWithout, count) = (0.0, 0.0, 0.0, 0)
        for _ in 0..<samples {
            let x = setting.features.sample(using: &stream)
            let h = model.hidden(x)
            guard h[motif.inhibitor] > 0 else { continue }  // Nothing changes.
            let (y, yWithout) = (
                model.output(of: motif.secondary, hidden: h), without.output(of: motif.secondary, hidden: h)
            )
            let target = abs(x[motif.secondary])
            difference += (yWithout - target) * (yWithout - target) - (y - target) * (y - target)
            if x[motif.secondary] == 0, x[motif.primary] * model.W[motif.neuron, motif.primary] > 0 {
                sum += y * y
                sumWithout += yWithout * yWithout
                count += 1
            }
        }
        self.loss = loss
        lossWithout = loss + setting.importance[motif.secondary] * difference / Double(samples)
        interference = sum / Double(max(count, 1))
        interferenceWithout = sumWithout / Double(max(count, 1))
    }
}

extension ToyModel {
    /// One output for given hidden activations.
    fileprivate func output(of feature: Int, hidden h: [Double]) -> Double {
        max(0, h.indices.reduce(b[feature]) { $0 + (W2?[feature, $1] ?? 0) * h[$1] })
    }
}
