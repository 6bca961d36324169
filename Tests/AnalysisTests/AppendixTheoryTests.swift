import Testing
import TestSupport
import ToyModels

@testable import Analysis

@Suite struct NonlinearCompressionTests {
    /// The mean loss over random pairs, and its standard error.
    private func sampled(_ density: Double, _ loss: (Double, Double) -> Double) -> (mean: Double, error: Double) {
        var stream = RandomStream(key: 5)
        let features = FeatureDistribution(density: density, features: 2)
        let losses = (0..<100_000).map { _ in
            let pair = features.sample(using: &stream)
            return loss(pair[0], pair[1])
        }
        return (mean(losses), standardError(losses))
    }

    private func squares(_ a: Double, _ b: Double) -> Double { a * a + b * b }

    @Test("The exact loss is the mean over random pairs", arguments: [1, 2, 3, 5, 16], [1, 0.3])
    func exactLoss(zones: Int, density: Double) {
        for (readsMiddle, readsEarly) in [(false, false), (true, false), (false, true)] {
            for share in [0, 0.1, 0.3, 0.7, 1] {
                let code = NonlinearCompression(
                    zones: zones, width: share / Double(zones), readsMiddle: readsMiddle, readsEarly: readsEarly)
                let (mean, error) = sampled(density) { x, y in
                    let read = code.decode(code.encode(x, y))
                    return squares(x - read.x, y - read.y)
                }
                #expect(abs(code.loss(density: density) - mean) < 5 * error, "\(code): \(mean) ± \(error)")
            }
        }
    }

    @Test(
        "Without segments the loss has its closed form, and narrow ones come close to it", arguments: [2, 3, 16],
        [1, 0.2])
    func limit(zones: Int, density: Double) {
        for (readsMiddle, readsEarly) in [(false, false), (true, false), (false, true), (true, true)] {
            // Centred segments misread a y of exactly 0, however narrow they are.
            if density < 1 && !readsEarly { continue }
            func code(_ width: Double) -> NonlinearCompression {
                NonlinearCompression(zones: zones, width: width, readsMiddle: readsMiddle, readsEarly: readsEarly)
            }
            let limit = code(0).limit(density: density)
            #expect(abs(code(0).loss(density: density) - limit) < 1e-14)
            let (near, nearer) = (code(1e-4).loss(density: density), code(1e-5).loss(density: density))
            // It is linear in the width.
            #expect(abs((near - limit) / (nearer - limit) - 10) < 0.05)
        }
    }

    @Test("One of the two, or their average, costs the variance of one", arguments: [0.05, 0.5, 1])
    func linear(density: Double) {
        let expected = NonlinearCompression.linearLoss(density: density)
        for loss in [
            { x, y in self.squares(x - x, y - density / 2) },
            { x, y in self.squares(x - (x + y) / 2, y - (x + y) / 2) },
        ] as [(Double, Double) -> Double] {
            let (mean, error) = sampled(density, loss)
            #expect(abs(expected - mean) < 5 * error)
        }
        #expect(abs(PhaseTheory(hidden: 1).loss(of: .extraIgnored, density: density, importance: 1) - expected) < 1e-15)
    }

    @Test func `what is encoded stays in the unit interval and what is read is continuous`() {
        let code = NonlinearCompression(zones: 4, width: 0.07)
        var last = code.decode(0)
        for step in 0...10_000 {
            let t = Double(step) / 10_000
            #expect((0...1).contains(code.encode(t, 1)) && (0...1).contains(code.encode(t, 0)))
            let read = code.decode(t)
            // The steepest segment falls by one zone less its own width, over that width: 1/ε − Z.
            #expect(abs(read.y - last.y) < 1e-4 * (1 / 0.07) + 1e-12)
            last = read
        }
        #expect(code.neuronsBySegments == 48 && code.neuronsByKinks == 12)
    }
}

@Suite struct SensingBoundTests {
    @Test func `the bound is never below e per dimension`() {
        let densities = (1..<1000).map { Double($0) / 1000 }
        let least = densities.map { SensingBound.featuresPerDimension(density: $0) }.min() ?? 0
        #expect(least >= 2.718281828 && least < 2.71829)
        #expect(SensingBound.featuresPerDimension(density: 1) == .infinity)
        // 1 / (0.1 ln 10)
        #expect(abs(SensingBound.featuresPerDimension(density: 0.1) - 4.342944819) < 1e-8)
    }
}

@Suite struct HiddenPenaltyTests {
    /// One feature on one axis.
    private func model(_ w: Double, bias: Double) -> ToyModel { ToyModel(W: Matrix([[w]]), b: [bias]) }

    @Test("A short feature's loss is that of the best bias", arguments: [0.03, 0.4, 1])
    func loss(density: Double) {
        let expected = ExpectedLoss(features: .init(density: density, features: 1), importance: [1.7])
        for w in [0, 0.5, 0.9, 1] {
            let best = stride(from: -0.5, through: 1, by: 1e-4).map { expected(model(w, bias: $0)) }.min() ?? 0
            let loss = HiddenPenalty.loss(length: w, importance: 1.7, density: density)
            // The grid is 1e-4 fine around a minimum with curvature of order 1.
            #expect(loss <= best + 1e-12 && best - loss < 1e-7)
        }
    }

    @Test("The length has the least loss, and the threshold is where it becomes zero", arguments: [0.03, 0.4])
    func threshold(density: Double) {
        let importance = 0.6
        let threshold = importance * HiddenPenalty.threshold(density: density)
        for penalty in [0.1, 0.9, 0.999, 1.001, 1.5].map({ $0 * threshold }) {
            // λ p E|h| = λ p w / 2 of an active feature that is uniform on [0, 1].
            func total(_ w: Double) -> Double {
                HiddenPenalty.loss(length: w, importance: importance, density: density) + penalty * density * w / 2
            }
            let best = (0...100_000).map { Double($0) * 1e-5 }.min { total($0) < total($1) } ?? 0
            let length = HiddenPenalty.length(penalty: penalty, importance: importance, density: density)
            #expect(abs(best - length) < 2e-5, "\(penalty / threshold): \(best), \(length)")
        }
        let last = HiddenPenalty.length(penalty: threshold * (1 - 1e-12), importance: importance, density: density)
        #expect(abs(last - (2.0 / 3).squareRoot()) < 1e-9)
    }

    @Test func `the penalty on one feature is that of its expected activation`() {
        let density = 0.4
        let objective = Objective(importance: [1], hiddenPenalty: 0.3)
        let length = HiddenPenalty.length(penalty: 0.3, importance: 1, density: density)
        // The best bias is half of what is missing, p (1 − w²) / 2.
        let (mean, error) = sampledLoss(
            of: model(length, bias: density * (1 - length * length) / 2), .init(density: density, features: 1),
            objective)
        let loss = HiddenPenalty.loss(length: length, importance: 1, density: density) + 0.3 * density * length / 2
        #expect(abs(loss - mean) < 5 * error)
    }
}

@Suite struct ActiveSamplesTests {
    @Test("The loss is the expected one, without the penalty", arguments: [0.05, 0.6])
    func loss(density: Double) {
        let features = FeatureDistribution(density: density, features: 3)
        let importance = [1, 0.5, 2.0]
        let W = Matrix([[1, -0.7, 0.2], [0.1, 0.6, -0.9]])
        let samples = ActiveSamples(features, count: 60_000, using: RandomStream(key: 3))
        for hidden in [ToyModel.Activation.linear, .relu] {
            let model = ToyModel(hiddenActivation: hidden, W: W, b: [0.1, -0.05, 0.2])
            let (mean, error) = sampledLoss(of: model, features, Objective(importance: importance))
            // Twice the samples' error: both are sampled.
            #expect(abs(samples.loss(of: model, importance: importance) - mean) < 8 * error)
        }
        #expect(abs(samples.share - (1 - (1 - density) * (1 - density) * (1 - density))) < 1e-12)
    }

    @Test func `a neuron is as active as its features`() {
        let p = 0.3
        let samples = ActiveSamples(.init(density: p, features: 3), count: 60_000, using: RandomStream(key: 4))
        let W = Matrix([[1, 0, 0], [1, 1, 0], [0, 0, -1], [0, 0, 0]])
        let relu = samples.activity(of: ToyModel(hiddenActivation: .relu, W: W, b: [0, 0, 0]))
        let linear = samples.activity(of: ToyModel(W: W, b: [0, 0, 0]))
        let both = 1 - (1 - p) * (1 - p)
        // Four standard errors of a share of 60,000 samples.
        for (found, expected) in zip(relu + linear, [p, both, 0, 0, p, both, p, 0]) {
            #expect(abs(found - expected) < 4 * 0.5 / 60_000.0.squareRoot())
        }
        let shifted = samples.activity(
            of: ToyModel(hiddenActivation: .relu, W: W, b: [0, 0, 0], b1: [1, 0, 0, -1]))
        #expect(abs(shifted[0] - 1) < 1e-12 && shifted[3] == 0)
    }
}
