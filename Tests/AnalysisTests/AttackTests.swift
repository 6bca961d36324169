import Testing
import TestSupport
import ToyModels

@testable import Analysis

@Suite struct FixedSamplesTests {
    @Test("The mean loss is the reference's on the same samples", arguments: [ToyModel.Activation.linear, .relu])
    func meanLoss(output: ToyModel.Activation) {
        let model = Example(.init(features: 7, hidden: 3, output: output)).model
        let samples = FixedSamples(
            FeatureDistribution(density: 0.4, features: 7), count: 200, using: RandomStream(key: 3))
        #expect(samples.count == 256)
        let objective = Objective(importance: Array(repeating: 1, count: 7))
        let inputs = (0..<256).map { samples[$0] }
        let reference = inputs.reduce(0) { $0 + model.loss($1, objective) } / 256
        // Sums of some dozens of terms in single precision.
        #expect(abs(samples.meanLoss(of: model) - reference) < 1e-5 * reference)
        let norms = inputs.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        #expect(abs(samples.meanNorm - norms.reduce(0, +) / 256) < 1e-12)
        #expect(Set(inputs).count > 200)
    }

    @Test("Empty samples are drawn again where they are skipped")
    func skipsEmpty() {
        let features = FeatureDistribution(density: 0.01, features: 7)
        func empty(_ samples: FixedSamples) -> Int { (0..<samples.count).count { samples[$0].allSatisfy { $0 == 0 } } }
        #expect(empty(FixedSamples(features, count: 256, using: RandomStream(key: 3))) > 200)
        #expect(empty(FixedSamples(features, count: 256, skipsEmpty: true, using: RandomStream(key: 3))) == 0)
    }

    @Test("The share of outputs that are off is the reference's")
    func shareOff() {
        let model = Example(.init(features: 7, hidden: 3, output: .relu)).model
        let samples = FixedSamples(
            FeatureDistribution(density: 0.4, features: 7), count: 128, using: RandomStream(key: 3))
        let off = (0..<128).reduce(0) { sum, s in sum + model(samples[s]).count { $0 == 0 } }
        #expect(abs(samples.shareOff(in: model) - Double(off) / (128 * 7)) < 1e-12)
    }
}

@Suite struct AttackTests {
    private let samples = FixedSamples(
        FeatureDistribution(density: 0.3, features: 6), count: 128, using: RandomStream(key: 1))
    private let objective = Objective(importance: Array(repeating: 1, count: 6))

    private func model(_ output: ToyModel.Activation) -> ToyModel {
        Example(.init(features: 6, hidden: 3, output: output)).model
    }

    /// The rise of the loss on one sample.
    private func rise(_ model: ToyModel, _ x: [Double], _ delta: [Double], moves: Bool = false) -> Double {
        let attacked = zip(x, delta).map { $0 + $1 }
        return model.loss(moves ? attacked : x, seen: attacked, objective) - model.loss(x, objective)
    }

    @Test("An analytic attack is the gradient of a feature's output, by central differences, of unit length")
    func directions() {
        let model = model(.linear)
        let attacks = AttackSet.analytic(on: model)
        let h = 1e-5
        for i in 0..<6 {
            let slopes = (0..<6).map { j in
                var (up, down) = ([Double](repeating: 0.3, count: 6), [Double](repeating: 0.3, count: 6))
                up[j] += h
                down[j] -= h
                return (model(up)[i] - model(down)[i]) / (2 * h)
            }
            let norm = slopes.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for j in 0..<6 { #expect(abs(attacks.directions[i, j] - slopes[j] / norm) < 1e-8) }
            let (x, moved) = ([Double](repeating: 0.3, count: 6), (0..<6).map { 0.3 + attacks.directions[i, $0] })
            let gain = zip(model(moved), model(x)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
            #expect(abs(attacks.gains[i] - gain) < 1e-12)
        }
    }

    @Test("No direction of the same length moves a feature's output further")
    func optimality() {
        let model = model(.linear)
        let attacks = AttackSet.analytic(on: model)
        let gram = model.W.gram
        var stream = RandomStream(key: 4)
        for i in 0..<6 {
            func move(_ direction: [Double]) -> Double { abs((0..<6).reduce(0) { $0 + gram[i, $1] * direction[$1] }) }
            let best = move((0..<6).map { attacks.directions[i, $0] })
            for _ in 0..<200 {
                let random = (0..<6).map { _ in stream.nextNormal() }
                let norm = random.reduce(0) { $0 + $1 * $1 }.squareRoot()
                #expect(move(random.map { $0 / norm }) <= best + 1e-12)
            }
        }
    }

    @Test("A feature without length is not attacked")
    func nothingToAttack() {
        let model = ToyModel(W: Matrix([[1, 0, 0], [0, 1, 0]]), b: [0, 0, 0.5])
        let attacks = AttackSet.analytic(on: model)
        #expect(attacks.directions.elements == [1, 0, 0, 0, 1, 0, 0, 0, 0])
    }

    @Test(
        "The harm is what trying every attack on every sample finds",
        arguments: [ToyModel.Activation.linear, .relu], [AttackSet.Target.original, .attacked])
    func bruteForce(output: ToyModel.Activation, target: AttackSet.Target) {
        let model = model(output)
        let attacks = AttackSet.analytic(on: model)
        let norm = 0.3
        let harm = attacks.harm(to: samples, norm: norm, target: target)
        let deltas = (0..<12).map { k in
            (0..<6).map { attacks.directions[k / 2, $0] * (k % 2 == 0 ? norm : -norm) }
        }
        let inputs = (0..<samples.count).map { samples[$0] }
        let rises = inputs.map { x in deltas.map { rise(model, x, $0, moves: target == .attacked) } }
        let count = Double(inputs.count)
        let forAll = deltas.indices.map { k in rises.reduce(0) { $0 + $1[k] } / count }.max() ?? .nan
        // Losses here are of order 1, in single precision.
        #expect(abs(harm.worstForAll - forAll) < 1e-5)
        for (s, x) in inputs.enumerated() {
            #expect(abs(harm.cleanLosses[s] - model.loss(x, objective)) < 1e-5)
            #expect(abs(harm.worstRises[s] - (rises[s].max() ?? .nan)) < 1e-5)
        }
    }

    @Test("How far the output moves is the distance of the outputs, whatever the target was")
    func displacement() {
        let model = model(.relu)
        let attacks = AttackSet.analytic(on: model)
        let harm = attacks.harm(to: samples, norm: 0.3, target: .unmoved)
        #expect(harm.cleanLosses.allSatisfy { $0 == 0 })
        for s in 0..<samples.count {
            let x = samples[s]
            let moves = (0..<12).map { k in
                let attacked = (0..<6).map { x[$0] + (k % 2 == 0 ? 0.3 : -0.3) * attacks.directions[k / 2, $0] }
                return zip(model(attacked), model(x)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            }
            #expect(abs(harm.worstRises[s] - (moves.max() ?? .nan)) < 1e-5)
        }
    }

    @Test("The worst attacks do again what they did, and no more to another model than its own worst")
    func chosenAttacks() {
        let attacks = AttackSet.analytic(on: model(.relu))
        let harm = attacks.harm(to: samples, norm: 0.3)
        let again = attacks.rises(under: harm.worstAttacks, of: samples, norm: 0.3)
        #expect(zip(again, harm.worstRises).allSatisfy { abs($0 - $1) < 1e-5 })
        let fixed = attacks.rises(under: Array(repeating: 3, count: samples.count), of: samples, norm: 0.3)
        #expect(zip(fixed, harm.worstRises).allSatisfy { $0 < $1 + 1e-5 })
        let delta = (0..<6).map { -0.3 * attacks.directions[1, $0] }
        #expect(abs(fixed[5] - rise(model(.relu), samples[5], delta)) < 1e-5)
    }

    @Test("An identity loses the square of the attack's length, and nothing if the answer may follow")
    func identity() {
        let identity = ToyModel(
            output: .linear, W: Matrix((0..<6).map { i in (0..<6).map { $0 == i ? 1 : 0 } }),
            b: Array(repeating: 0, count: 6))
        let attacks = AttackSet.analytic(on: identity)
        let harm = attacks.harm(to: samples, norm: 0.5)
        #expect(harm.worstRises.allSatisfy { abs($0 - 0.25) < 1e-6 })
        #expect(abs(harm.worstForAll - 0.25) < 1e-6)
        #expect(attacks.harm(to: samples, norm: 0.5, target: .attacked).worstRises.allSatisfy { abs($0) < 1e-6 })
    }

    @Test("On a linear model the gradient attack finds the worst attack of all, that of the largest eigenvalue")
    func gradientAttackOnLinearModel() {
        // x' − x of x = 0 under δ is WᵀWδ, so the worst loss is ε² times the largest eigenvalue of (WᵀW)².
        var linear = model(.linear)
        linear.b = Array(repeating: 0, count: 6)
        let zeros = FixedSamples(FeatureDistribution(density: 0, features: 6), count: 128, using: RandomStream(key: 0))
        let gram = linear.W.gram
        var v = (0..<6).map { 1 + 0.1 * Double($0) }
        var eigenvalue = 0.0
        for _ in 0..<500 {
            v = gram.times(v)
            eigenvalue = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
            v = v.map { $0 / eigenvalue }
        }
        let attack = GradientAttack(norm: 0.2, steps: 100, startsAtRandom: true)
        let harm = attack.harm(on: linear, to: zeros, using: RandomStream(key: 0))
        let worst = 0.04 * eigenvalue * eigenvalue
        #expect(harm.rises.allSatisfy { $0 > 0.99 * worst && $0 < 1.0001 * worst })
        #expect(!harm.isMasked.contains(true))
        // Without a random start there is no error at zero, and so no gradient.
        let masked = GradientAttack(norm: 0.2).harm(on: linear, to: zeros, using: RandomStream(key: 0))
        #expect(masked.rises.allSatisfy { $0 == 0 } && !masked.isMasked.contains(false))
    }

    @Test("A step in proportion to the gradient goes as far as the gradient says, and no further than the ball")
    func proportionalStep() {
        let model = model(.linear)
        let x = samples[0]
        let rate = 1e-3
        let slopes = (0..<6).map { j in
            func at(_ step: Double) -> Double { rise(model, x, (0..<6).map { $0 == j ? step : 0 }) }
            return (at(1e-6) - at(-1e-6)) / 2e-6
        }
        let harm = GradientAttack(norm: 10, steps: 1, step: .proportional(rate: rate)).harm(
            on: model, to: samples, using: RandomStream(key: 0))
        #expect(abs(harm.rises[0] - rise(model, x, slopes.map { rate * $0 })) < 1e-5)
        let far = GradientAttack(norm: 0.1, steps: 1, step: .proportional(rate: 1e6)).harm(
            on: model, to: samples, using: RandomStream(key: 0))
        let length = slopes.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(abs(far.rises[0] - rise(model, x, slopes.map { 0.1 * $0 / length })) < 1e-4)
    }

    @Test("A step of the gradient attack goes along the loss's gradient, by central differences")
    func gradientStep() {
        let model = model(.relu)
        var linear = model
        linear.output = .linear
        let norm = 1e-3
        let harm = GradientAttack(norm: norm, steps: 3).harm(on: model, to: samples, using: RandomStream(key: 0))
        var clear = 0
        let h = 1e-6
        for s in 0..<samples.count {
            let x = samples[s]
            // In so small a ball the rise is its radius times the gradient's length, but for the second order, unless
            // an output is so near zero that the attack turns its ReLU on or off.
            guard linear(x).allSatisfy({ abs($0) > 0.01 }) else { continue }
            clear += 1
            let slopes = (0..<6).map { j in
                func at(_ step: Double) -> Double { rise(model, x, (0..<6).map { $0 == j ? step : 0 }) }
                return (at(h) - at(-h)) / (2 * h)
            }
            let slope = slopes.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(harm.rises[s] - norm * slope) < 0.02 * norm * slope + 10 * norm * norm)
            #expect(harm.isMasked[s] == (slope == 0))
        }
        #expect(clear > 64)
    }
}
