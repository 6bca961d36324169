import Foundation
import Testing

@testable import ToyModels

@Suite struct EngineTests {
    /// Every kind of model and data, and batches that fill the engine's blocks and that do not.
    static let cases: [Experiment] = {
        var cases: [Experiment] = []
        for (n, m, batch) in [(2, 1, 8), (5, 2, 64), (20, 5, 13), (3, 4, 1), (33, 7, 16), (6, 2, 700)] {
            for output in [ToyModel.Activation.linear, .relu] {
                cases.append(
                    experiment(.init(features: n, hidden: m, output: output), settings: 16, batchSize: batch))
            }
        }
        let neurons = ToyModel.Architecture(features: 10, hidden: 5, hiddenActivation: .relu)
        let biased = ToyModel.Architecture(features: 10, hidden: 5, hiddenActivation: .relu, hasHiddenBias: true)
        let untied = ToyModel.Architecture(features: 6, hidden: 9, hiddenActivation: .relu, isTied: false)
        for penalty in [0, 0.1] {
            cases.append(experiment(neurons, hiddenPenalty: penalty, settings: 16))
            cases.append(
                experiment(untied, target: .absoluteValue, isSigned: true, hiddenPenalty: penalty, settings: 16))
            cases.append(experiment(hiddenPenalty: penalty, settings: 16))
            cases.append(experiment(biased, hiddenPenalty: penalty, settings: 16, batchSize: 13))
        }
        for dependence in [FeatureDistribution.Dependence.correlated(setSize: 3), .anticorrelated(setSize: 3)] {
            cases.append(experiment(.init(features: 6, hidden: 2), dependence: dependence, settings: 16))
        }
        // So sparse that only samples with an active feature are computed.
        for experiment in cases {
            var sparse = experiment
            sparse.batchSize *= 8
            for index in sparse.settings.indices {
                sparse.settings[index].features.density = sparse.settings[index].features.density.map { 0.02 * $0 }
            }
            cases.append(sparse)
        }
        return cases
    }()

    @Test(
        "The lane engine's gradient is the reference's on the same batch, to rounding, with one model per lane or several lanes",
        arguments: cases, [16, 8, 5, 1])
    func laneEngine(experiment: Experiment, models: Int) throws {
        var experiment = experiment
        experiment.restarts = 1
        let engine = LaneEngine(experiment, models: 0..<models, seed: 5)
        // After some steps biases are not zero.
        var sums = [Double](repeating: 0, count: models)
        for step in 0..<3 { try engine.step(step, addingTo: &sums) }
        let before = engine.weights
        let batches = engine.nextBatch()
        let (losses, gradients) = engine.lossAndGradient()
        for model in 0..<models {
            #expect(batches[model].count == experiment.batchSize)
            let reference = before.model(model, of: experiment.architecture).lossAndGradient(
                batches[model], experiment.setting(ofModel: model).objective)
            #expect(abs(losses[model] - reference.loss) < 2e-6 * (1 + reference.loss))
            expectClose(gradients.model(model, of: experiment.architecture), reference.gradient)
        }
    }

    /// Large and awkward shapes, each with inputs drawn by their gaps, drawn whole and listed, and dense.
    static let wideCases: [Experiment] = {
        var cases: [Experiment] = []
        for density in [0.01, 0.05, 0.2, 1] {
            func add(_ experiment: Experiment) {
                var experiment = experiment
                experiment.settings[0].features.density = experiment.settings[0].features.density.map { _ in density }
                cases.append(experiment)
            }
            let shapes = [
                (80, 20, 64), (33, 17, 300), (16, 3, 1), (100, 40, 37), (300, 2, 40), (50, 8, 40), (20, 1, 70),
            ]
            for (n, m, batch) in shapes {
                for output in [ToyModel.Activation.linear, .relu] {
                    add(experiment(.init(features: n, hidden: m, output: output), settings: 1, batchSize: batch))
                }
            }
            let neurons = ToyModel.Architecture(features: 40, hidden: 9, hiddenActivation: .relu)
            let biased = ToyModel.Architecture(features: 40, hidden: 9, hasHiddenBias: true)
            let untied = ToyModel.Architecture(features: 40, hidden: 35, hiddenActivation: .relu, isTied: false)
            add(experiment(.init(features: 40, hidden: 2, isTied: false), settings: 1))
            for penalty in [0, 0.1] {
                add(experiment(neurons, hiddenPenalty: penalty, settings: 1))
                add(experiment(biased, hiddenPenalty: penalty, settings: 1, batchSize: 70))
                add(experiment(untied, target: .absoluteValue, isSigned: true, hiddenPenalty: penalty, settings: 1))
            }
            for dependence in [FeatureDistribution.Dependence.correlated(setSize: 12), .anticorrelated(setSize: 12)] {
                add(experiment(.init(features: 36, hidden: 6), dependence: dependence, settings: 1))
            }
            for (n, m) in [(40, 9), (100, 20)] {
                var attacked = experiment(.init(features: n, hidden: m), settings: 1)
                attacked.settings[0].objective.attackNorm = 0.7
                add(attacked)
            }
        }
        cases.append(experiment(.init(features: 40, hidden: 9), settings: 2))  // Densities that differ.
        return cases
    }()

    @Test("The wide engine's gradient is the reference's on the same batch, to rounding", arguments: wideCases)
    func wideEngine(experiment: Experiment) throws {
        for threads in [1, 3] {
            let engine = WideEngine(experiment, model: 0, seed: 5, threads: threads)
            let (seen, inputs) = WideEngine(experiment, model: 0, seed: 5).batch(step: 4)
            let (loss, gradient) = engine.lossAndGradient(step: 4)
            let reference = engine.weights.model(0, of: experiment.architecture).lossAndGradient(
                inputs, seen: seen, experiment.settings[0].objective)
            #expect(inputs.count == experiment.batchSize)
            #expect(abs(loss - reference.loss) < 5e-6 * (1 + reference.loss))
            expectClose(gradient.model(0, of: experiment.architecture), reference.gradient)
        }
    }

    @Test("A batch has the same bits on any number of threads")
    func wideThreads() throws {
        let experiment = experiment(.init(features: 60, hidden: 12), settings: 1, batchSize: 1500)
        let one = WideEngine(experiment, model: 0, seed: 5).lossAndGradient(step: 0)
        for threads in 2...7 {
            let many = WideEngine(experiment, model: 0, seed: 5, threads: threads).lossAndGradient(step: 0)
            #expect(many.loss == one.loss)
            #expect(many.gradient == one.gradient)
        }
    }

    @Test("The number of threads may change from step to step")
    func changingThreads() throws {
        let experiment = experiment(.init(features: 60, hidden: 12), settings: 1, batchSize: 1500)
        func trained(on most: Int, _ threads: [Int]) throws -> (Weights, [LossEstimate]) {
            let engine = WideEngine(experiment, model: 0, seed: 5, threads: most)
            var sums = [0.0]
            for (step, count) in threads.enumerated() {
                engine.threads = count
                #expect(engine.threads == min(count, most))
                try engine.step(step, addingTo: &sums)
            }
            return (engine.weights, engine.evaluate(on: .freshSamples))
        }
        #expect(try trained(on: 4, [1, 4, 2, 9, 3]) == trained(on: 1, [1, 1, 1, 1, 1]))
    }

    @Test(
        "Both engines' inputs have the distribution's moments, however they are drawn",
        arguments: [0.00002, 0.003, 0.05, 0.2, 0.7, 1], [false, true])
    func inputs(density p: Double, isSigned: Bool) {
        for n in [3, 50] {
            var experiment = experiment(.init(features: n, hidden: 2), settings: 1, batchSize: 40_000)
            experiment.settings[0].features = FeatureDistribution(density: p, features: n, isSigned: isSigned)
            expectMoments(WideEngine(experiment, model: 0, seed: 1).batch(step: 0).inputs, density: p, isSigned)
            expectMoments(LaneEngine(experiment, models: 0..<1, seed: 1).nextBatch()[0], density: p, isSigned)
        }
    }

    private func expectMoments(_ inputs: [[Double]], density p: Double, _ isSigned: Bool) {
        #expect(inputs.count == 40_000)
        let n = inputs[0].count
        let count = Double(inputs.count * n)
        let active = Double(inputs.reduce(0) { $0 + $1.count { $0 != 0 } })
        #expect(abs(active - count * p) <= 5 * (count * p * (1 - p)).squareRoot() + 2)
        let sum = inputs.reduce(0) { $0 + $1.reduce(0, +) }
        let squares = inputs.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
        // Given that it is active a feature has mean 1/2 (0 if signed), mean square 1/3, and variance at most 1/3.
        #expect(abs(sum - active * (isSigned ? 0 : 0.5)) < 5 * (active / 3).squareRoot() + 1)
        #expect(abs(squares - active / 3) < 5 * (active / 9).squareRoot() + 1)
        #expect(inputs.allSatisfy { $0.allSatisfy { $0 >= (isSigned ? -1 : 0) && $0 <= 1 } })
        // Every feature is as often active as any other.
        let byFeature = (0..<n).map { i in Double(inputs.count { $0[i] != 0 }) }
        let mean = Double(inputs.count) * p
        #expect(byFeature.allSatisfy { abs($0 - mean) <= 5.5 * (mean * (1 - p)).squareRoot() + 3 })
        // The number of active features of an input is binomial.
        var probability = (0..<n).reduce(1.0) { power, _ in power * (1 - p) }
        for k in 0..<(p < 1 ? min(n + 1, 6) : 0) {
            let share = Double(inputs.count { $0.count { $0 != 0 } == k })
            let expected = Double(inputs.count) * probability
            #expect(abs(share - expected) <= 5 * (expected * (1 - probability)).squareRoot() + 1)
            probability *= p / (1 - p) * Double(n - k) / Double(k + 1)
        }
        // Neighbouring features are active together as often as independence says.
        let pairs = Double(inputs.reduce(0) { sum, x in sum + (1..<n).count { x[$0] != 0 && x[$0 - 1] != 0 } })
        let expected = Double(inputs.count * (n - 1)) * p * p
        #expect(abs(pairs - expected) <= 6 * (expected * (1 - p * p) * 2).squareRoot() + 5)
    }

    @Test(
        "Sets of features are active as often as they should be, where only samples with an active one are drawn",
        arguments: [0.01, 0.1, 0.6],
        [FeatureDistribution.Dependence.correlated(setSize: 3), .anticorrelated(setSize: 3)])
    func sets(density p: Double, dependence: FeatureDistribution.Dependence) {
        var experiment = experiment(.init(features: 9, hidden: 2), settings: 1, batchSize: 80_000)
        experiment.settings[0].features = FeatureDistribution(density: p, features: 9, dependence: dependence)
        let inputs = LaneEngine(experiment, models: 0..<1, seed: 1).nextBatch()[0]
        func near(_ count: Int, _ share: Double) -> Bool {
            let expected = share * Double(inputs.count)
            return abs(Double(count) - expected) <= 5 * (expected * (1 - share)).squareRoot() + 2
        }
        let sets = inputs.map { x in (0..<3).map { set in (0..<3).count { x[3 * set + $0] != 0 } } }
        for set in 0..<3 {
            #expect(near(sets.count { $0[set] > 0 }, p))
            #expect(near(sets.count { $0[set] > 0 && $0[(set + 1) % 3] > 0 }, p * p))
        }
        if case .correlated = dependence {
            #expect(sets.allSatisfy { $0.allSatisfy { $0 == 0 || $0 == 3 } })
        } else {
            #expect(sets.allSatisfy { $0.allSatisfy { $0 <= 1 } })
            for i in 0..<9 { #expect(near(inputs.count { $0[i] != 0 }, p / 3)) }
        }
    }

    @Test(
        "Counts are drawn from the binomial distribution",
        arguments: [(1, 0.5), (8, 0.01), (256, 0.02), (1024, 0.3), (4096, 0.7), (4096, 1e-7), (100, 0), (100, 1)])
    func binomial(trials: Int, p: Double) {
        let binomial = Binomial(trials: trials, probability: p)
        // The distribution function at each number is the greatest u that gives it.
        var logarithm = Double(trials) * log1p(-p)
        var below = 0.0
        for k in 0...trials {
            let share = p == 0 ? (k == 0 ? 1 : 0) : p == 1 ? (k == trials ? 1 : 0) : exp(logarithm)
            let middle = below + share / 2
            if share > 1e-5 { #expect(binomial.count(at: Float(middle)) == k) }
            below += share
            logarithm += log(Double(trials - k) / Double(k + 1)) + log(p) - log1p(-p)
        }
        #expect((0...trials).contains(binomial.count(at: 0)))
        #expect((0...trials).contains(binomial.count(at: 1 - 0x1p-23)))
    }

    @Test("Both engines train to the same loss, within sampling error")
    func agreement() async throws {
        // The same models and schedule, but with other random numbers: the two engines draw differently.
        var experiment = experiment(
            .init(features: 24, hidden: 6), settings: 1, restarts: 16, steps: 1500, batchSize: 256)
        experiment.settings[0].features = FeatureDistribution(density: 0.1, features: 24)
        #expect(experiment.engine == LaneEngine.self)
        let lanes = LaneEngine(experiment, models: 0..<16, seed: 3)
        var sums = [Double](repeating: 0, count: 16)
        for step in 0..<experiment.steps { try lanes.step(step, addingTo: &sums) }
        let wide = try (0..<16).map { model in
            let engine = WideEngine(experiment, model: model, seed: 3)
            var sum = [0.0]
            for step in 0..<experiment.steps { try engine.step(step, addingTo: &sum) }
            return engine.evaluate(on: .freshSamples)[0].value
        }
        func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
        func variance(_ x: [Double]) -> Double {
            x.reduce(0) { $0 + ($1 - mean(x)) * ($1 - mean(x)) } / Double(x.count - 1)
        }
        let lane = lanes.evaluate(on: .freshSamples).map(\.value)
        // Five standard errors of the difference of two means of sixteen.
        #expect(abs(mean(lane) - mean(wide)) < 5 * ((variance(lane) + variance(wide)) / 16).squareRoot())
    }

    private func expectClose(_ got: ToyModel, _ want: ToyModel.Gradient) {
        // Gradients here are of order 1, and a float has 2⁻²⁴ = 6e-8: a few dozen roundings.
        #expect(zip(got.W.elements, want.W.elements).allSatisfy { abs($0 - $1) < 3e-6 })
        #expect(zip(got.W2?.elements ?? [], want.W2?.elements ?? []).allSatisfy { abs($0 - $1) < 3e-6 })
        #expect(zip(got.b, want.b).allSatisfy { abs($0 - $1) < 3e-6 })
        #expect(zip(got.b1 ?? [], want.b1 ?? []).allSatisfy { abs($0 - $1) < 3e-6 })
        #expect(got.W2?.elements.count == want.W2?.elements.count && got.b1?.count == want.b1?.count)
    }
}
