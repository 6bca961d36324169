import Analysis
import Foundation
import Notebook
import ToyModels

// What the chapter's claims measure.

/// Features of equal importance, each active in one of `inverseDensity` samples.
func setting(inverseDensity: Double, features: Int) -> Experiment.Setting {
    Experiment.Setting(
        features: FeatureDistribution(density: 1 / inverseDensity, features: features),
        importance: Array(repeating: 1, count: features))
}

/// The length of attacks in mean lengths of an input.
let attackLength = 0.1

/// What attacks of a tenth of the mean input norm do to one model.
struct Vulnerability: Sendable {
    /// A mean over samples, over the square of the attack's length $\varepsilon$.
    struct Rise: Sendable {
        /// Where each sample meets the attack that is worst for it.
        let perSample: Double
        /// Where all samples meet the same attack.
        let oneForAll: Double
    }

    /// What attacks do to one set of weights.
    struct Harm: Sendable {
        /// The rise of the loss.
        let rise: Rise
        /// The square of how far the output moves, $\|x'(x + \delta) - x'(x)\|^2$.
        let displacement: Rise
        /// The mean loss without attack.
        let cleanLoss: Double
    }

    /// $1/(1-S)$ of the features.
    let inverseDensity: Double
    /// $\|W\|_F^2/m$.
    let featuresPerDimension: Double
    /// The length $\varepsilon$ of the attacks.
    let norm: Double
    /// What attacks do to the model.
    let own: Harm
    /// The same for the same features without interference: lengths and biases are kept, but each feature has a
    /// dimension of its own.
    let alone: Harm
    /// The rise of the model's loss where the output should be the attacked input.
    let movingTarget: Rise
    /// What the worst attack would do to the same weights without ReLU and bias: the square of how far it moves the
    /// output.
    let squaredGain: Double

    /// What the attacks on one model do to samples, and the mean loss without them.
    private static func rise(
        _ attacks: AttackSet, on samples: FixedSamples, _ target: AttackSet.Target
    ) -> (rise: Rise, clean: Double) {
        let norm = attackLength * samples.meanNorm
        let harm = attacks.harm(to: samples, norm: norm, target: target)
        let rise = Rise(
            perSample: mean(harm.worstRises) / (norm * norm), oneForAll: harm.worstForAll / (norm * norm))
        return (rise, mean(harm.cleanLosses))
    }

    /// What the analytic attacks do to a model.
    static func harm(to model: ToyModel, on samples: FixedSamples) -> Harm {
        harm(.analytic(on: model), on: samples)
    }

    private static func harm(_ attacks: AttackSet, on samples: FixedSamples) -> Harm {
        let (rise, clean) = rise(attacks, on: samples, .original)
        return Harm(rise: rise, displacement: self.rise(attacks, on: samples, .unmoved).rise, cleanLoss: clean)
    }

    init(of model: ToyModel, density: Double, on samples: FixedSamples) {
        var diagonal = Matrix(rows: model.W.columns, columns: model.W.columns)
        for (i, length) in model.norms.enumerated() { diagonal[i, i] = length }
        let attacks = AttackSet.analytic(on: model)
        let gain = attacks.gains.max() ?? 0

        inverseDensity = 1 / density
        featuresPerDimension = model.featuresPerDimension
        norm = attackLength * samples.meanNorm
        own = Self.harm(attacks, on: samples)
        alone = Self.harm(.analytic(on: ToyModel(output: model.output, W: diagonal, b: model.b)), on: samples)
        movingTarget = Self.rise(attacks, on: samples, .attacked).rise
        squaredGain = gain * gain
    }
}

/// A way to turn what attacks do into one number.
struct Normalisation: Sendable {
    /// Which attacks.
    let attack: String
    /// Which measure of their harm, in Pango markup.
    let measure: String
    /// The number, of what attacks of a length do.
    let value: @Sendable (_ harm: Vulnerability.Harm, _ norm: Double) -> Double

    static let all: [Normalisation] = [
        ("one per sample", \Vulnerability.Rise.perSample), ("one for all", \.oneForAll),
    ].flatMap { attack, choice in
        [
            Normalisation(attack: attack, measure: "Δ<i>L</i> / <i>ε</i>²") { harm, _ in harm.rise[keyPath: choice] },
            .init(attack: attack, measure: "‖Δ<i>x</i>′‖² / <i>ε</i>²") { harm, _ in
                harm.displacement[keyPath: choice]
            },
            .init(attack: attack, measure: "√Δ<i>L</i> / <i>ε</i>") { harm, _ in
                harm.rise[keyPath: choice].squareRoot()
            },
            .init(attack: attack, measure: "Δ<i>L</i> / <i>L</i>") { harm, norm in
                harm.rise[keyPath: choice] * norm * norm / harm.cleanLoss
            },
            .init(attack: attack, measure: "Δ<i>L</i>") { harm, norm in harm.rise[keyPath: choice] * norm * norm },
        ]
    }

    /// The measure without markup.
    var plainMeasure: String { measure.replacing(/<[^>]*>/, with: "") }

    /// The models at each density, and the same without their interference, relative to the models of the first.
    func curves(_ models: [Vulnerability]) -> (own: [Double], alone: [Double]) {
        let own = means(models) { value($0.own, $0.norm) }
        return (own.map { $0 / own[0] }, means(models) { value($0.alone, $0.norm) }.map { $0 / own[0] })
    }
}

/// A quantity at each density: the mean over the models of that density.
func means(_ models: [Vulnerability], _ value: (Vulnerability) -> Double) -> [Double] {
    var order: [Double] = []
    var groups: [Double: [Double]] = [:]
    for model in models {
        if groups[model.inverseDensity] == nil { order.append(model.inverseDensity) }
        groups[model.inverseDensity, default: []].append(value(model))
    }
    return order.map { mean(groups[$0] ?? []) }
}

/// The slope of a quantity against features per dimension on logarithmic axes, by least squares over the models that
/// have superposition.
func slope(of models: [Vulnerability], _ value: (Vulnerability) -> Double) -> Double {
    let models = models.filter { $0.featuresPerDimension > 1.1 }
    let (x, y) = (models.map { log($0.featuresPerDimension) }, models.map { log(value($0)) })
    let center = mean(x)
    return zip(x, y).reduce(0) { $0 + ($1.0 - center) * $1.1 } / x.reduce(0) { $0 + ($1 - center) * ($1 - center) }
}

/// What a gradient attack and the analytic attacks do to one model, on samples that are not empty. Rises are per
/// squared length of the attacks, a tenth of the mean length of all inputs, empty ones included.
struct Masking: Sendable {
    let inverseDensity: Double
    /// The mean rise under the analytic attack that is worst for each sample.
    let analytic: Double
    /// The mean rise under gradient ascent from the sample, and from a random start.
    let gradient, gradientFromRandom: Double
    /// The mean rise under the worst of as many attacks along random directions.
    let random: Double
    /// The share of samples whose gradient is zero, at the sample and at a random start.
    let masked, maskedAtRandom: Double
    /// The share of samples whose gradient is zero and that the analytic attacks harm nevertheless.
    let reached: Double
    /// The share of output ReLUs that are off.
    let off: Double
    /// The shares of all samples, empty ones included, that have no active feature and no gradient, and of ReLUs that
    /// are off on these.
    let empty, maskedOfAll, offOfAll: Double

    /// - Parameters:
    ///   - features: that the model was trained on.
    ///   - count: of samples.
    ///   - stream: of the samples and of the random directions and starts.
    init(
        of model: ToyModel, _ features: FeatureDistribution, samples count: Int, using stream: RandomStream
    ) {
        let n = model.W.columns
        var stream = stream
        let all = FixedSamples(features, count: count, using: stream)
        let samples = FixedSamples(features, count: count, skipsEmpty: true, using: stream)
        let norm = attackLength * all.meanNorm
        let unit = norm * norm
        var directions = Matrix(rows: n, columns: n)
        for j in directions.elements.indices { directions.elements[j] = stream.nextNormal() }
        func share(_ values: [Bool]) -> Double { mean(values.map { $0 ? 1 : 0 }) }

        let rises = AttackSet.analytic(on: model).harm(to: samples, norm: norm).worstRises
        let plain = GradientAttack(norm: norm).harm(on: model, to: samples, using: stream)
        let restarted = GradientAttack(norm: norm, startsAtRandom: true).harm(on: model, to: samples, using: stream)
        inverseDensity = 1 / features.density[0]
        analytic = mean(rises) / unit
        gradient = mean(plain.rises) / unit
        gradientFromRandom = mean(restarted.rises) / unit
        random = mean(AttackSet(on: model, along: directions).harm(to: samples, norm: norm).worstRises) / unit
        masked = share(plain.isMasked)
        maskedAtRandom = share(restarted.isMasked)
        reached = share(zip(rises, plain.isMasked).map { $0 > 0 && $1 })
        off = samples.shareOff(in: model)
        empty = share((0..<all.count).map { all[$0].allSatisfy { $0 == 0 } })
        maskedOfAll = share(
            GradientAttack(norm: norm, steps: 1).harm(on: model, to: all, using: stream).isMasked)
        offOfAll = all.shareOff(in: model)
    }
}

/// What the size of its steps does to gradient ascent on one model: harm over the analytic attacks', on samples that
/// are not empty.
struct StepSizes: Sendable {
    let density: Double
    /// Steps in proportion to the gradient, by rate.
    let proportional: [(rate: Double, harm: Double)]
    /// Steps of one length each, by their share of the attack's length.
    let fixed: [(share: Double, harm: Double)]

    init(
        of model: ToyModel, _ features: FeatureDistribution, rates: [Double], shares: [Double], samples count: Int,
        using stream: RandomStream
    ) {
        let norm = attackLength * FixedSamples(features, count: count, using: stream).meanNorm
        let samples = FixedSamples(features, count: count, skipsEmpty: true, using: stream)
        let analytic = mean(AttackSet.analytic(on: model).harm(to: samples, norm: norm).worstRises)
        func harm(_ step: GradientAttack.Step) -> Double {
            mean(GradientAttack(norm: norm, step: step).harm(on: model, to: samples, using: stream).rises) / analytic
        }
        density = features.density[0]
        proportional = rates.map { ($0, harm(.proportional(rate: $0))) }
        fixed = shares.map { ($0, harm(.fixed($0))) }
    }
}

/// How well attacks made for one model harm the models of other seeds that were trained on the same features, as shares
/// of the harm to the model that they were made for.
struct Transfer: Sendable {
    /// Which features are active together.
    let title: String
    /// The share of harm that is left on other seeds' models. Shape `[pairs of models]`.
    let toOthers: [Double]
    /// The same, where the attack's entries for the other features are shuffled: as much of it meets interference, but
    /// not where the model that it was made for has it.
    let shuffled: [Double]
    /// The same along random directions.
    let random: [Double]

    /// - Parameters:
    ///   - models: of as many seeds.
    ///   - stream: of the shuffles and random directions.
    init(_ title: String, among models: [ToyModel], on samples: FixedSamples, using stream: RandomStream) {
        let norm = attackLength * samples.meanNorm
        var stream = stream
        var (toOthers, shuffled, random): ([Double], [Double], [Double]) = ([], [], [])
        for source in models.indices {
            let attacks = AttackSet.analytic(on: models[source])
            let harm = attacks.harm(to: samples, norm: norm)
            let own = mean(harm.worstRises)
            let mixed = attacks.directions.shufflingRows(using: &stream)
            var noise = attacks.directions
            for j in noise.elements.indices { noise.elements[j] = stream.nextNormal() }
            for target in models.indices where target != source {
                func left(_ directions: Matrix) -> Double {
                    let set = AttackSet(on: models[target], along: directions)
                    return mean(set.rises(under: harm.worstAttacks, of: samples, norm: norm)) / own
                }
                toOthers.append(left(attacks.directions))
                shuffled.append(left(mixed))
                random.append(left(noise))
            }
        }
        self.title = title
        self.toOthers = toOthers
        self.shuffled = shuffled
        self.random = random
    }
}

extension Matrix {
    /// The same with the entries beside the diagonal shuffled within each row.
    func shufflingRows(using stream: inout RandomStream) -> Matrix {
        var result = self
        for i in 0..<rows {
            let others = (0..<columns).filter { $0 != i }
            for (from, to) in zip(others, others.shuffled(using: &stream)) { result[i, to] = self[i, from] }
        }
        return result
    }
}

/// What adversarial training leaves.
struct Hardened {
    let density: Double
    /// The attacks' length in units of the mean input norm.
    let strength: Double
    let featuresPerDimension: Double
    /// The number of features longer than half the longest.
    let stored: Int
    /// The number of those with a dimension of their own: dimensionality above 0.9.
    let dedicated: Int
    /// The mean length and dimensionality of the stored features.
    let length, dimensionality: Double
    /// The loss without attack.
    let loss: Double
    /// The rise of the loss under the chapter's attack, over the square of its length.
    let rise: Double

    init(_ model: ToyModel, density: Double, strength: Double, loss: Double, on samples: FixedSamples) {
        let (norms, dimensionality) = (model.norms, model.dimensionality)
        let longest = norms.max() ?? 0
        let stored = norms.indices.filter { norms[$0] > longest / 2 }
        self.density = density
        self.strength = strength
        featuresPerDimension = model.featuresPerDimension
        self.stored = stored.count
        dedicated = stored.count { dimensionality[$0] > 0.9 }
        length = mean(stored.map { norms[$0] })
        self.dimensionality = mean(stored.map { dimensionality[$0] })
        self.loss = loss
        let norm = attackLength * samples.meanNorm
        rise = mean(AttackSet.analytic(on: model).harm(to: samples, norm: norm).worstRises) / (norm * norm)
    }
}

/// One curve over strengths: means over the starts.
struct HardenedCurve {
    let density: Double
    let strengths: [Double]
    let models: [[Hardened]]

    func means(_ value: (Hardened) -> Double) -> [Double] { models.map { mean($0.map(value)) } }

    /// The strength at which the features per dimension fall through 1, interpolated linearly between two strengths.
    var strengthOfOne: Double {
        let values = means(\.featuresPerDimension)
        guard let end = values.indices.dropFirst().first(where: { values[$0] <= 1 && values[$0 - 1] > 1 }) else {
            return .nan
        }
        let share = (values[end - 1] - 1) / (values[end - 1] - values[end])
        return strengths[end - 1] + share * (strengths[end] - strengths[end - 1])
    }

    /// The share of the stored features that have a dimension of their own, at each strength.
    var dedicatedShares: [Double] { means { Double($0.dedicated) / Double($0.stored) } }

    /// The strength at which nine in ten of the stored features have a dimension of their own; nil if there is none.
    var strengthOfDedication: Double? {
        zip(strengths, dedicatedShares).first { $0.1 >= 0.9 }?.0
    }
}

/// The results of `transform` for all items, in their order, computed on all cores.
func concurrentMap<Item: Sendable, Result: Sendable>(
    _ items: [Item], _ transform: @escaping @Sendable (Item) -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { tasks in
        for (index, item) in items.enumerated() {
            tasks.addTask {
                try Task.checkCancellation()
                return (index, transform(item))
            }
        }
        var results = [Result?](repeating: nil, count: items.count)
        for try await (index, result) in tasks { results[index] = result }
        return results.compactMap { $0 }
    }
}
