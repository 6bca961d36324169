import Analysis
import TestSupport
import Testing
import ToyModels

@testable import WaysOut

/// What the verdicts on the ways out rest on.
@Suite struct WaysOutTests {
    private func axes(_ lengths: [Double], dimensions: Int) -> ToyModel {
        var W = Matrix(rows: dimensions, columns: lengths.count)
        for (i, length) in lengths.enumerated() { W[i % dimensions, i] = i < dimensions ? length : -length }
        return ToyModel(W: W, b: lengths.map { _ in 0 })
    }

    /// Two features on two axes, with an antipodal pair for each penalty in `paired`, and less of everything later on.
    private func sweep(_ models: [ToyModel], _ penalties: [Double]) -> PenaltySweep {
        let features = FeatureDistribution(density: 0.1, features: 4)
        let experiment = Experiment(
            id: "made", architecture: models[0].architecture,
            settings: penalties.map { .init(features: features, importance: [1, 1, 1, 1], hiddenPenalty: $0) },
            steps: 0, batchSize: 1, learningRate: .constant(0))
        let trained = TrainedModels(
            experiment: experiment, seeds: models.map { _ in 0 }, weights: Weights(of: models),
            losses: models.map { _ in 0 }, lossErrors: models.map { _ in 0 }, history: .init(steps: [], losses: []),
            snapshots: [])
        return PenaltySweep(trained, on: ActiveSamples(features, count: 20_000, using: RandomStream(key: 1)))
    }

    @Test func `the cleanest penalty still leaves a feature per dimension`() {
        let found = sweep(
            [
                axes([1, 1, 1, 1], dimensions: 2), axes([1, 1, 1, 0], dimensions: 2),
                axes([1, 1, 0, 0], dimensions: 2),
                axes([0.9, 0.9, 0, 0], dimensions: 2), axes([1, 0, 0, 0], dimensions: 2),
            ], [0, 0.1, 0.2, 0.3, 0.4])
        #expect(found.stored == [4, 3, 2, 2, 1])
        #expect(found.shared == [4, 2, 0, 0, 0])
        #expect(found.cleanest(dimensions: 2) == 2)
        #expect(found.losses[0] < found.losses[1] && found.losses[1] < found.losses[2])
        // Each pair counts twice, once for each of its features.
        #expect(zip(found.interference, [4.0, 2, 0, 0, 0]).allSatisfy { abs($0 - $1) < 1e-6 })
        // Half of the interference is gone with the second model.
        let whole = found.losses[2] - found.losses[0]
        let cost = found.costOfFirst(0.25, whole: whole)
        #expect(abs(cost - 0.5 * (found.losses[1] - found.losses[0]) / whole) < 1e-6)
    }

    @Test("A pair's yield is its loss reduction over its activations", arguments: [0.01, 0.3, 1])
    func yieldOfPair(density p: Double) {
        let variance = p / 3 - p * p / 4
        let reduction = 2 * variance - PhaseTheory(hidden: 1).loss(of: .extraPaired, density: p, importance: 1)
        let dedicated = variance / p
        #expect(abs(ActivationYield.ofPair(density: p) - reduction / (2 * p - p * p) / dedicated) < 1e-12)
        // The text: dedicated dimensions yield more by p² / (8 − 4p).
        #expect(abs(dedicated * (1 - ActivationYield.ofPair(density: p)) - p * p / (8 - 4 * p)) < 1e-12)
    }

    @Test func `a floor is what the features beyond a number cost`() {
        let p = 0.05
        let teacher = axes([1, 1, 1, 1, 0, 0], dimensions: 6)
        let student = axes([1, 0, 0, 0, 1, 0], dimensions: 1)
        let made = Student(
            width: 1, density: p, importance: "falling", weights: [8, 4, 2, 1, 0.5, 0.25], teacher: teacher,
            student: student, loss: 0, direct: student,
            samples: ActiveSamples(.init(density: p, features: 6), count: 100, using: RandomStream(key: 1)))
        let variance = p / 3 - p * p / 4
        // The teacher does not store what the student stores second.
        #expect(made.kept == 1 && made.known == 4)
        #expect(abs(made.ownFloor - 7 * variance) < 1e-12)
        #expect(abs(made.plainFloor - 7 * variance) < 1e-12)
        // g is 6.7: nothing is beyond it.
        #expect(made.predictedFloor == 0 && !made.hasChoice)
        #expect(abs(made.costOfAll - 15 * variance) < 1e-12)
    }
}
