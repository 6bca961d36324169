import Analysis
import Testing
import ToyModels

@testable import PrivilegedBasis

/// What the verdicts of the chapter on a privileged basis rest on, on matrices made by hand.
@Suite struct NeuronCodesTests {
    /// Columns of zeros and ones: the neurons of each feature, as strings of neuron numbers.
    private func code(_ sets: [[Int]], neurons: Int) -> NeuronCode {
        NeuronCode(Matrix((0..<neurons).map { k in sets.map { $0.contains(k) ? 1 : 0 } }))
    }

    private var eightInFive: NeuronCode {
        code([[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3], [0, 4], [1, 4], [2, 4], [3, 4], [], []], neurons: 5)
    }

    @Test func `a code is named by its groups`() {
        #expect(code([[0], [1], [2], [3, 4], [3], [4]], neurons: 5).name == "3 + 3 in 2")
        #expect(code([[0], [1]], neurons: 2).name == "2")
        #expect(eightInFive.name == "8 in 5")
        #expect(code([[0, 1], [0], [2, 3], [2], [3]], neurons: 4).name == "2 in 2 + 3 in 2")
    }

    @Test func `features follow the marker's rule if important ones leave it alone`() {
        #expect(eightInFive.followingRule(important: 3) == 8)
        #expect(eightInFive.followingRule(important: 2) == 4)
        // Feature 1 has one neuron too few, and feature 4, though unimportant, none but the marker.
        let broken = code([[0, 1, 2], [0, 1], [0, 2, 3], [1, 2, 3], [4], [1, 4], [2, 4], [3, 4]], neurons: 5)
        #expect(broken.followingRule(important: 3) == 6)
        // An important feature with the marker and one other: those below it do not matter more.
        let swapped = code(
            [[0, 4], [0, 1, 3], [0, 2, 3], [1, 2, 3], [0, 1, 2], [1, 4], [2, 4], [3, 4]], neurons: 5)
        #expect(swapped.followingRule(important: 3) == 4)
    }

    @Test func `six features in four neurons follow the rule, and hardly by chance`() {
        let six = code([[4], [1, 2], [1, 3], [2, 3], [0, 1], [0, 2], [0, 3], [], [], []], neurons: 5)
        #expect(six.name == "1 + 6 in 4")
        #expect(six.followingRule(important: 2) == 6)
        let chance = six.followingRuleByChance(important: 2, shuffles: 500, using: RandomStream(key: 5))
        // The sets are all pairs of four neurons, of which any can be the marker; the order of the features decides.
        #expect(chance > 4.5 && chance < 5.5)
    }

    @Test func `codes are told by name, or as pairs`() {
        #expect(Code.named("8 in 5").contains(eightInFive) && !Code.pairs.contains(eightInFive))
        #expect(Code.pairs.contains(code([[0, 1], [1, 2], [0, 2]], neurons: 3)))
    }

    @Test func `a margin is over the best other code, and ties are within the error`() {
        func coded(_ sets: [[Int]], loss: Double, error: Double = 0) -> CodedModel {
            CodedModel(
                ToyModel(
                    hiddenActivation: .relu, W: Matrix((0..<2).map { k in sets.map { $0.contains(k) ? 1 : 0 } }),
                    b: [0, 0]), loss: loss, error: error)
        }
        let place = CodeSweep.Place(
            density: 0.1,
            models: [
                coded([[0], [1]], loss: 1, error: 0.003), coded([[0], [1]], loss: 1.005),
                coded([[0], []], loss: 1.01, error: 0.0041),
            ], meanPolysemantic: 0, meanStored: 0)
        #expect(place.best.loss == 1)
        #expect(place.excess(of: .named("8 in 5")) == nil)
        #expect(abs((place.excess(of: .named("1")) ?? 0) - 1) < 1e-9)
        #expect(abs(place.margin(of: .named("2")).signed + 100 / 101) < 1e-9)
        #expect(abs(place.margin(of: .named("1")).signed - 1) < 1e-9)
        #expect(abs(place.margin(of: .named("1")).tie - 1.016) < 0.001)  // Twice an error of 0.0051.
        #expect(place.margin(of: .named("2")).isTie)
        #expect(place.margin(of: .named("8 in 5")).signed.isNaN)
    }

    @Test func `a positive regime makes neurons linear`() {
        let W = Matrix([[1, 0.5], [0.5, 1]])
        let setting = Experiment.Setting(features: FeatureDistribution(density: 0.5, features: 2), importance: [1, 1])
        func linearity(_ bias: Double) -> Linearity {
            Linearity(
                ToyModel(hiddenActivation: .relu, W: W, b: [0, 0], b1: [bias, bias]), setting: setting, samples: 2_000,
                using: RandomStream(key: 4))
        }
        #expect(linearity(0.1).share == 1 && linearity(0.1).lossWithoutReLU == 1)
        #expect(linearity(-0.4).share < 0.7 && linearity(-0.4).lossWithoutReLU != 1)
    }

    @Test func `three random directions in a plane`() {
        let random = RandomDirections(samples: 20_000, using: RandomStream(key: 7))
        #expect(abs(random.leastCosine + 0.53) < 0.02)
        #expect(abs(random.largestToThird - 0.76) < 0.02)
    }

    @Test func `the smaller of two numbers may be the only one`() {
        #expect(least(1, 2) == 1 && least(.nan, 2) == 2 && least(1, .nan) == 1)
        #expect(least(.nan, .nan).isNaN)
    }

    @Test func `pairs and mixtures are told`() {
        #expect(code([[0, 1], [1, 2], [0, 2]], neurons: 3).isAllPairs)
        #expect(!eightInFive.isAllPairs)
        #expect(code([[0], [1, 2], [1]], neurons: 3).isMixed)
        #expect(!eightInFive.isMixed)
    }

    @Test func `the binary code is measured`() {
        let W = Matrix([[1, 0, 0, 0], [0, 0.9, 0.9, -0.8], [0, 0.9, -0.8, 0.9]])
        let coded = CodedModel(ToyModel(hiddenActivation: .relu, W: W, b: [0, 0, 0, 0]), loss: 0)
        #expect(abs(coded.binaryCode.antipodal + 1.44 / 1.45) < 1e-9)
        #expect(abs(coded.binaryCode.orthogonal - 0.09 / (2 * 1.45 * 0.81).squareRoot()) < 1e-9)
        let none = CodedModel(ToyModel(hiddenActivation: .relu, W: Matrix([[1, 0], [0, 1]]), b: [0, 0]), loss: 0)
        #expect(none.binaryCode.antipodal.isNaN)
    }

    @Test func `alignment is 1 on the axes, and its test tells axes from random directions`() {
        #expect(alignment(Matrix([[1, 0, 0.1], [0, -2, 0.1]])) == 1)  // The third feature is not stored.
        #expect(abs(alignment(Matrix([[1, 1], [1, -1]])) - 0.5) < 1e-12)
        var stream = RandomStream(key: 1)
        let axes = Matrix((0..<5).map { k in (0..<5).map { k == $0 ? 1 : 0 } })
        let aligned = ToyModel(W: axes, b: [0, 0, 0, 0, 0])
        #expect(AlignmentTest([aligned], rotations: 99, using: RandomStream(key: 6)).significant == 1)
        let random = (0..<200).map { _ in ToyModel(W: rotated(axes, using: &stream), b: [0, 0, 0, 0, 0]) }
        let test = AlignmentTest(random, rotations: 99, using: RandomStream(key: 6))
        #expect(abs(test.significant - 0.05) < 0.047)  // Three standard errors.
        #expect(abs(test.meanRank - 0.5) < 0.062)
    }

    @Test func `a rotation keeps all products`() {
        var stream = RandomStream(key: 2)
        let W = Matrix([[1, 0.5, 0], [0, 1, -1], [2, 0, 0.3]])
        let turned = rotated(W, using: &stream)
        #expect(zip(W.gram.elements, turned.gram.elements).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(turned != W)
    }

    @Test func `given densities replace their neighbours`() {
        let places = densities(count: 11, including: [0.8, 0.1])
        #expect(places.first == 0.8 && places.last == 0.025 && places.contains(0.1))
        #expect(places == places.sorted(by: >))
        #expect(zip(places, places.dropFirst()).allSatisfy { $0 / $1 > 1.03 })
    }
}
