import TestSupport
import Testing

@testable import ToyModels

@Suite struct DictionaryTests {
    private static let dimensions = 5
    private static let features = FeatureDistribution(density: 0.2, features: 12)
    private static let bandwidth = 0.2

    /// Kinds of dictionaries, each with prefixes of latents that explain on their own, and without.
    static let cases: [(kind: SparseAutoencoder.Kind, prefixes: [Int]?)] = SparseAutoencoder.Kind.allCases.flatMap {
        $0 == .gated ? [($0, nil)] : [($0, nil), ($0, [3, 9])]
    }

    private static func objective(_ kind: SparseAutoencoder.Kind, prefixes: [Int]?, dimensions: Int) -> Objective {
        .dictionary(
            dimensions: dimensions, penalty: kind.isTopK ? 0 : 0.1, active: kind.isTopK ? 2 : nil, prefixes: prefixes)
    }

    /// An experiment that explains the activations of a random model, and that model.
    private static func experiment(
        _ kind: SparseAutoencoder.Kind, prefixes: [Int]? = nil, steps: Int = 20, resampleInterval: Int? = 5,
        latents: Int = 9
    ) async throws -> (experiment: Experiment, library: ModelLibrary) {
        let toy = Experiment(
            id: "toy", architecture: .init(features: features.features, hidden: dimensions),
            settings: [.init(features: features, importance: Array(repeating: 1, count: features.features))],
            steps: 0, batchSize: 1, learningRate: .constant(0), evaluationSamples: 1)
        let models = try await Trainer(jobs: 1).train(toy)
        let dictionary = Experiment(
            id: "dictionary", architecture: .dictionary(kind, dimensions: dimensions, latents: latents),
            settings: [
                .init(
                    data: TrainingData(features, encodedBy: models.reference(to: 0), scale: 1.3),
                    objective: objective(kind, prefixes: prefixes, dimensions: dimensions))
            ],
            steps: steps, batchSize: 300, learningRate: .late(3e-3),
            optimizer: AdamW(weightDecay: 0),
            dictionary: DictionaryRecipe(resampleInterval: resampleInterval, bandwidth: bandwidth),
            evaluationSamples: 8000)
        return (dictionary, ModelLibrary([models]))
    }

    private static func random(_ kind: SparseAutoencoder.Kind, latents m: Int = 9) -> SparseAutoencoder {
        var stream = RandomStream(key: 7)
        func normal(_ count: Int, _ scale: Double) -> [Double] { (0..<count).map { _ in scale * stream.nextNormal() } }
        return SparseAutoencoder(.dictionary(kind, dimensions: dimensions, latents: m), active: kind.isTopK ? 2 : nil) {
            switch $0.role {
            case .encoder, .decoder: normal($0.count, 0.6)
            case .threshold: normal($0.count, 0.05).map { 0.3 + abs($0) }
            case .magnitudeScale: normal($0.count, 0.1).map { 1 + $0 }
            case .bias, .hiddenBias, .magnitudeBias: normal($0.count, 0.1)
            }
        }
    }

    @Test("The reference's gradient is the loss's difference quotient", arguments: cases.indices)
    func gradient(index: Int) {
        let (kind, prefixes) = Self.cases[index]
        var dictionary = Self.random(kind)
        let objective = Self.objective(kind, prefixes: prefixes, dimensions: Self.dimensions)
        var stream = RandomStream(key: 3)
        let inputs = (0..<7).map { _ in (0..<Self.dimensions).map { _ in stream.nextNormal() } }
        let gradient = dictionary.lossAndGradient(inputs, objective, bandwidth: Self.bandwidth).gradient
        func check(_ path: WritableKeyPath<SparseAutoencoder, [Double]>, _ expected: [Double]) {
            for index in expected.indices {
                let (value, step) = (dictionary[keyPath: path][index], 1e-6)
                func loss(_ value: Double) -> Double {
                    dictionary[keyPath: path][index] = value
                    return dictionary.lossAndGradient(inputs, objective, bandwidth: Self.bandwidth).loss
                }
                let quotient = (loss(value + step) - loss(value - step)) / (2 * step)
                dictionary[keyPath: path][index] = value
                #expect(abs(quotient - expected[index]) < 1e-6 * (1 + abs(quotient)))
            }
        }
        // What the gate alone explains teaches the encoder, but not the decoder.
        if kind != .gated { check(\.decoder.elements, gradient.decoder.elements) }
        check(\.magnitudeScale, gradient.magnitudeScale)
        check(\.magnitudeBias, gradient.magnitudeBias)
        // A gated dictionary's magnitude depends on E x, not on the gate's bias.
        if kind != .gated { check(\.bias, gradient.bias) }
        check(\.encoder.elements, gradient.encoder.elements)
    }

    @Test("The gradient by thresholds is, over many samples, that of the expected loss")
    func thresholds() {
        var dictionary = Self.random(.jumpReLU, latents: 3)
        let objective = Self.objective(.jumpReLU, prefixes: nil, dimensions: Self.dimensions)
        var stream = RandomStream(key: 3)
        let inputs = (0..<200_000).map { _ in (0..<Self.dimensions).map { _ in stream.nextNormal() } }
        let gradient = dictionary.lossAndGradient(inputs, objective, bandwidth: 0.05).gradient.thresholds
        for latent in 0..<3 {
            let threshold = dictionary.thresholds[latent]
            func loss(_ value: Double) -> Double {
                dictionary.thresholds[latent] = value
                return dictionary.lossAndGradient(inputs, objective, bandwidth: 0.05).loss
            }
            let quotient = (loss(threshold + 0.05) - loss(threshold - 0.05)) / 0.1
            dictionary.thresholds[latent] = threshold
            #expect(abs(gradient[latent] - quotient) < 0.05 * abs(quotient) + 0.002)
        }
    }

    @Test("The engine's gradient is the reference's on the same batch, to rounding", arguments: cases.indices, [1, 2])
    func engine(index: Int, threads: Int) async throws {
        let (kind, prefixes) = Self.cases[index]
        let (experiment, library) = try await Self.experiment(kind, prefixes: prefixes)
        let engine = DictionaryEngine(experiment, model: 0, seed: 3, library: library, threads: threads)
        var sums = [0.0]
        for step in 0..<12 { try engine.step(step, addingTo: &sums) }
        let before = engine.weights
        let (loss, weights) = engine.lossAndGradient(step: 19)
        let objective = experiment.settings[0].objective
        let dictionary = SparseAutoencoder(experiment.architecture, active: objective.active) {
            before.values(of: $0, inModel: 0).map(Double.init)
        }
        let (expected, gradient) = dictionary.lossAndGradient(engine.batch, objective, bandwidth: Self.bandwidth)
        #expect(abs(loss - expected) < 1e-6)
        func compare(_ values: [Float], _ expected: [Double]) {
            #expect(values.count == expected.count)
            #expect(zip(values, expected).allSatisfy { abs(Double($0) - $1) < 2e-6 })
        }
        compare(weights["W1"], gradient.encoder.elements)
        compare(weights["W2"], gradient.decoder.elements)
        compare(weights["b1"], gradient.bias)
        if kind == .jumpReLU { compare(weights["threshold"], gradient.thresholds) }
        if kind == .gated {
            compare(weights["s"], gradient.magnitudeScale)
            compare(weights["b2"], gradient.magnitudeBias)
        }
        #expect(gradient.encoder.elements.contains { abs($0) > 1e-3 })
    }

    @Test("The bits do not depend on the number of threads", arguments: SparseAutoencoder.Kind.allCases)
    func threads(kind: SparseAutoencoder.Kind) async throws {
        let (experiment, library) = try await Self.experiment(kind)
        let results = try [1, 2, 5].map { threads in
            let engine = DictionaryEngine(experiment, model: 0, seed: 3, library: library, threads: threads)
            var sums = [0.0]
            for step in 0..<experiment.steps { try engine.step(step, addingTo: &sums) }
            return (engine.weights, sums, engine.evaluate(on: .freshSamples))
        }
        for result in results.dropFirst() {
            #expect(result.0 == results[0].0)
            #expect(result.1 == results[0].1)
            #expect(result.2 == results[0].2)
        }
    }

    @Test("A dictionary of given samples sees each once in an epoch, and its loss is that of the held-out ones")
    func given() async throws {
        var stream = RandomStream(key: 4)
        var table = SampleTable(features: Self.dimensions)
        for _ in 0..<70 { table.append((0..<Self.dimensions).map { _ in stream.nextNormal() }) }
        let name = SampleTableReference(sha256: "given")
        var library = ModelLibrary()
        library.insert(table, as: name)
        for kind in SparseAutoencoder.Kind.allCases {
            var (experiment, _) = try await Self.experiment(kind, steps: 6, resampleInterval: nil)
            experiment.batchSize = 12
            experiment.settings[0].data = TrainingData(table, named: name, samples: 48, heldOut: 22)
            let engine = DictionaryEngine(experiment, model: 0, seed: 3, library: library)
            var (sums, seen) = ([0.0], [[Double]]())
            for step in 0..<4 {
                try engine.step(step, addingTo: &sums)
                seen += engine.batch
            }
            #expect(Set(seen) == Set((0..<48).map { table[$0] }), "\(kind)")
            let trained = try await Trainer(seed: 2, jobs: 1).train(experiment, library: library)
            guard kind == .topK else { continue }
            let dictionary = trained.dictionary(0)
            let errors = (48..<70).map { sample in
                zip(table[sample], dictionary(table[sample])).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            }
            #expect(abs(trained.losses[0] / (errors.reduce(0, +) / 22) - 1) < 1e-5)
        }
    }

    @Test("The loss of a trained dictionary is that of the reference on samples of its own")
    func evaluation() async throws {
        for kind in SparseAutoencoder.Kind.allCases {
            let (experiment, library) = try await Self.experiment(kind, steps: 200)
            let trained = try await Trainer(seed: 2, jobs: 2).train(experiment, library: library)
            let dictionary = trained.dictionary(0)
            let setting = experiment.settings[0]
            let encoder = try #require(setting.data.encoder)
            let model = try #require(library[encoder])
            var stream = RandomStream(key: 1)
            let samples = 20_000
            var sum = 0.0
            for _ in 0..<samples {
                let x = model.hidden(Self.features.sample(using: &stream)).map { 1.3 * $0 }
                let f = dictionary.encode(x)
                sum += zip(x, dictionary(x)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                let gate = zip(dictionary.encoder.times(x), dictionary.bias).reduce(0) { $0 + max(0, $1.0 + $1.1) }
                switch kind {
                case .relu: sum += 0.1 * f.reduce(0, +)
                case .jumpReLU: sum += 0.1 * Double(f.count { $0 > 0 })
                case .gated: sum += 0.1 * gate
                case .topK, .batchTopK: break
                }
            }
            let error = 6 * trained.lossErrors[0]
            #expect(abs(trained.losses[0] - sum / Double(samples)) < error, "\(kind)")
            #expect(error < 0.2 * trained.losses[0])
        }
    }

    @Test("Directions keep length 1, TopK keeps k latents, BatchTopK k on average")
    func constraints() async throws {
        for kind in SparseAutoencoder.Kind.allCases {
            let (experiment, library) = try await Self.experiment(kind, steps: 400)
            let trained = try await Trainer(jobs: 1).train(experiment, library: library)
            let dictionary = trained.dictionary(0)
            for l in 0..<dictionary.latents {
                let square = (0..<Self.dimensions).reduce(0) {
                    $0 + dictionary.decoder[$1, l] * dictionary.decoder[$1, l]
                }
                #expect(abs(square - 1) < 1e-5)
            }
            let encoder = try #require(experiment.settings[0].data.encoder)
            let model = try #require(library[encoder])
            var stream = RandomStream(key: 1)
            let counts = (0..<4000).map { _ in
                dictionary.encode(model.hidden(Self.features.sample(using: &stream)).map { 1.3 * $0 }).count { $0 > 0 }
            }
            if kind == .topK { #expect(counts.max() == 2) }
            if kind == .batchTopK {
                #expect(abs(Double(counts.reduce(0, +)) / 4000 - 2) < 0.2)
                #expect(counts.max() ?? 0 > 2)
            }
        }
    }

    @Test("Idle latents begin anew, unless they are to stay")
    func resampling() async throws {
        func idle(_ interval: Int?) async throws -> Int {
            let (experiment, library) = try await Self.experiment(
                .topK, steps: 400, resampleInterval: interval, latents: 60)
            let engine = DictionaryEngine(experiment, model: 0, seed: 1, library: library)
            var sums = [0.0]
            let start = engine.weights["b1"].count
            #expect(start == 60)
            var before = engine.weights
            var renewed = 0
            for step in 0..<experiment.steps {
                try engine.step(step, addingTo: &sums)
                let now = engine.weights
                if let interval, (step + 1) % interval == 0 {
                    renewed += (0..<60).count { l in
                        (0..<5).contains { abs(now["W1"][l * 5 + $0] - before["W1"][l * 5 + $0]) > 0.1 }
                    }
                }
                before = now
            }
            return renewed
        }
        #expect(try await idle(50) > 0)
        #expect(try await idle(nil) == 0)
    }

    @Test("Features at right angles are found, and their values are told")
    func rightAngles() async throws {
        let n = 8
        let features = FeatureDistribution(density: 0.1, features: n)
        var experiment = Experiment(
            id: "angles", architecture: .dictionary(.topK, dimensions: n, latents: n),
            settings: [
                .init(data: TrainingData(features), objective: .dictionary(dimensions: n, active: 3))
            ],
            restarts: 2, steps: 2000, batchSize: 256,
            learningRate: .late(3e-3),
            optimizer: AdamW(weightDecay: 0), dictionary: DictionaryRecipe(), evaluationSamples: 4096)
        let trained = try await Trainer(jobs: 2).train(experiment)
        let dictionary = trained.dictionary(trained.best(ofSetting: 0))
        for i in 0..<n { #expect((0..<n).contains { dictionary.decoder[i, $0] > 0.97 }) }
        experiment.dictionary = nil
        #expect(throws: TrainingError.self) { try experiment.validate() }
    }

    @Test("A parent is active with each of its children, and as often alone")
    func nested() {
        let features = FeatureDistribution(density: 0.3, features: 6, dependence: .nested(setSize: 3))
        var stream = RandomStream(key: 9)
        var counts: [[Int]: Int] = [:]
        let samples = 30_000
        for _ in 0..<samples {
            let x = features.sample(using: &stream)
            counts[(0..<3).filter { x[$0] > 0 }, default: 0] += 1
        }
        #expect(Set(counts.keys) == [[], [0], [0, 1], [0, 2]])
        for set in [[0], [0, 1], [0, 2]] { #expect(abs(Double(counts[set] ?? 0) / Double(samples) - 0.1) < 0.01) }
        let patterns = ActivityPatterns(of: features)
        #expect(patterns.patterns.count == 16)
        #expect(abs(patterns.patterns.reduce(0) { $0 + $1.probability } - 1) < 1e-12)
    }

    @Test("What no dictionary can be trained from is refused with a reason")
    func validation() async throws {
        let (valid, _) = try await Self.experiment(.topK)
        try valid.validate()
        func problem(_ change: (inout Experiment) -> Void) -> String {
            var experiment = valid
            change(&experiment)
            do {
                try experiment.validate()
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(problem { $0.dictionary = nil }.contains("recipe"))
        #expect(problem { $0.settings[0].objective.active = 0 }.contains("active latents from 1 to 9"))
        #expect(problem { $0.settings[0].objective.active = nil }.contains("active latents"))
        #expect(problem { $0.settings[0].objective.prefixes = [5, 3, 9] }.contains("prefixes"))
        #expect(problem { $0.settings[0].objective.prefixes = [5] }.contains("prefixes"))
        #expect(problem { $0.settings[0].objective.prefixes = [] }.contains("prefixes"))
        #expect(problem { $0.settings[0].data.sampling = .finite(samples: 10) }.contains("samples"))
        #expect(problem { $0.settings[0].data.scale = -1 }.contains("scale"))
        #expect(problem { $0.dictionary = DictionaryRecipe(resampleInterval: 0) }.contains("interval"))
        #expect(problem { $0.architecture = .init(features: 5, hidden: 2) }.contains("dictionar"))
    }
}
