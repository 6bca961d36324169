import Testing
import TestSupport
import ToyModels

@testable import Analysis

@Suite struct LossExpansionTests {
    @Test(
        "The terms add up to the loss, by Monte Carlo", arguments: [ToyModel.Activation.linear, .relu], [0.05, 0.3, 1])
    func total(output: ToyModel.Activation, density: Double) {
        let example = Example(.init(features: 6, hidden: 2, output: output))
        let expansion = LossExpansion(
            of: example.model, importance: example.objective.importance, density: density, samples: 40_000,
            using: RandomStream(key: 0))
        #expect(abs(expansion.probabilities.reduce(0, +) - 1) < 1e-12)

        let features = FeatureDistribution(density: density, features: 6)
        var stream = RandomStream(key: 77)
        let count = 200_000
        var (sum, squares) = (0.0, 0.0)
        for _ in 0..<count {
            let loss = example.model.loss(features.sample(using: &stream), example.objective)
            sum += loss
            squares += loss * loss
        }
        let mean = sum / Double(count)
        let error = ((squares / Double(count) - mean * mean) / Double(count)).squareRoot()
        // The expansion's own error is of the same kind, from a fifth of the samples: six errors in all.
        #expect(abs(expansion.contributions.reduce(0, +) - mean) < 6 * error * (1 + 5.0.squareRoot()))
    }

    @Test("The 1-sparse term is exact: a fine midpoint rule agrees", arguments: [ToyModel.Activation.linear, .relu])
    func oneSparse(output: ToyModel.Activation) {
        let example = Example(.init(features: 5, hidden: 3, output: output))
        let terms = LossExpansion.OneSparse(of: example.model, importance: example.objective.importance)
        let points = 4000
        var sum = 0.0
        for active in 0..<5 {
            for point in 0..<points {
                var x = [0.0, 0, 0, 0, 0]
                x[active] = (Double(point) + 0.5) / Double(points)
                sum += example.model.loss(x, example.objective)
            }
        }
        // The midpoint rule's error is of order 1/points².
        #expect(abs(terms.loss - sum / Double(5 * points)) < 1e-6)
    }

    @Test("An antipodal pair pays nothing for its interference with one feature active")
    func antipodal() {
        let pair = ToyModel(W: Matrix([[1, -1]]), b: [0, 0])
        let terms = LossExpansion.OneSparse(of: pair, importance: [1, 1])
        #expect(terms.loss == 0)
        #expect(abs(terms.negativeInterferenceIfLinear - 1.0 / 3) < 1e-15)
    }

    @Test("Negative interference is free: with one active feature it costs no more than the bias does with none")
    func negativeIsFree() {
        let example = Example(.init(features: 6, hidden: 2, output: .relu))
        let terms = LossExpansion.OneSparse(of: example.model, importance: example.objective.importance)
        let gram = example.model.W.gram
        var penalty = 0.0
        for i in example.model.represented() {
            let bias = max(0, example.model.b[i])
            for active in 0..<6 where active != i && gram[i, active] < 0 {
                penalty += example.objective.importance[i] * bias * bias / 6
            }
        }
        #expect(terms.negativeInterference <= penalty + 1e-15)
        #expect(terms.negativeInterferenceIfLinear > 0)
    }

    @Test("The 0-sparse term is the penalty on positive biases")
    func zeroSparse() {
        let example = Example(.init(features: 6, hidden: 2, output: .relu))
        let expansion = LossExpansion(
            of: example.model, importance: example.objective.importance, density: 0.1, samples: 1,
            using: RandomStream(key: 0))
        let penalty = zip(example.objective.importance, example.model.b).reduce(0) {
            $0 + $1.0 * max(0, $1.1) * max(0, $1.1)
        }
        #expect(abs(expansion.losses[0] - penalty) < 1e-15)
    }
}
