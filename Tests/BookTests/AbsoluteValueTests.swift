import Analysis
import Notebook
import Testing
import ToyModels

@testable import Computation

/// What the verdicts of the chapter on computation rest on, on models made by hand.
@Suite struct AbsoluteValueTests {
    /// Features 0 and 1 with a neuron for each side.
    private let plain = ToyModel(
        hiddenActivation: .relu, W: Matrix([[1, 0], [-1, 0], [0, 1], [0, -1]]),
        W2: Matrix([[1, 1, 0, 0], [0, 0, 1, 1]]), b: [0, 0])

    @Test func `pairs are dedicated if both sides have a neuron of their own`() {
        #expect(plain.dedicatedPairs == 2)
        #expect(plain.largestError == 0)
        var shared = plain
        shared.W[3, 0] = 0.4
        #expect(shared.dedicatedPairs == 1)
        #expect((shared.monosemantic(), shared.polysemantic()) == (3, 1))
        shared.W[3, 0] = 0.2  // Below the threshold.
        #expect(shared.dedicatedPairs == 2)
        var oneSided = plain
        oneSided.W[1, 0] = 1
        #expect(oneSided.dedicatedPairs == 1)
        #expect(oneSided.largestError == 1)
    }

    @Test func `importance is tested against random kinds`() {
        // Neurons 0 to 5 of features 0, 0, 1, 1, 2, 2; the last two read a second feature.
        var ordered = ToyModel(
            hiddenActivation: .relu, W: Matrix((0..<6).map { k in (0..<4).map { $0 == k / 2 ? 1 : 0 } }),
            W2: Matrix(rows: 4, columns: 6), b: [0, 0, 0, 0])
        for k in [4, 5] { ordered.W[k, 3] = 0.5 }
        let test = ImportanceTest([ordered, ordered], permutations: 999, using: RandomStream(key: 8))
        #expect(test.share == 1)
        #expect(test.p < 0.02)  // (1/15)² of all assignments reach that.
        #expect(abs(test.chance - 0.5) < 0.05)
        var reversed = ordered
        for k in [4, 5] { reversed.W[k, 3] = 0 }
        for k in [0, 1] { reversed.W[k, 3] = 0.5 }
        #expect(ImportanceTest([reversed], permutations: 99, using: RandomStream(key: 8)).share == 0)
        #expect(ImportanceTest([ordered, reversed], permutations: 99, using: RandomStream(key: 8)).share == 0.5)
    }

    @Test func `the largest activations are the primary feature's`() {
        let model = ToyModel(
            hiddenActivation: .relu, W: Matrix([[1, -0.5], [0, 1]]), W2: Matrix([[1, 0], [2, 1]]), b: [0, 0])
        let features = FeatureDistribution(density: 0.1, features: 2, isSigned: true)
        let profile = ActivationProfile(
            [.init(model, neurons: [0], features: features)], samples: 20_000, using: RandomStream(key: 9))
        #expect(profile.curves.count == 1)
        // Above one half only the primary feature can excite the neuron.
        #expect(profile.top == [1])
        #expect(profile.lowerHalf[0] > 0.2 && profile.lowerHalf[0] < 0.6)
        // A neuron for one feature has nothing else, and one without samples is left out.
        let pure = ActivationProfile(
            [.init(model, neurons: [1], features: features)], samples: 2_000, using: RandomStream(key: 9))
        #expect(pure.lowerHalf == [1])
        #expect(
            ActivationProfile(
                [.init(model, neurons: [0, 1], features: features)], samples: 1, using: RandomStream(key: 9)
            ).curves.isEmpty)
    }

    @Test func `a model is mixed if it has enough neurons of both kinds`() {
        func model(shared: Int) -> ToyModel {
            var model = ToyModel(
                hiddenActivation: .relu, W: Matrix((0..<12).map { k in (0..<13).map { $0 == k ? 1 : 0 } }),
                W2: Matrix(rows: 13, columns: 12), b: Array(repeating: 0, count: 13))
            for k in 0..<shared { model.W[k, 12] = 0.5 }
            return model
        }
        #expect(
            [0, 4, 5, 7, 8, 12].map { Sweep.isMixed(model(shared: $0)) } == [false, false, true, true, false, false])
        // Random weights have no neuron with a single large one among a hundred.
        let random = untrained(features: 100, hidden: 40, count: 2, using: RandomStream(key: 3))
        #expect(random.allSatisfy { $0.monosemantic() == 0 && $0.W.elements.allSatisfy { abs($0) <= 1 } })
    }

    @Test func `without the inhibition the secondary output follows the primary feature`() {
        let model = ToyModel(
            hiddenActivation: .relu, W: Matrix([[1, 0, -0.25], [-1, 0, 0], [0.5, 1, 0], [0, -1, 0]]),
            W2: Matrix([[1, 1, 0, 0], [0, 0, 1, 1], [4, 0, -8, 0]]), b: [0, 0, 0])
        let motif = model.asymmetricMotifs()[0]
        func residual(_ model: ToyModel) -> Double {
            model.residual(secondary: motif.secondary, neuron: motif.neuron, primary: motif.primary)
        }
        #expect(residual(model) == 0)
        #expect(residual(model.withoutInhibition(motif)) == 1)
        let setting = setting(density: 0.2, features: 3, decay: 0.5)
        let effect = InhibitionEffect(
            motif, of: model, setting: setting, loss: 0.01, samples: 400_000,
            using: RandomStream(key: 11))
        #expect(effect.interference < 0.1)
        // With the weight it is 8|x₂| where the other feature is active with a negative sign and 2|x₂| < x₁, otherwise 0: the
        // mean square is (1/15) / 0.925.
        #expect(abs(effect.interference - 0.0721) < 0.02)
        // The output is 4x where it should be 0, x uniform on [0, 1]: 16/3, but for the third feature.
        #expect(abs(effect.interferenceWithout - 16.0 / 3) < 0.3)
        // One sample in ten has the positive side, with importance 1/4, and 0.8 of them no secondary feature.
        #expect(effect.lossWithout - effect.loss > 0.08)
    }

    @Test func `the middle value`() {
        #expect(median([3, 1, 2]) == 2)
        #expect(median([4, 1, 2, 3]) == 2.5)
        #expect(median([]).isNaN)
    }
}
