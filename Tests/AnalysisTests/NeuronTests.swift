import Testing
import ToyModels

@testable import Analysis

@Suite struct NeuronTests {
    // MARK: - Codes

    /// Features 0 and 1 have a neuron each; feature 2 is in neurons 0 and 3, 3 in 0, 4 in 3, and these two hold the other's neuron down.
    /// Feature 5 has a short column, feature 6 only a negative one.
    private let W = Matrix([
        [0, 0, 0.85, 0.9, -0.7, 0.2, 0],
        [1, 0, 0, 0, 0, 0, -6],
        [0, 1, 0, 0, 0, 0.2, 0],
        [0, 0, 0.9, -0.8, 0.8, 0.2, 0],
    ])

    @Test("A code is read off the positive weights")
    func code() {
        let code = NeuronCode(W)
        #expect(code.neurons == [[1], [2], [0, 3], [0], [3], [], []])
        #expect(code.features == [[2, 3], [0], [1], [2, 4]])
        #expect(code.stored == [0, 1, 2, 3, 4])
        #expect(code.superposed == [2, 3, 4])
        #expect(code.count(.monosemantic) == 2)
        #expect(code.count(.polysemantic) == 2)
        #expect(code.count(.nothing) == 0)
    }

    @Test("Groups share no neuron, and come by their most important feature")
    func groups() {
        #expect(
            NeuronCode(W).groups == [
                .init(features: [0], neurons: [1]), .init(features: [1], neurons: [2]),
                .init(features: [2, 3, 4], neurons: [0, 3]),
            ])
        // A feature that bridges two groups makes them one.
        let bridge = NeuronCode(Matrix([[1, 0, 0.8], [0, 1, 0.8]]))
        #expect(bridge.groups == [.init(features: [0, 1, 2], neurons: [0, 1])])
    }

    @Test("The order of neurons depends on their features only")
    func order() {
        let model = ToyModel(hiddenActivation: .relu, W: W, b: Array(repeating: 0, count: 7))
        let ordered = model.reordered(neurons: NeuronCode(W).neuronOrder)
        #expect(NeuronCode(ordered.W).features == [[0], [1], [2, 3], [2, 4]])
        for order in [[3, 2, 1, 0], [1, 3, 0, 2]] {
            let other = model.reordered(neurons: order)
            #expect(other.reordered(neurons: NeuronCode(other.W).neuronOrder) == ordered)
        }
    }

    @Test("Near misses: a column just too short, a weight just too small, a neuron without features")
    func nearMisses() {
        #expect(NeuronCode(Matrix([[0.51]])).stored == [0])
        #expect(NeuronCode(Matrix([[0.49]])).stored == [])
        #expect(NeuronCode(Matrix([[0.36, -2], [0.36, 0]])).stored == [0])  // Together longer than one half.
        #expect(NeuronCode(Matrix([[1], [0.36]])).neurons == [[0, 1]])
        #expect(NeuronCode(Matrix([[1], [0.34]])).neurons == [[0]])
        #expect(NeuronCode(Matrix([[1], [0.34]])).meaning(ofNeuron: 1) == .nothing)
    }

    // MARK: - Neurons that compute

    /// Neuron 0 stores features 0 and 2 asymmetrically; neuron 2 inhibits output 2 on the same side of feature 0.
    private func motif(
        input: Double = -0.25, output: Double = 4, inhibition: Double = -4, gain: Double = 1, side: Double = 1
    ) -> ToyModel {
        ToyModel(
            hiddenActivation: .relu, W: Matrix([[1, 0, input], [-1, 0, 0], [0.5 * side, 1, 0], [0, -1, 0]]),
            W2: Matrix([[gain, 1, 0, 0], [0, 0, 1, 1], [output, 0, 2 * inhibition, 0]]), b: [0, 0, 0])
    }

    @Test("The motif is found, whatever the sign of its features and the scale and order of its neurons")
    func finds() {
        let model = motif()
        let found = model.asymmetricMotifs()
        #expect(
            found == [AsymmetricMotif(neuron: 0, primary: 0, secondary: 2, inhibitor: 2, inhibition: 1)])
        #expect(motif(input: 0.25).asymmetricMotifs() == found)
        var flipped = model
        for k in 0..<4 { flipped.W[k, 0] *= -1 }
        #expect(flipped.asymmetricMotifs() == found)
        var scaled = model
        for i in 0..<3 {
            scaled.W[0, i] *= 8
            scaled.W2?[i, 0] /= 8
        }
        #expect(scaled.asymmetricMotifs() == found)
        let reordered = model.reordered(neurons: [3, 2, 1, 0]).asymmetricMotifs()
        #expect(
            reordered == [AsymmetricMotif(neuron: 3, primary: 0, secondary: 2, inhibitor: 1, inhibition: 1)])
    }

    @Test("Near misses are no motif")
    func motifNearMisses() {
        #expect(motif(input: -0.6, output: 2).asymmetricMotifs().isEmpty)  // Hardly asymmetric.
        #expect(motif(input: -0.05, output: 20).asymmetricMotifs().isEmpty)  // Hardly read.
        #expect(motif(input: -0.45, output: 1.8).asymmetricMotifs().isEmpty)  // The output is not twice as large.
        #expect(motif(input: -0.25, output: 9).asymmetricMotifs().isEmpty)  // The features come out unequal.
        #expect(motif(output: 1.6, gain: 0.4).asymmetricMotifs().isEmpty)  // The primary feature is not computed.
        #expect(motif(inhibition: -2.4).asymmetricMotifs().isEmpty)  // Too weak,
        #expect(motif(inhibition: 4).asymmetricMotifs().isEmpty)  // of the wrong sign,
        #expect(motif(side: -1).asymmetricMotifs().isEmpty)  // on the other side.
        #expect(motif(inhibition: -2.4).asymmetricNeurons().count == 1)  // Asymmetric all the same.
        let tied = ToyModel(W: motif().W, b: [0, 0, 0])
        #expect(tied.asymmetricMotifs().isEmpty)
    }

    @Test("Rescaling and reordering neurons change no output")
    func rescaling() {
        let model = motif()
        var scaled = model
        for i in 0..<3 {
            scaled.W[2, i] *= 0.1
            scaled.W2?[i, 2] *= 10
        }
        let shown = scaled.rescaledNeurons.reordered(neurons: scaled.neuronsByPrimaryFeature)
        var stream = RandomStream(key: 3)
        let features = FeatureDistribution(density: 0.7, features: 3, isSigned: true)
        for _ in 0..<50 {
            let x = features.sample(using: &stream)
            for (a, b) in zip(model(x), shown(x)) { #expect(abs(a - b) < 1e-12) }
        }
        for k in 0..<4 { #expect((0..<3).map { abs(shown.W[k, $0]) }.max() == 1) }
    }

    @Test("A neuron's features come by the size of their weights")
    func primary() {
        let model = motif()
        #expect(model.features(ofNeuron: 0, threshold: 0.2) == [0, 2])
        #expect(model.features(ofNeuron: 0, threshold: 0.3) == [0])
        #expect(model.features(ofNeuron: 2, threshold: 0) == [1, 0])
        // Feature 0's positive side, its negative one, feature 1's positive and negative one.
        #expect(model.neuronsByPrimaryFeature == [0, 1, 2, 3])
        #expect(model.reordered(neurons: [3, 1, 0, 2]).neuronsByPrimaryFeature == [2, 1, 3, 0])
        let silent = ToyModel(W: Matrix([[0, 0], [0, 1]]), W2: Matrix([[1, 0], [0, 1]]), b: [0, 0])
        #expect(silent.features(ofNeuron: 0, threshold: 0) == [])
        #expect(silent.neuronsByPrimaryFeature == [1, 0])
        #expect(silent.rescaledNeurons == silent)
    }
}
