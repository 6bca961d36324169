import Testing

@testable import ToyModels

/// A model and data for it, random but always the same.
struct Example {
    var model: ToyModel
    var batch: [[Double]]
    var importance: [Double]

    init(features n: Int, hidden m: Int, output: ToyModel.Output, density: Double = 0.6, samples: Int = 5) {
        var stream = RandomStream(key: UInt64(n * 100 + m))
        var W = Matrix(rows: m, columns: n)
        for j in W.elements.indices { W.elements[j] = 0.5 * stream.nextNormal() }
        model = ToyModel(output: output, W: W, b: (0..<n).map { _ in 0.2 * stream.nextNormal() })
        let features = FeatureDistribution(density: density, features: n)
        batch = (0..<samples).map { _ in features.sample(using: &stream) }
        importance = (0..<n).map { _ in Double(stream.nextUniform()) + 0.1 }
    }

    func loss(of model: ToyModel) -> Double {
        batch.reduce(0) { $0 + model.loss($1, importance: importance) } / Double(batch.count)
    }
}

@Suite struct ReferenceTests {
    @Test(
        "The gradient is the loss's slope, by central differences",
        arguments: [ToyModel.Output.linear, .relu], [(2, 1), (5, 2), (7, 4), (3, 5)])
    func gradient(output: ToyModel.Output, shape: (Int, Int)) {
        let example = Example(features: shape.0, hidden: shape.1, output: output)
        let (loss, gradient) = example.model.lossAndGradient(batch: example.batch, importance: example.importance)
        #expect(abs(loss - example.loss(of: example.model)) < 1e-14)

        // The loss is a polynomial of degree four between ReLU's kinks: with h = 1e-5 the error of a central
        // difference is of order h² plus rounding, 1e-16 / h.
        let h = 1e-5
        func slope(_ change: (inout ToyModel, Double) -> Void) -> Double {
            var (up, down) = (example.model, example.model)
            change(&up, h)
            change(&down, -h)
            return (example.loss(of: up) - example.loss(of: down)) / (2 * h)
        }
        for j in gradient.W.elements.indices {
            #expect(abs(gradient.W.elements[j] - slope { $0.W.elements[j] += $1 }) < 1e-8)
        }
        for i in gradient.b.indices {
            #expect(abs(gradient.b[i] - slope { $0.b[i] += $1 }) < 1e-8)
        }
    }

    @Test("A unit that ReLU switches off passes no gradient to its bias")
    func deadOutput() {
        var example = Example(features: 4, hidden: 2, output: .relu)
        example.model.b = [-100, 0.1, 0.1, 0.1]
        let gradient = example.model.lossAndGradient(batch: example.batch, importance: example.importance).gradient
        #expect(gradient.b[0] == 0)
        #expect(gradient.b[1] != 0)
    }
}

@Suite struct SuperpositionTests {
    @Test("A dedicated, an antipodal and an absent feature")
    func knownModels() {
        let antipodal = ToyModel(W: Matrix([[1, -1, 0], [0, 0, 1]]), b: [0, 0, 0])
        #expect(antipodal.norms == [1, 1, 1])
        #expect(antipodal.superposition == [1, 1, 0])

        // With m = 1 and W = [1, 0] the learned feature is dedicated and the other is absent: neither is superposed.
        let dedicated = ToyModel(W: Matrix([[1, 0]]), b: [0, 0.5])
        #expect(dedicated.superposition == [0, 0])
        #expect(dedicated.represented() == [0])
    }

    @Test("The hat is on the feature itself: a short feature sees the long one whole, not the reverse")
    func asymmetry() {
        let model = ToyModel(W: Matrix([[2, -0.5]]), b: [0, 0])
        #expect(model.superposition == [0.25, 4])
    }
}
