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
