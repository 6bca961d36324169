import Analysis
import Notebook
import ToyModels

// What the chapter's claims measure.

/// Features of equal importance, each active in one of `inverseDensity` samples.
func setting(inverseDensity: Double, features: Int) -> Experiment.Setting {
    Experiment.Setting(
        features: FeatureDistribution(density: 1 / inverseDensity, features: features),
        importance: Array(repeating: 1, count: features))
}

/// What attacks of a tenth of the mean input norm do to one model.
struct Vulnerability: Sendable {
    /// The rise of the mean loss, over the square of the attack's length $\varepsilon$.
    struct Rise: Sendable {
        /// Where each sample meets the attack that is worst for it.
        let perSample: Double
        /// Where all samples meet the same attack.
        let oneForAll: Double
    }

    /// $1/(1-S)$ of the features.
    let inverseDensity: Double
    /// $\|W\|_F^2/m$.
    let featuresPerDimension: Double
    /// The length $\varepsilon$ of the attacks.
    let norm: Double
    /// The mean loss without attack.
    let cleanLoss: Double
    /// What attacks do to the model.
    let own: Rise
    /// The same where the output should be the attacked input.
    let movingTarget: Rise
    /// What the worst attack would do to the same weights without ReLU and bias: the square of how far it moves the
    /// output.
    let squaredGain: Double
    /// The same for the same features without interference: lengths and biases are kept, but each feature has a
    /// dimension of its own.
    let withoutInterference: Rise

    init(of model: ToyModel, density: Double, on samples: FixedSamples) {
        let norm = 0.1 * samples.meanNorm
        func rise(_ model: ToyModel, _ target: AttackSet.Target = .original) -> (Rise, AttackSet.Harm) {
            let harm = AttackSet.analytic(on: model).harm(to: samples, norm: norm, target: target)
            let unit = norm * norm
            return (Rise(perSample: mean(harm.worstRises) / unit, oneForAll: harm.worstForAll / unit), harm)
        }
        var alone = Matrix(rows: model.W.columns, columns: model.W.columns)
        for (i, length) in model.norms.enumerated() { alone[i, i] = length }

        let (own, harm) = rise(model)
        inverseDensity = 1 / density
        featuresPerDimension = model.featuresPerDimension
        self.norm = norm
        cleanLoss = mean(harm.cleanLosses)
        self.own = own
        movingTarget = rise(model, .attacked).0
        let gain = AttackSet.analytic(on: model).gains.max() ?? 0
        squaredGain = gain * gain
        withoutInterference = rise(ToyModel(output: model.output, W: alone, b: model.b)).0
    }
}

/// A way to turn what attacks do into one number.
struct Normalisation: Sendable {
    /// Which attacks.
    let attack: String
    /// Which measure of their harm, in Pango markup.
    let measure: String
    let value: @Sendable (Vulnerability) -> Double

    static let all: [Normalisation] = [
        ("one per sample", \Vulnerability.Rise.perSample), ("one for all", \.oneForAll),
    ].flatMap { attack, rise in
        [
            Normalisation(attack: attack, measure: "Δ<i>L</i> / <i>ε</i>²") { $0.own[keyPath: rise] },
            .init(attack: attack, measure: "√Δ<i>L</i> / <i>ε</i>") { $0.own[keyPath: rise].squareRoot() },
            .init(attack: attack, measure: "Δ<i>L</i> / <i>L</i>") {
                $0.own[keyPath: rise] * $0.norm * $0.norm / $0.cleanLoss
            },
            .init(attack: attack, measure: "Δ<i>L</i>") { $0.own[keyPath: rise] * $0.norm * $0.norm },
        ]
    }

    /// The measure without markup.
    var plainMeasure: String { measure.replacing(/<[^>]*>/, with: "") }
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

/// A quantity at each density relative to the first one, whose models have no superposition.
func relativeMeans(_ models: [Vulnerability], _ value: (Vulnerability) -> Double) -> [Double] {
    let means = means(models, value)
    return means.map { $0 / means[0] }
}

/// What a gradient attack and the analytic attacks do to one model, per sample and squared length.
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
    /// The mean rise under the analytic attacks of the samples whose gradient is zero; not a number where there are
    /// none.
    let analyticWhereMasked: Double
    /// The share of those samples that the analytic attacks harm.
    let harmedWhereMasked: Double
    /// The share of all samples to which the analytic attacks do more harm than gradient ascent does.
    let analyticWins: Double

    /// - Parameter stream: of the random directions and starts.
    init(of model: ToyModel, density: Double, on samples: FixedSamples, using stream: RandomStream) {
        let n = model.W.columns
        let norm = 0.1 * samples.meanNorm
        let unit = norm * norm
        var stream = stream
        var directions = Matrix(rows: n, columns: n)
        for j in directions.elements.indices { directions.elements[j] = stream.nextNormal() }

        let rises = AttackSet.analytic(on: model).harm(to: samples, norm: norm).worstRises
        let plain = GradientAttack(norm: norm).harm(on: model, to: samples, using: stream)
        let restarted = GradientAttack(norm: norm, startsAtRandom: true).harm(
            on: model, to: samples, using: stream)
        inverseDensity = 1 / density
        analytic = mean(rises) / unit
        gradient = mean(plain.rises) / unit
        gradientFromRandom = mean(restarted.rises) / unit
        random = mean(AttackSet(on: model, along: directions).harm(to: samples, norm: norm).worstRises) / unit
        masked = mean(plain.isMasked.map { $0 ? 1 : 0 })
        maskedAtRandom = mean(restarted.isMasked.map { $0 ? 1 : 0 })
        let hidden = zip(rises, plain.isMasked).filter(\.1).map(\.0)
        analyticWhereMasked = mean(hidden) / unit
        harmedWhereMasked = mean(hidden.map { $0 > 0 ? 1 : 0 })
        analyticWins = mean(zip(rises, plain.rises).map { $0 > $1 ? 1 : 0 })
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

    init(_ model: ToyModel, density: Double, strength: Double, loss: Double) {
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

    /// The strength at which nine in ten of the stored features have a dimension of their own; nil if there is none.
    var strengthOfDedication: Double? {
        zip(strengths, means { Double($0.dedicated) / Double($0.stored) }).first { $0.1 >= 0.9 }?.0
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
