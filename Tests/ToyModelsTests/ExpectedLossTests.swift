import Testing
import TestSupport

@testable import ToyModels

@Suite struct ExpectedLossTests {
    static let distributions: [FeatureDistribution] = [
        .init(density: [0.9, 0.2, 0.5, 0, 1, 0.4]),
        .init(density: 0.05, features: 6),
        .init(density: 0.3, features: 6, dependence: .correlated(setSize: 3)),
        .init(density: 0.8, features: 6, dependence: .anticorrelated(setSize: 2)),
    ]

    @Test("The probabilities of the activity patterns are those of samples", arguments: distributions)
    func patterns(features: FeatureDistribution) {
        let patterns = ActivityPatterns(of: features)
        #expect(abs(patterns.patterns.reduce(0) { $0 + $1.probability } - 1) < 1e-14)
        var counts: [[Int]: Int] = [:]
        var stream = RandomStream(key: 3)
        let samples = 20_000
        for _ in 0..<samples {
            let x = features.sample(using: &stream)
            counts[x.indices.filter { x[$0] != 0 }, default: 0] += 1
        }
        for pattern in patterns.patterns {
            let expected = pattern.probability * Double(samples)
            let count = Double(counts.removeValue(forKey: Array(patterns.members[pattern.range])) ?? 0)
            // Poisson's deviation; at the rarest patterns a few counts more.
            #expect(abs(count - expected) < 5 * expected.squareRoot() + 3)
        }
        // What is left was not enumerated. A uniform number is 0 once in 2²³ times.
        #expect(counts.isEmpty)
    }

    @Test(
        "The loss is the mean over samples, for tied and untied models, ReLU and linear outputs",
        arguments: distributions,
        [
            ToyModel.Architecture(features: 6, hidden: 2), .init(features: 6, hidden: 1, output: .linear),
            .init(features: 6, hidden: 3, isTied: false),
        ])
    func samples(features: FeatureDistribution, architecture: ToyModel.Architecture) {
        let example = Example(architecture)
        let importance = example.objective.importance
        let (mean, error) = sampledLoss(of: example.model, features, Objective(importance: importance))
        let loss = ExpectedLoss(features: features, importance: importance)(example.model)
        #expect(abs(loss - mean) < 5 * error)
        #expect(error < 0.02 * loss)
    }

    @Test(
        "The estimate is the mean over samples, of neurons too, and its standard error is what it says",
        arguments: distributions,
        [
            ToyModel.Architecture(features: 6, hidden: 2, hiddenActivation: .relu),
            .init(features: 6, hidden: 8, hiddenActivation: .relu, isTied: false),
        ])
    func neurons(features: FeatureDistribution, architecture: ToyModel.Architecture) {
        let example = Example(architecture)
        let importance = example.objective.importance
        let (mean, error) = sampledLoss(of: example.model, features, Objective(importance: importance))
        let expected = ExpectedLoss(features: features, importance: importance)
        let estimate = expected.estimate(of: example.model, samples: 1 << 17, using: RandomStream(key: 0))
        #expect(abs(estimate.value - mean) < 5 * (error + estimate.standardError))
        let coarse = expected.estimate(of: example.model, samples: 1 << 14, using: RandomStream(key: 0))
        #expect(abs(estimate.value - coarse.value) < 5 * (estimate.standardError + coarse.standardError))
        #expect(estimate.standardError < 0.001 * estimate.value && estimate.standardError < coarse.standardError)
    }

    @Test(
        "The estimate knows absolute values of signed features, penalties and hidden biases",
        arguments: distributions, [false, true])
    func objectives(features: FeatureDistribution, isBiased: Bool) {
        var features = features
        features.isSigned = true
        let example = Example(
            .init(features: 6, hidden: 4, hiddenActivation: .relu, isTied: false, hasHiddenBias: isBiased))
        let objective = Objective(
            importance: example.objective.importance, target: .absoluteValue, hiddenPenalty: 0.3)
        let (mean, error) = sampledLoss(of: example.model, features, objective)
        let estimate = ExpectedLoss(features: features, objective: objective)
            .estimate(of: example.model, samples: 1 << 15, using: RandomStream(key: 1))
        #expect(abs(estimate.value - mean) < 5 * (error + estimate.standardError))
    }

    @Test("The estimate agrees with the closed form where there is one, within its error", arguments: distributions)
    func estimate(features: FeatureDistribution) {
        for key in 0..<10 {
            var model = Example(.init(features: 6, hidden: 3)).model
            for j in model.W.elements.indices { model.W.elements[j] *= 1 + 0.05 * Double(key) }
            let expected = ExpectedLoss(features: features, importance: [1, 0.9, 0.8, 0.7, 0.6, 0.5])
            let estimate = expected.estimate(of: model, samples: 1 << 14, using: RandomStream(key: 0))
            let (value, error) = (estimate.value, estimate.standardError)
            // Eight shifts: six standard errors of Student's distribution with seven degrees are exceeded once in 2000 times.
            #expect(abs(value - expected(model)) < 6 * error, "\(expected(model)): \(value) ± \(error)")
        }
    }

    @Test("A feature that is always zero adds nothing but its answer to zero")
    func absentFeature() {
        let example = Example(.init(features: 5, hidden: 2))
        var importance = example.objective.importance
        importance[4] = 0
        let without = ExpectedLoss(
            features: .init(density: [0.3, 0.2, 0.9, 0.4, 0]), importance: importance)(example.model)
        var smaller = example.model
        smaller.W = Matrix(rows: 2, columns: 4)
        for k in 0..<2 { for i in 0..<4 { smaller.W[k, i] = example.model.W[k, i] } }
        smaller.b.removeLast()
        let four = ExpectedLoss(
            features: .init(density: [0.3, 0.2, 0.9, 0.4]), importance: Array(importance.prefix(4)))(smaller)
        #expect(abs(without - four) < 1e-14)
    }
}

@Suite struct CubeIntegralTests {
    /// The integral of `slopes` (the first is its own if `hasOwn`).
    func integral(_ slopes: [Double], hasOwn: Bool, bias: Double) -> Double {
        var integral = CubeIntegral(capacity: slopes.count)
        for (j, slope) in slopes.enumerated() { integral.append(slope, isOwn: hasOwn && j == 0) }
        return integral.meanSquaredError(bias: bias, output: .relu)
    }

    /// Gauss's three points on each of some thousand parts of [0, 1].
    func mean(panels: Int = 1000, _ f: (Double) -> Double) -> Double {
        let offset = 0.5 * 0.6.squareRoot()
        var sum = 0.0
        for panel in 0..<panels {
            let middle = Double(panel) + 0.5
            sum += 5 * f((middle - offset) / Double(panels)) + 8 * f(middle / Double(panels))
            sum += 5 * f((middle + offset) / Double(panels))
        }
        return sum / Double(18 * panels)
    }

    @Test("No variable, and one: ReLU by hand and by quadrature")
    func few() {
        #expect(integral([], hasOwn: false, bias: -0.4) == 0)
        #expect(abs(integral([], hasOwn: false, bias: 0.4) - 0.16) < 1e-15)
        // u is missed where ReLU is off, up to 1/2: 1/24. From there on the error is u/2 + 1/4.
        let upper = 2.0 / 3 * (0.75 * 0.75 * 0.75 - 0.5 * 0.5 * 0.5)
        #expect(abs(integral([0.5], hasOwn: true, bias: -0.25) - (1.0 / 24 + upper)) < 1e-15)
        for slope in [-1.3, -1e-9, 0, 1e-9, 0.4, 2] {
            for bias in [-0.5, -1e-10, 0, 0.3, 1] {
                for hasOwn in [false, true] {
                    let expected = mean(panels: 10_000) { u in
                        let error = (hasOwn ? u : 0) - max(0, bias + slope * u)
                        return error * error
                    }
                    #expect(abs(integral([slope], hasOwn: hasOwn, bias: bias) - expected) < 1e-9)
                }
            }
        }
    }

    @Test(
        "Each further variable is one more integration, however steep it is",
        arguments: [1e-9, 1e-5, 1e-3, 0.01, 0.1, 0.5], [false, true])
    func induction(scale: Double, hasOwn: Bool) {
        var stream = RandomStream(key: UInt64(1e10 * scale))
        for count in 2...6 {
            for example in 0..<4 {
                var slopes = (0..<count).map { _ in stream.nextNormal() }
                // Some of the variables are of that scale; those that are integrated here are not flat.
                for j in 1..<count - 1 where (j + example) % 2 == 0 { slopes[j] *= scale }
                slopes[0] = 0.8
                let bias = 0.3 * stream.nextNormal() - 0.25 * slopes.reduce(0, +)
                let last = slopes[count - 1]
                let rest = Array(slopes.dropLast())
                let expected = mean { integral(rest, hasOwn: hasOwn, bias: bias + last * $0) }
                let value = integral(slopes, hasOwn: hasOwn, bias: bias)
                #expect(abs(value - expected) < 1e-9, "\(slopes), \(bias): \(value), \(expected)")
            }
        }
    }

    @Test(
        "Many nearly orthogonal features, with the kink among them: within 10⁻¹⁰ of plain quadrature",
        arguments: [1e-4, 1e-3, 1e-2, 0.05])
    func nearlyOrthogonal(scale: Double) {
        // All but the own variable flat: too flat for differences of all, with biases that put the kink where they matter.
        for bias in [-2, -1, -0.5, 0, 1].map({ $0 * scale }) {
            let slopes = [1, 1.3, -0.8, 0.6, -1.1].enumerated().map { $0 == 0 ? $1 : $1 * scale }
            func nested(_ shift: Double, _ left: ArraySlice<Double>) -> Double {
                guard let slope = left.last else { return integral([1], hasOwn: true, bias: shift) }
                return mean(panels: 8) { nested(shift + slope * $0, left.dropLast()) }
            }
            let expected = nested(bias, slopes[1...])
            #expect(abs(integral(slopes, hasOwn: true, bias: bias) - expected) < 1e-10)
        }
    }
}
