import Analysis
import TestSupport
import Testing
import ToyModels

import Notebook
@testable import DemonstratingSuperposition

/// What the first chapter's verdicts rest on, on models made by hand.
@Suite struct DemonstratingSuperpositionTests {
    private func model(_ columns: [[Double]], b: [Double]? = nil) -> ToyModel {
        let rows = columns[0].indices.map { k in columns.map { $0[k] } }
        return ToyModel(W: Matrix(rows), b: b ?? columns.map { _ in 0 })
    }

    private var dedicated: ToyModel { model([[1, 0], [0, 1], [0, 0], [0, 0]]) }
    /// Features 0 and 2 are opposite, feature 1 has a dimension of its own.
    private var onePair: ToyModel { model([[1, 0], [0, 1], [-1, 0], [0, 0]]) }
    private var twoPairs: ToyModel { model([[1, 0], [0, 1], [-1, 0], [0, -1]]) }

    @Test func `gaps are the angles between neighbours`() {
        #expect(gaps(twoPairs).allSatisfy { abs($0 - 90) < 1e-9 })
        #expect(gaps(onePair).allSatisfy { $0.isNaN })  // Feature 3 is not stored.
        let skewed = model([[1, 0], [0.5, 0.75.squareRoot()], [-1, 0]])
        #expect(zip(gaps(skewed).sorted(), [60, 120, 180]).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    @Test func `an antipode is the widest angle`() {
        #expect(abs(widestAngle(twoPairs, 3) - 180) < 1e-9)
        #expect(abs(widestAngle(dedicated, 0) - 90) < 1e-9)
    }

    @Test func `shared features are stored and have company`() {
        #expect(shared(dedicated) == [])
        #expect(shared(onePair) == [0, 2])
        #expect(shared(twoPairs) == [0, 1, 2, 3])
    }

    @Test func `pairs are in order if the dedicated feature matters more`() {
        // Feature 1 is dedicated: more important than the shared 2, less than the shared 0.
        #expect(superpositionOrder([onePair]) == (inOrder: 1, pairs: 2))
        #expect(superpositionOrder([dedicated, twoPairs]) == (inOrder: 0, pairs: 0))
    }

    @Test func `features that become shared after feature 0 are counted`() {
        #expect(enteringAfterFirst([dedicated, onePair, twoPairs]) == 1)  // Feature 1; 2 and 3 were never dedicated.
        #expect(enteringAfterFirst([dedicated, twoPairs]) == 0)
        #expect(enteringAfterFirst([dedicated, dedicated]) == 2)  // Feature 0 never enters.
    }

    @Test func `the share with an antipode is taken where sharing begins`() {
        #expect(antipodalShare([dedicated, onePair]) == 1)
        let triangle = model([[1, 0], [-0.5, 0.75.squareRoot()], [-0.5, -(0.75.squareRoot())]])
        #expect(antipodalShare([dedicated, triangle, twoPairs]) == 0)
        #expect(antipodalShare([dedicated]).isNaN)
    }

    @Test func `the farthest value and the largest cosine`() {
        #expect(farthest(from: 1, [0.9, 1.2, 1]) == 1.2)
        #expect(farthest(from: 1, []).isNaN)
        #expect(largestCosine(onePair, among: 0..<3) == 1)
        #expect(largestCosine(onePair, among: 0..<2) == 0)
    }

    @Test func `importance falls by a constant factor`() {
        #expect(settings(density: 0.1, features: 4, decay: 0.5).importance == [1, 0.5, 0.25, 0.125])
    }

    @Test func `a sweep counts over the settings of all its runs`() {
        func trained(_ models: [[ToyModel]], losses: [Double]) -> TrainedModels {
            let all = models.flatMap { $0 }
            return TrainedModels(
                experiment: Experiment(
                    id: "made-by-hand", architecture: all[0].architecture,
                    settings: models.map { _ in settings(density: 1, features: 4, decay: 1) },
                    restarts: models[0].count, steps: 0, batchSize: 1, learningRate: .constant(0)),
                seeds: all.indices.map(UInt64.init),
                weights: Weights(of: all),
                losses: losses, lossErrors: losses.map { _ in 0 }, history: .init(steps: [], losses: []), snapshots: [])
        }
        let sweep = Sweep([
            trained([[dedicated, dedicated], [onePair, dedicated]], losses: [2, 1, 1, 2]),
            trained([[dedicated, twoPairs]], losses: [1, 2]),
        ])
        #expect(sweep.counts == [2, 3, 2])
        #expect(sweep.meanCounts == [2, 2.5, 3])
        #expect(sweep.rises == 2)
        #expect(sweep.bestLosses == [1, 1, 1])
        #expect(sweep.storing(exactly: 2) == [2, 1, 1])
        #expect(spread(sweep.runs[0], setting: 1) == "2.0")
    }
}
