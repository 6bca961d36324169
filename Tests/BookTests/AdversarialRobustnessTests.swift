import Analysis
import Testing
import ToyModels

@testable import AdversarialRobustness

/// What the verdicts on adversarial robustness rest on, on models made by hand.
@Suite struct AdversarialRobustnessTests {
    private func model(_ columns: [[Double]], output: ToyModel.Activation = .relu) -> ToyModel {
        ToyModel(
            output: output, W: Matrix(columns[0].indices.map { k in columns.map { $0[k] } }), b: columns.map { _ in 0 })
    }

    private func samples(_ features: Int) -> FixedSamples {
        FixedSamples(.init(density: 0.1, features: features), count: 128, using: RandomStream(key: 0))
    }

    private func vulnerability(_ model: ToyModel, density: Double) -> Vulnerability {
        Vulnerability(
            of: model, density: density,
            on: FixedSamples(.init(density: density, features: model.b.count), count: 1024, using: RandomStream(key: 0))
        )
    }

    @Test func `an orthogonal linear model loses the square of the attack's length, and nothing if the target moves`() {
        let result = vulnerability(model([[1, 0], [0, 1]], output: .linear), density: 0.5)
        for rise in [result.own.rise, result.own.displacement, result.alone.rise, result.alone.displacement] {
            #expect(abs(rise.perSample - 1) < 1e-4)
            #expect(abs(rise.oneForAll - 1) < 1e-4)
        }
        #expect(abs(result.movingTarget.perSample) < 1e-4)
        #expect(abs(result.squaredGain - 1) < 1e-12)
        #expect(result.featuresPerDimension == 1)
    }

    @Test func `in a linear tight frame the gain is the features per dimension`() {
        let (c, s) = (-0.5, 0.75.squareRoot())
        let triangle = model([[1, 0], [c, s], [c, -s]], output: .linear)
        let result = vulnerability(triangle, density: 0.5)
        #expect(abs(result.squaredGain - 1.5 * 1.5) < 1e-12)
        #expect(result.own.rise.perSample > result.alone.rise.perSample)
        #expect(result.own.displacement.perSample > 1.5)
        #expect(abs(result.alone.displacement.perSample - 1) < 1e-4)
    }

    @Test func `quantities are averaged per density and divided by the dense one`() {
        let pair = model([[1, 0], [0, 1]])
        let models = [
            vulnerability(pair, density: 1), vulnerability(pair, density: 1), vulnerability(pair, density: 0.25),
        ]
        #expect(means(models, \.inverseDensity) == [1, 4])
        let curves = Normalisation.all[0].curves(models)
        #expect(curves.own[0] == 1 && curves.own.count == 2 && curves.alone.count == 2)
        #expect(Normalisation.all.count == 10)
        #expect(Set(Normalisation.all.map { $0.attack + $0.plainMeasure }).count == 10)
        #expect(!Normalisation.all.contains { $0.plainMeasure.contains("<") })
    }

    @Test func `stored and dedicated features of a hardened model`() {
        // A dedicated feature, a pair, and one too short to count.
        let mixed = model([[1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 0.2]])
        let result = Hardened(mixed, density: 0.1, strength: 0.5, loss: 1, on: samples(4))
        #expect(result.stored == 3)
        #expect(result.dedicated == 1)
        #expect(abs(result.dimensionality - 2.0 / 3) < 1e-12)
        #expect(abs(result.length - 1) < 1e-12)
    }

    @Test func `the strength of one feature per dimension lies between two strengths`() {
        func curve(_ lengths: [Double]) -> HardenedCurve {
            HardenedCurve(
                density: 0.1, strengths: [0, 0.5, 1],
                models: lengths.map { length in
                    [Hardened(model([[length, 0], [0, length]]), density: 0.1, strength: 0, loss: 0, on: samples(2))]
                })
        }
        // Features per dimension 2, 1.5, 0.5.
        let strength = curve([2, 1.5, 0.5].map { $0.squareRoot() }).strengthOfOne
        #expect(abs(strength - 0.75) < 1e-12)
        #expect(curve([2, 2, 2]).strengthOfOne.isNaN)
        #expect(curve([1, 1, 1]).strengthOfDedication == 0)
    }

    @Test func `an attack transfers to the same model in whole, and shuffled in part`() {
        // Antipodal pairs.
        let pairs = model([[1, 0], [-1, 0], [0, 1], [0, -1]])
        let same = Transfer("same", among: [pairs, pairs], on: samples(4), using: RandomStream(key: 1))
        #expect(same.toOthers.count == 2)
        #expect(same.toOthers.allSatisfy { abs($0 - 1) < 1e-5 })
        // Other pairs: what helps against one model does not against the other.
        let others = model([[1, 0], [0, 1], [-1, 0], [0, -1]])
        let other = Transfer("other", among: [pairs, others], on: samples(4), using: RandomStream(key: 1))
        #expect(other.toOthers.allSatisfy { $0 < 0.8 })
    }

    @Test func `entries are shuffled beside the diagonal`() {
        let matrix = Matrix([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]])
        var stream = RandomStream(key: 5)
        let shuffled = matrix.shufflingRows(using: &stream)
        #expect(shuffled != matrix)
        for i in 0..<4 {
            #expect(shuffled[i, i] == matrix[i, i])
            #expect(Set((0..<4).map { shuffled[i, $0] }) == Set((0..<4).map { matrix[i, $0] }))
        }
    }

    @Test func `correlation of lines and of nothing`() {
        #expect(abs(correlation([1, 2, 3], [2, 4, 6]) - 1) < 1e-12)
        #expect(abs(correlation([1, 2, 3], [3, 2, 1]) + 1) < 1e-12)
        #expect(abs(correlation([1, 2, 3], [1, 0, 1])) < 1e-12)
    }

    @Test func `a concurrent map keeps the order`() async throws {
        let squares = try await concurrentMap(Array(0..<100)) { $0 * $0 }
        #expect(squares == (0..<100).map { $0 * $0 })
    }
}
