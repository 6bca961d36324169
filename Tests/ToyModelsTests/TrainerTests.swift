import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ToyModels

/// A small experiment whose models all differ in their settings.
func experiment(
    _ architecture: ToyModel.Architecture = .init(features: 5, hidden: 2), target: Objective.Target = .input,
    dependence: FeatureDistribution.Dependence = .independent, isSigned: Bool = false, hiddenPenalty: Double = 0,
    settings: Int = 3, restarts: Int = 2, steps: Int = 30, batchSize: Int = 64,
    learningRate: LearningRate = .cosine(1e-2), snapshots: [Int] = []
) -> Experiment {
    let n = architecture.features
    return Experiment(
        id: "test", architecture: architecture,
        settings: (0..<settings).map { setting in
            let density = (0..<n).map { 1 / Double(1 + setting + (dependence == .independent ? $0 % 2 : 0)) }
            return .init(
                features: FeatureDistribution(density: density, dependence: dependence, isSigned: isSigned),
                importance: (0..<n).map { 1 / Double(1 + $0) }, target: target,
                hiddenPenalty: hiddenPenalty * Double(1 + setting))
        },
        restarts: restarts, steps: steps, batchSize: batchSize, learningRate: learningRate, snapshots: snapshots,
        evaluationSamples: 4096)
}

@Suite struct TrainerTests {
    @Test("The same seed gives the same bits on one thread and on two, and on a second run")
    func determinism() async throws {
        let experiment = experiment(settings: 10, restarts: 5, steps: 60, snapshots: [0, 7, 60])
        let first = try await Trainer(seed: 1, jobs: 1).train(experiment)
        for jobs in [1, 2] {
            let other = try await Trainer(seed: 1, jobs: jobs).train(experiment)
            #expect(first.weights == other.weights)
            #expect(first.losses == other.losses)
            #expect(first.history == other.history)
            #expect(first.snapshots == other.snapshots)
            #expect(first.seeds == other.seeds)
        }
        let otherSeed = try await Trainer(seed: 2, jobs: 2).train(experiment)
        #expect(first.weights != otherSeed.weights)
    }

    @Test("Models are grouped in order, by powers of two, and large ones stand alone")
    func groups() {
        #expect(
            experiment(settings: 43, restarts: 1).groups == [
                0..<8, 8..<16, 16..<24, 24..<32, 32..<40, 40..<42, 42..<43,
            ])
        #expect(experiment(settings: 64, restarts: 1).groups == [0..<16, 16..<32, 32..<48, 48..<64])
        #expect(experiment(settings: 16, restarts: 1).groups == [0..<4, 4..<8, 8..<12, 12..<16])
        #expect(experiment(settings: 10, restarts: 1).groups == [0..<2, 2..<4, 4..<6, 6..<8, 8..<10])
        #expect(experiment(settings: 1, restarts: 1).groups == [0..<1])
        #expect(experiment(.init(features: 80, hidden: 20), settings: 3, restarts: 1).groups == [0..<1, 1..<2, 2..<3])
    }

    @Test("The measured loss is the reference's loss within sampling error")
    func measuredLoss() async throws {
        let trained = try await Trainer(jobs: 2).train(experiment(steps: 200))
        for model in 0..<trained.experiment.models {
            let setting = trained.experiment.setting(ofModel: model)
            var stream = RandomStream(key: 1234)
            let losses = (0..<4096).map { _ in
                trained[model].loss(setting.features.sample(using: &stream), setting.objective)
            }
            let mean = losses.reduce(0, +) / 4096
            let variance = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4095
            // Both are means of 4096 samples: five standard errors of their difference.
            #expect(abs(trained.losses[model] - mean) < 5 * (2 * variance / 4096).squareRoot())
        }
    }

    /// One experiment for each way to measure a loss: in closed form, integrated, and sampled by either engine.
    private static let measured: [(experiment: Experiment, measure: LossMeasure)] = {
        func experiment(
            _ architecture: ToyModel.Architecture, _ features: FeatureDistribution,
            _ target: Objective.Target = .input
        ) -> Experiment {
            let importance = Array(repeating: 1.0, count: architecture.features)
            return Experiment(
                id: "measured", architecture: architecture,
                settings: [.init(features: features, importance: importance, target: target)], restarts: 2,
                steps: 50, batchSize: 64, learningRate: .constant(0.01), evaluationSamples: 1 << 15)
        }
        return [
            (experiment(.init(features: 5, hidden: 2), .init(density: 0.2, features: 5)), .closed),
            (
                experiment(
                    .init(features: 6, hidden: 2), .init(density: 0.2, features: 6, dependence: .correlated(setSize: 2))
                ), .closed
            ),
            (
                experiment(
                    .init(features: 8, hidden: 4, hiddenActivation: .relu), .init(density: 0.2, features: 8)),
                .integrated
            ),
            (
                experiment(
                    .init(features: 6, hidden: 8, hiddenActivation: .relu, isTied: false),
                    .init(density: 0.2, features: 6, isSigned: true), .absoluteValue), .integrated
            ),
            (experiment(.init(features: 20, hidden: 4), .init(density: 0.2, features: 20)), .sampled),
            (experiment(.init(features: 60, hidden: 10), .init(density: 0.2, features: 60)), .sampled),
        ]
    }()

    @Test("Losses are within their errors of a sample's mean, and exact where they can be", arguments: measured.indices)
    func losses(index: Int) async throws {
        let (experiment, measure) = Self.measured[index]
        #expect(LossMeasure(for: experiment) == measure)
        let trained = try await Trainer(jobs: 2).train(experiment)
        for model in 0..<2 {
            let setting = experiment.settings[0]
            let (mean, error) = sampledLoss(of: trained[model], setting.features, setting.objective, samples: 40_000)
            let loss = trained.loss(of: model)
            #expect((loss.standardError == 0) == (measure == .closed))
            #expect(loss.standardError < 0.02 * loss.value)
            #expect(abs(loss.value - mean) < 5 * (error * error + loss.standardError * loss.standardError).squareRoot())
        }
    }

    @Test func `a mean over parts has the standard error of the parts`() {
        let estimate = LossEstimate(parts: [(10, 10), (10, 20), (10, 30), (5, 10)])
        #expect(estimate.value == 2)
        // Deviations of the sums from 20, 20, 20 and 10: -10, 0, 10, 0.
        #expect(abs(estimate.standardError - (200.0 * 4 / 3).squareRoot() / 35) < 1e-12)
        #expect(LossEstimate(parts: [(10, 20)]).standardError == .infinity)
        #expect(estimate.isTied(with: LossEstimate(2.4, standardError: 0)))
        #expect(!estimate.isTied(with: LossEstimate(2.5, standardError: 0)))
    }

    @Test("Training lowers the loss of every model, and the history and snapshots record it")
    func learning() async throws {
        let trained = try await Trainer(jobs: 2).train(experiment(steps: 400, snapshots: [0, 100, 400]))
        #expect(trained.snapshots.map(\.step) == [0, 100, 400])
        #expect(trained.snapshots.last?.weights == trained.weights)
        #expect(trained.history.steps.last == 400)
        for model in 0..<trained.experiment.models {
            let history = trained.history.losses[model]
            #expect(history.count == trained.history.steps.count)
            #expect(try #require(history.last) < 0.7 * history[0])
            let start = InitialWeights(
                ofModel: model, of: trained.experiment, key: StreamKey(seed: 0, experiment: "test"))
            #expect(trained[model, trained.snapshots[0]].W.elements == start[.encoder].map(Double.init))
        }
    }

    @Test(
        "Given initial weights, every model starts from its own, tied or not, small or large",
        arguments: [
            ToyModel.Architecture(features: 5, hidden: 2),
            .init(features: 4, hidden: 6, hiddenActivation: .relu, isTied: false),
            .init(features: 50, hidden: 9),
            .init(features: 40, hidden: 12, hiddenActivation: .relu, isTied: false),
        ])
    func givenStart(architecture: ToyModel.Architecture) async throws {
        let first = try await Trainer(jobs: 2).train(experiment(architecture, steps: 20))
        let picked = [5, 0, 3]
        var second = experiment(architecture, restarts: 1, snapshots: [0])
        second.start = first.selection(picked)
        let trained = try await Trainer(seed: 3, jobs: 2).train(second, library: ModelLibrary([first]))
        for (model, start) in picked.enumerated() {
            #expect(trained[model, trained.snapshots[0]] == first[start])
            #expect(trained[model] != first[start])
        }
        #expect(try JSONDecoder().decode(Experiment.self, from: JSONEncoder().encode(second)) == second)
    }

    @Test("An experiment that starts at random does not speak of trained models in its JSON")
    func json() throws {
        let json = try String(decoding: JSONEncoder().encode(experiment()), as: UTF8.self)
        #expect(!json.contains("\"start\"") && json.contains("initialScale"))
        #expect(try JSONDecoder().decode(Experiment.self, from: Data(json.utf8)) == experiment())
    }

    @Test("Snapshots at even distances, on a linear and on a log axis")
    func snapshotSteps() {
        #expect(Experiment.snapshots(every: 25, through: 110) == [0, 25, 50, 75, 100])
        #expect(Experiment.snapshots(growingBy: 2, through: 40) == [0, 1, 2, 4, 8, 16, 32])
        #expect(Experiment.snapshots(growingBy: 1.3, through: 12) == [0, 1, 2, 3, 4, 5, 6, 7, 9, 11])
    }

    @Test("The linear model finds its known optimum, the principal components")
    func linearOptimum() async throws {
        // n = 3, m = 1, p = 1, importances 1, 0.5, 0.25: the best linear model keeps feature 0 and answers the mean
        // for the others; a uniform variable's variance is 1/12, so the loss is (0.5 + 0.25)/12.
        let experiment = Experiment(
            id: "linear", architecture: .init(features: 3, hidden: 1, output: .linear),
            settings: [.init(features: .init(density: 1, features: 3), importance: [1, 0.5, 0.25])],
            restarts: 4, steps: 3000, batchSize: 256, learningRate: .cosine(1e-2))
        let trained = try await Trainer(jobs: 2).train(experiment)
        let best = trained.best(ofSetting: 0)
        #expect(abs(trained.losses[best] - 0.75 / 12) < 0.002)
        #expect(trained[best].W.elements.map { abs($0) > 0.5 } == [true, false, false])
    }

    @Test("The best of the restarts is the one of least loss in its own setting")
    func selection() async throws {
        let trained = try await Trainer(jobs: 2).train(experiment(settings: 3, restarts: 4))
        for setting in 0..<3 {
            let losses = trained.models(ofSetting: setting).map { trained.losses[$0] }
            #expect(trained.losses[trained.best(ofSetting: setting)] == losses.min())
            #expect(trained.models(ofSetting: setting).contains(trained.best(ofSetting: setting)))
        }
    }

    @Test("A diverging model is named, with its settings and the step")
    func divergence() async throws {
        var experiment = experiment(
            .init(features: 5, hidden: 2, output: .linear), steps: 100, learningRate: .constant(1e30))
        experiment.optimizer.weightDecay = 0
        let error = await #expect(throws: TrainingError.self) {
            try await Trainer(jobs: 2).train(experiment)
        }
        let sentence = try #require(error?.description)
        #expect(sentence.contains("'test'") && sentence.contains("step") && sentence.contains("density"))
    }

    @Test("An experiment that makes no sense is refused with a sentence")
    func validation() async throws {
        func problem(_ change: (inout Experiment) -> Void) async -> String {
            var experiment = experiment()
            change(&experiment)
            let error = await #expect(throws: TrainingError.self) { try await Trainer(jobs: 1).train(experiment) }
            return error?.description ?? ""
        }
        #expect(await problem { $0.settings = [] }.contains("no settings"))
        #expect(await problem { $0.restarts = 0 }.contains("restarts"))
        #expect(await problem { $0.batchSize = 0 }.contains("batchSize"))
        #expect(await problem { $0.architecture.hidden = 0 }.contains("hidden"))
        #expect(await problem { $0.settings[0].features.density[0] = 1.5 }.contains("density"))
        #expect(await problem { $0.settings[0].importance[0] = .nan }.contains("importance"))
        #expect(await problem { $0.settings[0].importance = [1] }.contains("importances"))
        #expect(await problem { $0.snapshots = [5, 4] }.contains("snapshots"))
        #expect(await problem { $0.start = .init(experiment: "e", models: [0]) }.contains("starts from 1 model"))
        #expect(
            await problem { $0.start = .init(experiment: "e", models: [0, 1, 2, 3, 4, 5]) }.contains("train that first")
        )
        #expect(await problem { $0.settings[1].data.sampling = .finite(samples: 64) }.contains("number of samples"))
        #expect(
            await problem {
                for index in 0..<3 { $0.settings[index].data.sampling = .finite(samples: 63) }
            }.contains("a batch of 64"))
        #expect(
            await problem { $0.settings[2].objective.target = .absoluteValue }.contains("kind of inputs or targets"))
        #expect(await problem { $0.learningRate.peak = .infinity }.contains("learning rate"))
    }

    @Test("Settings that differ in dependence are refused: the lanes of an engine share their gates")
    func dependence() throws {
        var experiment = experiment(.init(features: 6, hidden: 2))
        for dependence in [FeatureDistribution.Dependence.correlated(setSize: 3), .anticorrelated(setSize: 2)] {
            experiment.settings = experiment.settings.map {
                .init(features: .init(density: 0.5, features: 6), importance: $0.importance)
            }
            try experiment.validate()
            experiment.settings[2].features.dependence = dependence
            let error = #expect(throws: TrainingError.self) { try experiment.validate() }
            #expect(error?.description.contains("settings 0 and 2 differ in the features' dependence") == true)
        }
    }

    private static let counts: [@Sendable (inout Experiment, Int) -> Void] = [
        { $0.architecture.features = $1 }, { $0.architecture.hidden = $1 }, { $0.restarts = $1 }, { $0.steps = $1 },
        { $0.batchSize = $1 }, { $0.evaluationSamples = $1 }, { $0.snapshots = [$1] },
        { $0.settings[0].features.dependence = .correlated(setSize: $1) },
        { $0.settings[0].features.dependence = .anticorrelated(setSize: $1) },
    ]

    @Test("No count makes an experiment trap, alone or beside another that is as large as it may be")
    func extremeCounts() {
        // With memory for anything, so that only products that overflow are in the way.
        func check(_ changed: Experiment) {
            var experiment = changed
            let n = experiment.architecture.features
            if n == 1_000_000 {
                experiment.settings[0].importance = Array(repeating: 1, count: n)
                experiment.settings[0].features.density = Array(repeating: 1, count: n)
            }
            for jobs in [1, .max] { try? experiment.validate(jobs: jobs, memory: .max) }
        }
        for first in Self.counts {
            for second in Self.counts {
                for a in [Int.min, -1, 0, 1 << 20, 10_000_000_000, .max] {
                    for b in [1_000_000, 100_000_000, .max] {
                        var experiment = experiment(settings: 1)
                        first(&experiment, a)
                        second(&experiment, b)
                        check(experiment)
                    }
                }
            }
        }
        for isTied in [true, false] {
            var experiment = experiment(settings: 1)
            experiment.architecture = .init(features: 1_000_000, hidden: 1_000_000, isTied: isTied)
            experiment.settings[0].objective.attackNorm = isTied ? 1 : 0
            experiment.restarts = 10_000_000
            (experiment.steps, experiment.snapshots) = (10_000_000_000, [10_000_000_000])
            (experiment.batchSize, experiment.evaluationSamples) = (100_000_000, 100_000_000)
            check(experiment)
        }
        for refused in [10_000_000_001, Int.max] {
            for (index, change) in Self.counts.enumerated() {
                var experiment = experiment(settings: 1)
                change(&experiment, refused)
                #expect(throws: TrainingError.self, "count \(index)") { try experiment.validate() }
            }
        }
    }

    private static let numbers: [(String, @Sendable (inout Experiment, Double) -> Void)] = [
        ("learning rate", { $0.learningRate.peak = $1 }), ("final fraction", { $0.learningRate.finalFraction = $1 }),
        ("beta1", { $0.optimizer.beta1 = $1 }), ("beta2", { $0.optimizer.beta2 = $1 }),
        ("epsilon", { $0.optimizer.epsilon = $1 }), ("weight decay", { $0.optimizer.weightDecay = $1 }),
        ("penalty", { $0.settings[1].objective.hiddenPenalty = $1 }),
        ("attack", { $0.settings[1].objective.attackNorm = $1 }),
        ("importance", { $0.settings[1].importance[2] = $1 }),
        ("density", { $0.settings[1].features.density[2] = $1 }),
        ("initialScale", { $0.initialScale = $1 }),
        ("initialDecoderFromEncoder", { $0.initialDecoderFromEncoder = $1 }),
    ]

    @Test("A number that single precision or the optimiser cannot use is refused", arguments: numbers.indices)
    func extremeNumbers(index: Int) {
        let (name, change) = Self.numbers[index]
        for value in [Double.nan, .infinity, -.infinity, 1e300, -1] where value != -1 || !name.hasPrefix("initial") {
            var experiment = experiment()
            change(&experiment, value)
            let error = #expect(throws: TrainingError.self, "\(value)") { try experiment.validate() }
            #expect(error?.description.contains(name) == true)
            #expect(error?.description.hasSuffix(".") == true)
        }
    }

    @Test("Betas of one, an epsilon of zero, and densities that are never drawn are refused")
    func limits() throws {
        var valid = experiment()
        valid.optimizer = AdamW(beta1: 0, beta2: 0, epsilon: 1e-30, weightDecay: 0)
        (valid.learningRate.peak, valid.settings[0].features.density[0]) = (0, 0)
        valid.settings[0].features.density[1] = 0x1p-23
        try valid.validate()
        let changes: [(inout Experiment) -> Void] = [
            { $0.optimizer.beta1 = 1 }, { $0.optimizer.beta2 = 1 }, { $0.optimizer.epsilon = 0 },
            { $0.optimizer.epsilon = 1e-60 }, { $0.settings[0].features.density[0] = 0x1p-24 },
        ]
        for (index, change) in changes.enumerated() {
            var experiment = valid
            change(&experiment)
            #expect(throws: TrainingError.self, "change \(index)") { try experiment.validate() }
        }
    }

    @Test("What does not fit into the machine's memory is refused with how much it needs")
    func memory() throws {
        let experiment = experiment(.init(features: 100, hidden: 20), batchSize: 1024, snapshots: [0, 30])
        func refusal(_ experiment: Experiment, jobs: Int = 1, memory: Int) -> String? {
            do throws(TrainingError) {
                try experiment.validate(jobs: jobs, memory: memory)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(refusal(experiment, memory: 100_000)?.contains("GB of memory") == true)
        #expect(refusal(experiment, memory: 20_000_000) == nil)
        // More threads take more.
        var large = experiment
        large.batchSize = 1 << 20
        #expect(refusal(large, memory: 100_000_000) == nil)
        #expect(refusal(large, jobs: 64, memory: 100_000_000)?.contains("GB of memory") == true)
        // On this machine.
        large.restarts = 1_000_000
        large.architecture.hidden = 1_000_000
        #expect(throws: TrainingError.self) { try large.validate() }
    }

    @Test("Any number of threads may be asked for: no more start than there is work")
    func manyThreads() async throws {
        let experiment = experiment()
        #expect(try await Trainer(jobs: .max).train(experiment).losses == Trainer(jobs: 1).train(experiment).losses)
    }

    @Test("A cancelled training stops with CancellationError")
    func cancellation() async throws {
        let task = Task { try await Trainer(jobs: 2).train(experiment(steps: 1_000_000_000)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("Progress ends at the total")
    func progress() async throws {
        let last = Mutex(0)
        let experiment = experiment(settings: 9, restarts: 4)
        _ = try await Trainer(jobs: 2).train(experiment) { progress in
            last.withLock { $0 = max($0, progress.done) }
            #expect(progress.total == 36 * 30)
        }
        #expect(last.withLock { $0 } == 36 * 30)
    }
}
