import Analysis
import Foundation
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

    private var triangle: ToyModel { model([[1, 0], [-0.5, 0.75.squareRoot()], [-0.5, -(0.75.squareRoot())]]) }

    @Test func `gaps are the angles between stored neighbours`() {
        #expect(storedGaps(twoPairs).allSatisfy { abs($0 - 90) < 1e-9 })
        #expect(zip(storedGaps(onePair), [90, 90, 180]).allSatisfy { abs($0 - $1) < 1e-9 })
        let skewed = model([[1, 0], [0.5, 0.75.squareRoot()], [-1, 0]])
        #expect(zip(storedGaps(skewed), [60, 120, 180]).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    @Test func `a pentagon has five gaps of 72 degrees`() {
        func five(_ angles: [Double]) -> ToyModel {
            model(angles.map { [cos($0 * .pi / 180), sin($0 * .pi / 180)] })
        }
        #expect(fromPentagon(five([0, 72, 144, 216, 288])) < 1e-9)
        #expect(abs(fromPentagon(five([0, 80, 144, 216, 288])) - 8) < 1e-9)
        #expect(fromPentagon(model([[1, 0], [0, 1], [-1, 0], [0, -1], [0, 0]])).isNaN)
    }

    @Test func `antipodal pairs miss nothing to 180 degrees`() {
        #expect(fromAntipodal(twoPairs, features: 4) < 1e-5)
        #expect(abs(fromAntipodal(triangle, features: 3) - 60) < 1e-9)
    }

    @Test func `chance is the mean over random directions of length one`() {
        let stream = RandomStream(key: 1)
        #expect(abs(chance(of: 3, in: 2, using: stream) { $0.norms[2] } - 1) < 1e-12)
        // The angle between two directions in the plane is uniform on 0 to 180 degrees: a mean of 90 ± 1.6.
        #expect(abs(chance(of: 2, in: 2, using: stream) { $0.angle(0, 1) } - 90) < 8)
    }

    @Test func `choices are binomial coefficients`() {
        #expect(choices(of: 5, from: 20) == 15_504)
        #expect(choices(of: 0, from: 3) == 1)
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

    @Test func `entry is in order if less important features are shared in more models`() {
        let lastPair = model([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, -1]])
        let lastTwoPairs = model([[1, 0], [0, 1], [0, -1], [0, 0]])
        // Of the first three: feature 0 never, feature 1 in one model, feature 2 in two.
        #expect(entryOrder([lastPair, lastTwoPairs], of: 3) == 1)
        #expect(entryOrder([onePair, twoPairs], of: 2) == -1)
    }

    @Test func `sharing begins where most models share`() {
        #expect(firstShared([[dedicated, dedicated], [onePair, dedicated], [onePair, twoPairs]]) == 2)
        #expect(firstShared([[dedicated]]) == nil)
    }

    @Test func `the share with an antipode is over all shared features`() {
        #expect(antipodalShare([dedicated, onePair]) == 1)
        #expect(antipodalShare([triangle, twoPairs]) == 4.0 / 7)
        #expect(antipodalShare([dedicated]).isNaN)
    }

    @Test func `models are told apart by how many features they store`() {
        let (few, many) = sharing(in: [dedicated, onePair, twoPairs], limit: 3)
        #expect(few == [onePair] && many == [twoPairs])
    }

    @Test func `interference has a sign, and biases cut it off`() {
        #expect(negativeShare([twoPairs]) == 1)
        // Angles of 120 degrees on one side, of 60 on the other.
        let fan = model([[1, 0], [0.5, 0.75.squareRoot()], [-0.5, 0.75.squareRoot()]])
        #expect(abs(negativeShare([fan]) - 1.0 / 3) < 1e-12)
        func biased(_ b: Double) -> ToyModel { ToyModel(W: fan.W, b: [b, b, b]) }
        #expect(cutShare([biased(-0.4)]) == 0 && cutShare([biased(-0.6)]) == 1)
        #expect(positiveInterferenceLeft([fan], importance: [1, 1, 1]) == 1)
        #expect(positiveInterferenceLeft([biased(-0.6)], importance: [1, 1, 1]) == 0)
        // (w + b)³ / w³ for w = 1/2.
        #expect(abs(positiveInterferenceLeft([biased(-0.25)], importance: [1, 1, 1]) - 0.125) < 1e-12)
        #expect(abs(meanNearestCosine([fan]) - 0.5) < 1e-12)
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
        #expect(sweep.storing(exactly: 2) == [2, 1, 1])
        #expect(spread(sweep.runs[0], setting: 1) == "2.0")
    }
}
