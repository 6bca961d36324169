import Analysis
import Foundation
import Notebook
import ToyModels

// What is measured of dictionaries.

/// A way to train dictionaries.
struct DictionaryMethod: Hashable {
    let name: String
    let id: String
    let kind: SparseAutoencoder.Kind
    /// The penalties, or the numbers of active latents.
    let values: [Double]
    /// Whether a quarter and a half of the latents shall explain the activations on their own, too.
    var isNested = false

    static let all = [
        DictionaryMethod(name: "ReLU, L1", id: "relu", kind: .relu, values: [0.1, 0.2, 0.4, 0.8, 1.2]),
        DictionaryMethod(name: "Gated", id: "gated", kind: .gated, values: [0.2, 0.4, 0.8, 1.2]),
        DictionaryMethod(name: "JumpReLU", id: "jumprelu", kind: .jumpReLU, values: [0.025, 0.05, 0.1, 0.2]),
        DictionaryMethod(name: "TopK", id: "topk", kind: .topK, values: [1, 2, 3, 5]),
        DictionaryMethod(name: "BatchTopK", id: "batchtopk", kind: .batchTopK, values: [1, 2, 3, 5]),
        DictionaryMethod(
            name: "Matryoshka", id: "matryoshka", kind: .batchTopK, values: [1, 2, 3, 5], isNested: true),
    ]

    static func named(_ id: String) -> DictionaryMethod { all.first { $0.id == id } ?? all[0] }

    func objective(_ value: Double, dimensions: Int, latents: Int) -> Objective {
        .dictionary(
            dimensions: dimensions, penalty: kind.isTopK ? 0 : value, active: kind.isTopK ? Int(value) : nil,
            prefixes: isNested ? [latents / 4, latents / 2, latents] : nil)
    }

    /// Dictionaries of so many latents for some sets of activations, for each of which come those of every value.
    func experiment(
        _ id: String, on sources: [ActivationSource], latents: Int, values: [Double]? = nil, restarts: Int, steps: Int,
        batchSize: Int
    ) -> Experiment {
        Experiment(
            id: id, architecture: .dictionary(kind, dimensions: sources[0].dimensions, latents: latents),
            settings: sources.flatMap { source in
                (values ?? self.values).map {
                    .init(
                        data: source.data, objective: objective($0, dimensions: source.dimensions, latents: latents))
                }
            },
            restarts: restarts, steps: steps, batchSize: batchSize,
            learningRate: .late(3e-3),
            optimizer: AdamW(weightDecay: 0), dictionary: DictionaryRecipe(), evaluationSamples: 1 << 13)
    }
}

/// A toy model whose activations dictionaries explain.
struct ActivationSource {
    let data: TrainingData
    let dimensions: Int
    let sample: ActivationSample
    let model: ToyModel

    /// The best model of a setting, its activations scaled to a mean length of 1 where they are not zero.
    ///
    /// - Parameter count: the number of samples that dictionaries are judged on.
    init(_ trained: TrainedModels, setting: Int, count: Int, using stream: RandomStream) {
        let best = trained.best(ofSetting: setting)
        let features = trained.experiment.settings[setting].features
        model = trained[best]
        dimensions = model.W.rows
        let scale = ActivationSample.unitScale(of: model, features, count: 4 * count, using: stream)
        data = TrainingData(features, encodedBy: trained.reference(to: best), scale: scale)
        sample = ActivationSample(of: model, features, scale: scale, count: count, using: stream)
    }

    var density: Double { data.features.density[0] }
}

/// Dictionaries that were trained alike, but for their start and data.
struct DictionaryRun {
    let method: DictionaryMethod
    let latents: Int
    let density: Double
    /// The penalty, or the number of active latents.
    let value: Double
    let qualities: [DictionaryQuality]

    private func mean(_ measure: (DictionaryQuality) -> Double) -> Double { Analysis.mean(qualities.map(measure)) }

    var recovered: Double { mean(\.match.recovered) }
    var meanCosine: Double { mean(\.match.meanCosine) }
    var greatestCosine: Double { mean(\.match.meanGreatestCosine) }
    var uniqueness: Double { mean(\.match.uniqueness) }
    var active: Double { mean(\.meanActive) }
    var unexplained: Double { mean(\.unexplained) }
    var f1: Double { mean(\.f1) }
    var dead: Double { mean { Double($0.dead) } }
    /// Over all features that were found, of all dictionaries.
    var slope: Double {
        let values = qualities.flatMap(\.values)
        return values.reduce(0) { $0 + $1.truth * $1.found } / values.reduce(0) { $0 + $1.truth * $1.truth }
    }
    var shortfall: Double { Analysis.mean(qualities.flatMap(\.values).map { $0.truth - $0.found }) }

    /// The dictionaries of one of the experiments of a method, in the order of its settings.
    static func all(
        _ method: DictionaryMethod, _ trained: TrainedModels, values: [Double]? = nil, on sources: [ActivationSource]
    ) -> [DictionaryRun] {
        let values = values ?? method.values
        return trained.experiment.settings.indices.map { setting in
            let source = sources[setting / values.count]
            return DictionaryRun(
                method: method, latents: trained.experiment.architecture.hidden, density: source.density,
                value: values[setting % values.count],
                qualities: trained.models(ofSetting: setting).map {
                    DictionaryQuality(trained.dictionary($0), on: source.sample)
                })
        }
    }
}

extension [DictionaryRun] {
    /// Of each method the run whose number of active latents is nearest to the true number of active features: what is
    /// chosen without looking at how many were found.
    func atTrueSparsity(_ active: Double) -> [DictionaryRun] {
        DictionaryMethod.all.compactMap { method in
            filter { $0.method == method && $0.active > 0 }.min {
                abs(log($0.active / active)) < abs(log($1.active / active))
            }
        }
    }
}

/// Directions that are had without a dictionary.
struct LinearMethod {
    let name: String
    let match: DirectionMatch

    /// All of them, for one set of activations.
    static func all(_ source: ActivationSource, latents: Int, _ stream: RandomStream) -> [LinearMethod] {
        // Empty samples would be a point mass, which is no signal.
        let samples = source.sample.activations.filter { $0.contains { $0 != 0 } }
        let directions = [
            ("ICA", LinearDirections.independentComponents(of: samples, using: stream)),
            ("PCA", LinearDirections.principalComponents(of: samples)),
            ("Random", LinearDirections.random(latents, dimensions: source.dimensions, using: stream)),
            ("Axes", LinearDirections.axes(source.dimensions)),
        ]
        return directions.map { LinearMethod(name: $0, match: DirectionMatch($1, features: source.sample.directions)) }
    }
}

// MARK: - Features that come together

/// What becomes of features that are active together.
struct MixedLatents {
    /// The share of live latents whose two greatest cosines, with features of one set, both exceed one half.
    let mixed: Double
    let recovered: Double

    init(_ run: DictionaryRun, sets size: Int, _ dictionaries: [SparseAutoencoder], _ source: ActivationSource) {
        let directions = source.sample.directions
        var (live, mixed) = (0, 0)
        for (dictionary, quality) in zip(dictionaries, run.qualities) {
            for l in 0..<dictionary.latents where quality.latents.contains(where: { $0[l] > 0 }) {
                live += 1
                let cosines = (0..<directions.columns).map { i in
                    (0..<directions.rows).reduce(0) { $0 + directions[$1, i] * dictionary.decoder[$1, l] }
                }
                let top = cosines.indices.sorted { cosines[$0] > cosines[$1] }.prefix(2)
                let sets = Set(top.map { source.sample.represented[$0] / size })
                if sets.count == 1 && top.allSatisfy({ cosines[$0] > 0.5 }) { mixed += 1 }
            }
        }
        self.mixed = Double(mixed) / Double(max(live, 1))
        recovered = run.recovered
    }
}

/// Whether latents of parents fall silent when a child is active.
struct Absorption {
    /// The share of samples with the parent alone, and with a child, in which the parent's latent is active.
    let alone, withChild: Double
    /// The share of the children whose latent points rather to the sum of child and parent than to the child.
    let leaning: Double
    /// The share of the parents that were found.
    let parents: Double

    /// - Parameter size: of a set: a parent and its children.
    init(_ run: DictionaryRun, sets size: Int, _ dictionaries: [SparseAutoencoder], _ source: ActivationSource) {
        let (sample, features) = (source.sample, source.model.W.columns)
        let place = Dictionary(uniqueKeysWithValues: sample.represented.enumerated().map { ($1, $0) })
        var counts = (alone: 0, aloneOn: 0, child: 0, childOn: 0, children: 0, leaning: 0, parents: 0, found: 0)
        for (dictionary, quality) in zip(dictionaries, run.qualities) {
            for parent in stride(from: 0, to: features, by: size) {
                guard let own = place[parent] else { continue }
                counts.parents += 1
                guard let latent = quality.match.directionOfFeature[own] else { continue }
                if quality.match.cosines[own] > DirectionMatch.found { counts.found += 1 }
                for (x, f) in zip(sample.features, quality.latents) where x[parent] > 0 {
                    if (parent + 1..<parent + size).contains(where: { x[$0] > 0 }) {
                        counts.child += 1
                        counts.childOn += f[latent] > 0 ? 1 : 0
                    } else {
                        counts.alone += 1
                        counts.aloneOn += f[latent] > 0 ? 1 : 0
                    }
                }
                for child in parent + 1..<parent + size {
                    guard let other = place[child], let latent = quality.match.directionOfFeature[other] else {
                        continue
                    }
                    func product(_ feature: Int) -> Double {
                        (0..<sample.directions.rows).reduce(0) {
                            $0 + sample.directions[$1, feature] * dictionary.decoder[$1, latent]
                        }
                    }
                    let between = (0..<sample.directions.rows).reduce(0) {
                        $0 + sample.directions[$1, own] * sample.directions[$1, other]
                    }
                    counts.children += 1
                    let sum = (product(own) + product(other)) / (2 + 2 * between).squareRoot()
                    if sum > product(other) { counts.leaning += 1 }
                }
            }
        }
        func share(_ part: Int, _ whole: Int) -> Double { whole == 0 ? .nan : Double(part) / Double(whole) }
        alone = share(counts.aloneOn, counts.alone)
        withChild = share(counts.childOn, counts.child)
        leaning = share(counts.leaning, counts.children)
        parents = share(counts.found, counts.parents)
    }
}

/// Whether latents of parents have a part of the children in them.
struct Hedging {
    /// Of the latents that point rather to a parent than to another feature: the mean, over its children, of the cosine with
    /// the child less that of parent and child.
    let excess: Double
    /// The share of the latents that do.
    let share: Double

    /// - Parameter size: of a set: a parent and its children.
    init(_ dictionaries: [SparseAutoencoder], sets size: Int, _ source: ActivationSource) {
        let directions = source.sample.directions
        let place = Dictionary(uniqueKeysWithValues: source.sample.represented.enumerated().map { ($1, $0) })
        func cosine(_ a: Int, _ b: Int) -> Double {
            (0..<directions.rows).reduce(0) { $0 + directions[$1, a] * directions[$1, b] }
        }
        var (latents, excesses) = (0, [Double]())
        for dictionary in dictionaries {
            for l in 0..<dictionary.latents {
                latents += 1
                let cosines = (0..<directions.columns).map { i in
                    (0..<directions.rows).reduce(0) { $0 + directions[$1, i] * dictionary.decoder[$1, l] }
                }
                guard let best = cosines.indices.max(by: { cosines[$0] < cosines[$1] }) else { continue }
                let parent = source.sample.represented[best]
                guard parent % size == 0 else { continue }
                let children = (parent + 1..<parent + size).compactMap { place[$0] }
                if children.isEmpty { continue }
                excesses.append(mean(children.map { cosines[$0] - cosine(best, $0) }))
            }
        }
        excess = excesses.isEmpty ? .nan : mean(excesses)
        share = Double(excesses.count) / Double(max(latents, 1))
    }
}
