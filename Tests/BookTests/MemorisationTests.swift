import Foundation
import Testing
import ToyModels

@testable import Memorisation

@Suite struct MemorisationTests {
    /// Vectors of the plane at angles in degrees.
    private func vectors(_ angles: [Double], lengths: [Double]? = nil) -> [[Double]] {
        angles.enumerated().map { place, angle in
            let length = lengths?[place] ?? 1
            return [length * cos(angle * .pi / 180), length * sin(angle * .pi / 180)]
        }
    }

    @Test func `corners of a polygon, of an even one, and of none`() {
        let even = Corners(vectors([10, 82, 154, 226, 298]))
        #expect(even?.isPolygon == true && even?.isRegular == true)
        let uneven = Corners(vectors([0, 95, 150, 220, 300]))
        #expect(uneven?.isPolygon == true && uneven?.isRegular == false)
        let oneShort = Corners(vectors([10, 82, 154, 226, 298], lengths: [1, 1, 1, 1, 0.8]))
        #expect(oneShort?.isPolygon == true && oneShort?.isRegular == false)
        #expect(Corners(vectors([0, 5, 144, 216, 288]))?.isPolygon == false, "two share a corner")
        #expect(Corners(vectors([10, 82, 154, 226, 298], lengths: [1, 1, 1, 1, 0.1]))?.isPolygon == false)
        #expect(Corners(vectors([0, 180])) == nil && Corners([[0, 0], [0, 0], [0, 0]]) == nil)
        #expect(Corners([[1, 0, 0], [0, 1, 0], [0, 0, 1]]) == nil)
    }

    @Test func `a model of few examples is measured on those that it was trained on`() async throws {
        let features = FeatureDistribution(density: 0.1, features: 60, norm: 1)
        let experiment = Experiment(
            id: "few", architecture: .init(features: 60, hidden: 2),
            settings: (0..<2).map {
                .init(
                    data: TrainingData(features, sampling: .finite(samples: 4, number: $0)),
                    objective: Objective(importance: Array(repeating: 1, count: 60)))
            }, restarts: 3, steps: 600, batchSize: 4, learningRate: .cosine(2e-2), evaluationSamples: 512)
        let trained = try await Trainer(seed: 3, jobs: 1).train(experiment)
        let sets = (0..<2).compactMap { experiment.trainingSet(ofSetting: $0, seed: 3) }
        try #require(sets.count == 2 && sets.allSatisfy { $0.count == 4 })
        #expect(sets[0] != sets[1])
        var fresh = SampleTable(features: 60)
        var stream = RandomStream(key: 1)
        for _ in 0..<10 { fresh.append(features.sample(using: &stream)) }
        let memory = Memory(trained, on: sets, fresh: fresh)
        #expect(memory.examples == 4 && memory.fresh.allSatisfy { $0.count == 4 })
        for setting in 0..<2 {
            let samples = (0..<4).map { sets[setting][$0] }
            #expect(samples.allSatisfy { abs($0.reduce(0) { $0 + $1 * $1 } - 1) < 1e-6 }, "of length 1")
            let losses = trained.models(ofSetting: setting).map { model in
                samples.reduce(0) { $0 + trained[model].loss($1, experiment.settings[setting].objective) } / 4
            }
            let least = try #require(losses.min())
            #expect(abs(memory.training[setting] - least) < 1e-5, "of the best model, on its own set")
            let best = try #require(trained.models(ofSetting: setting).first { losses[$0 - 3 * setting] == least })
            for (vector, sample) in zip(memory.hidden[setting], samples) {
                let expected = trained[best].hidden(sample)
                #expect(zip(vector, expected).allSatisfy { abs($0 - $1) < 1e-5 })
            }
        }
        #expect(Memory.leading([[0.1, 0.5, 0.4, 0.3, 0.2, 0.6, 0]]) == 0.4)
    }
}
