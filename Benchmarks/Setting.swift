import Foundation
import ToyModels

/// One line of the benchmark: an experiment in the shape of one of the paper's.
struct Setting: Sendable {
    let name: String
    /// What both sides train, in each round from another seed.
    let experiment: Experiment
    /// How often each side trains it.
    let rounds: Int

    /// A short run of an experiment at a constant learning rate.
    ///
    /// - Parameter steps: per round; a multiple of ten, so that loss curves can be compared by tenths.
    private init(
        _ name: String, _ architecture: ToyModel.Architecture, settings: [Experiment.Setting], restarts: Int = 1,
        batchSize: Int, learningRate: Double = 1e-2,
        initialDecoderFromEncoder: Double? = nil, steps: Int, rounds: Int = 5
    ) {
        self.name = name
        self.rounds = rounds
        experiment = Experiment(
            id: "bench-\(name)", architecture: architecture, settings: settings, restarts: restarts,
            steps: steps, batchSize: batchSize, learningRate: .constant(learningRate),
            initialDecoderFromEncoder: initialDecoderFromEncoder, evaluationSamples: 1)
    }

    /// The settings, small models first.
    static let all = [
        // The phase diagram: 40 × 40 points, ten models each.
        Setting(
            "2x1", .init(features: 2, hidden: 1),
            settings: geometric(0.1, 10, count: 40).flatMap { importance in
                geometric(1, 0.01, count: 40).map { density in
                    .init(features: .init(density: density, features: 2), importance: [1, importance])
                }
            },
            restarts: 10, batchSize: 256, learningRate: 3e-2, steps: 30),
        Setting(
            "5x2", .init(features: 5, hidden: 2),
            settings: sweep(geometric(1, 0.05, count: 10), features: 5, decay: 0.9), batchSize: 1024, steps: 1000),
        // Neurons: a hundred restarts at each density.
        Setting(
            "10x5", .init(features: 10, hidden: 5, hiddenActivation: .relu),
            settings: sweep(geometric(1, 0.03, count: 10), features: 10, decay: 0.75), restarts: 100,
            batchSize: 256, steps: 60),
        Setting(
            "20x5", .init(features: 20, hidden: 5),
            settings: sweep([1] + paperDensities, features: 20, decay: 0.7), batchSize: 1024, steps: 600),
        Setting(
            "80x20", .init(features: 80, hidden: 20),
            settings: sweep([1] + paperDensities, features: 80, decay: 0.9), batchSize: 1024, steps: 200),
        Setting(
            "100x20", .init(features: 100, hidden: 20),
            settings: sweep(geometric(1, 0.01, count: 20), features: 100, decay: 1), batchSize: 1024, steps: 100),
        Setting(
            "400x30", .init(features: 400, hidden: 30),
            settings: sweep(geometric(1, 0.01, count: 20), features: 400, decay: 1), batchSize: 8192,
            learningRate: 3e-3, steps: 10, rounds: 3),
        // Computation: a decoder that starts from the encoder's magnitudes, as otherwise most outputs die at once.
        Setting(
            "abs 100x40", .init(features: 100, hidden: 40, hiddenActivation: .relu, isTied: false),
            settings: sweep(paperDensities, features: 100, decay: 0.8, target: .absoluteValue),
            batchSize: 1024, initialDecoderFromEncoder: 0.3, steps: 200),
        Setting(
            "relu-sae 20x100", .relu, dimensions: 20, latents: 100, features: 100, density: 0.01, penalty: 0.2,
            dictionaries: 8, batchSize: 1024, steps: 200),
        Setting(
            "topk-sae 20x100", .topK, dimensions: 20, latents: 100, features: 100, density: 0.01, active: 1,
            dictionaries: 8, batchSize: 1024, steps: 200),
        Setting(
            "topk-sae 256x1024", .topK, dimensions: 256, latents: 1024, features: 1024, density: 0.01, active: 16,
            dictionaries: 2, batchSize: 4096, steps: 10),
    ]

    /// Dictionaries on the activations of random models, one model each.
    private init(
        _ name: String, _ kind: SparseAutoencoder.Kind, dimensions: Int, latents: Int, features: Int, density: Double,
        penalty: Double = 0, active: Int? = nil, dictionaries: Int, batchSize: Int, steps: Int
    ) {
        self.name = name
        rounds = 5
        experiment = Experiment(
            id: "bench-\(name)", architecture: .dictionary(kind, dimensions: dimensions, latents: latents),
            settings: (0..<dictionaries).map { index in
                .init(
                    data: TrainingData(
                        .init(density: density, features: features),
                        encodedBy: ModelReference(experiment: "bench-encoders", model: index)),
                    objective: .dictionary(dimensions: dimensions, penalty: penalty, active: active))
            },
            steps: steps, batchSize: batchSize, learningRate: .constant(3e-3), optimizer: AdamW(weightDecay: 0),
            dictionary: DictionaryRecipe(warmUp: 0, resampleInterval: nil), evaluationSamples: 1)
    }

    /// The settings that a list of names asks for, in the order of ``all``; all of them without a list.
    ///
    /// - Parameter names: separated by commas; a name of two words may be given by either.
    static func select(_ names: String?) throws(BenchError) -> [Setting] {
        guard let names else { return all }
        let wanted = names.lowercased().replacing("×", with: "x").components(separatedBy: ",")
            .map { $0.trimmingCharacters(in: .whitespaces) }
        for name in wanted where !all.contains(where: { $0.answers(to: name) }) {
            throw .unknownSetting(name: name, known: all.map(\.name))
        }
        return all.filter { setting in wanted.contains { setting.answers(to: $0) } }
    }

    private func answers(to name: String) -> Bool {
        name == self.name || self.name.split(separator: " ").contains { $0 == name }
    }

    /// Multiply–adds per step of the dense algorithm: per sample and model $n m$ each for the encoder, for the decoder,
    /// for the way back through the decoder, and for the gradients of both, tied or not; of a dictionary with its dimensions
    /// and latents instead.
    var multiplyAddsPerStep: Double {
        let perSample = 5 * experiment.architecture.features * experiment.architecture.hidden
        return Double(perSample) * Double(experiment.batchSize) * Double(experiment.models)
    }
}

/// The densities of the paper's section "Demonstrating Superposition".
private let paperDensities = [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001]

/// `count` numbers from `first` to `last` in equal ratios.
private func geometric(_ first: Double, _ last: Double, count: Int) -> [Double] {
    (0..<count).map { first * pow(last / first, Double($0) / Double(count - 1)) }
}

/// A setting for each density, with importance $I_i$ = `decay`$^i$.
private func sweep(
    _ densities: [Double], features: Int, decay: Double, target: Objective.Target = .input
) -> [Experiment.Setting] {
    densities.map { density in
        .init(
            features: .init(density: density, features: features, isSigned: target == .absoluteValue),
            importance: powers(of: decay, count: features), target: target)
    }
}
