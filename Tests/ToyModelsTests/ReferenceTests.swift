import Testing

@testable import ToyModels

/// A model and data for it, random but always the same.
struct Example {
    var model: ToyModel
    var inputs: [[Double]]
    var objective: ToyModel.Objective

    init(_ architecture: ToyModel.Architecture, density: Double = 0.6, hiddenPenalty: Double = 0, samples: Int = 5) {
        let (n, m) = (architecture.features, architecture.hidden)
        var stream = RandomStream(key: UInt64(n * 100 + m))
        func random(rows: Int, columns: Int) -> Matrix {
            var matrix = Matrix(rows: rows, columns: columns)
            for j in matrix.elements.indices { matrix.elements[j] = 0.5 * stream.nextNormal() }
            return matrix
        }
        model = ToyModel(
            hiddenActivation: architecture.hiddenActivation, output: architecture.output,
            W: random(rows: m, columns: n), W2: architecture.isTied ? nil : random(rows: n, columns: m),
            b: (0..<n).map { _ in 0.2 * stream.nextNormal() })
        let features = FeatureDistribution(density: density, features: n, isSigned: !architecture.isTied)
        inputs = (0..<samples).map { _ in features.sample(using: &stream) }
        objective = .init(
            importance: (0..<n).map { _ in Double(stream.nextUniform()) + 0.1 }, hiddenPenalty: hiddenPenalty)
    }

    func loss(of model: ToyModel, targets: [[Double]]) -> Double {
        zip(inputs, targets).reduce(0) { $0 + model.loss($1.0, target: $1.1, objective) } / Double(inputs.count)
    }
}

@Suite struct ReferenceTests {
    @Test(
        "The gradient is the loss's slope, by central differences",
        arguments: [
            ToyModel.Architecture(features: 2, hidden: 1, output: .linear),
            .init(features: 7, hidden: 4, output: .linear),
            .init(features: 5, hidden: 2),
            .init(features: 3, hidden: 5),
            .init(features: 6, hidden: 3, hiddenActivation: .relu),
            .init(features: 4, hidden: 7, hiddenActivation: .relu, isTied: false),
            .init(features: 4, hidden: 3, output: .linear, isTied: false),
        ], [0, 0.3])
    func gradient(architecture: ToyModel.Architecture, hiddenPenalty: Double) {
        let example = Example(architecture, hiddenPenalty: hiddenPenalty)
        // Targets other than the inputs tell the two uses of x apart.
        for targets in [example.inputs, example.inputs.map { $0.map(abs) }] {
            let (loss, gradient) = example.model.lossAndGradient(
                example.inputs, targets: targets, example.objective)
            #expect(abs(loss - example.loss(of: example.model, targets: targets)) < 1e-14)

            // The loss is a polynomial of degree four between its kinks: with h = 1e-5 the error of a central
            // difference is of order h² plus rounding, 1e-16 / h.
            let h = 1e-5
            func slope(_ change: (inout ToyModel, Double) -> Void) -> Double {
                var (up, down) = (example.model, example.model)
                change(&up, h)
                change(&down, -h)
                return (example.loss(of: up, targets: targets) - example.loss(of: down, targets: targets)) / (2 * h)
            }
            for j in gradient.W.elements.indices {
                #expect(abs(gradient.W.elements[j] - slope { $0.W.elements[j] += $1 }) < 1e-8)
            }
            for j in gradient.W2?.elements.indices ?? 0..<0 {
                #expect(abs((gradient.W2?.elements[j] ?? .nan) - slope { $0.W2?.elements[j] += $1 }) < 1e-8)
            }
            for i in gradient.b.indices {
                #expect(abs(gradient.b[i] - slope { $0.b[i] += $1 }) < 1e-8)
            }
        }
    }

    @Test("A unit that ReLU switches off passes no gradient to its bias")
    func deadOutput() {
        var example = Example(.init(features: 4, hidden: 2))
        example.model.b = [-100, 0.1, 0.1, 0.1]
        let gradient = example.model.lossAndGradient(example.inputs, example.objective).gradient
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
