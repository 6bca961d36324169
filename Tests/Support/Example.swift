import ToyModels

/// A model and data for it, random but always the same.
package struct Example {
    package var model: ToyModel
    package var inputs: [[Double]]
    package var objective: Objective

    package init(
        _ architecture: ToyModel.Architecture, density: Double = 0.6, hiddenPenalty: Double = 0, samples: Int = 5
    ) {
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
            b: (0..<n).map { _ in 0.2 * stream.nextNormal() },
            b1: architecture.hasHiddenBias ? (0..<m).map { _ in 0.2 * stream.nextNormal() } : nil)
        let features = FeatureDistribution(density: density, features: n, isSigned: !architecture.isTied)
        inputs = (0..<samples).map { _ in features.sample(using: &stream) }
        objective = .init(
            importance: (0..<n).map { _ in Double(stream.nextUniform()) + 0.1 }, hiddenPenalty: hiddenPenalty)
    }

    /// The mean loss of a model on the inputs.
    package func loss(of model: ToyModel, seen: [[Double]], teacher: ToyModel) -> Double {
        zip(inputs, seen).reduce(0) { $0 + model.loss($1.0, seen: $1.1, objective, teacher: teacher) }
            / Double(inputs.count)
    }
}
