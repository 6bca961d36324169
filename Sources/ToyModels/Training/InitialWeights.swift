/// The start of a model: the trained model that the experiment names for it, or Xavier-normal weights (Glorot and
/// Bengio, 2010) and biases of zero.
struct InitialWeights {
    private let values: [ToyModel.Parameter.Role: [Float]]

    /// - Parameter library: has the models that the experiment starts from, if any.
    init(ofModel model: Int, of experiment: Experiment, key: StreamKey, library: ModelLibrary = .init()) {
        let architecture = experiment.architecture
        if let start = experiment.start, let given = library[start[model]] {
            values = Dictionary(
                uniqueKeysWithValues: architecture.parameters.map { ($0.role, given[$0.role].map { Float($0) }) })
            return
        }
        let (n, m) = (architecture.features, architecture.hidden)
        if architecture.dictionary != nil {
            var stream = RandomStream(key: key.appending(.initialWeights, model))
            values = Self.ofDictionary(architecture, threshold: experiment.dictionary?.bandwidth ?? 0, using: &stream)
            return
        }
        let deviation = experiment.initialScale * (2 / Double(n + m)).squareRoot()
        var stream = RandomStream(key: key.appending(.initialWeights, model))
        var values: [ToyModel.Parameter.Role: [Float]] = [:]
        for parameter in architecture.parameters {
            values[parameter.role] =
                switch parameter.role {
                case .bias, .hiddenBias, .threshold, .magnitudeScale, .magnitudeBias:
                    Array(repeating: 0, count: parameter.count)
                case .decoder where experiment.initialDecoderFromEncoder != nil:
                    (0..<n * m).map {
                        Float(experiment.initialDecoderFromEncoder ?? 1)
                            * abs(values[.encoder]?[$0 % m * n + $0 / m] ?? 0)
                    }
                case .encoder, .decoder:
                    (0..<parameter.count).map { _ in Float(deviation * stream.nextNormal()) }
                }
        }
        self.values = values
    }

    /// Random directions, which the encoder looks for; latents that are active wherever that is positive, or above a
    /// threshold.
    private static func ofDictionary(
        _ architecture: ToyModel.Architecture, threshold: Double, using stream: inout RandomStream
    ) -> [ToyModel.Parameter.Role: [Float]] {
        let (d, m) = (architecture.features, architecture.hidden)
        let directions = (0..<m).map { _ in
            let direction = (0..<d).map { _ in stream.nextNormal() }
            let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return direction.map { Float($0 / norm) }
        }
        return [
            .encoder: directions.flatMap(\.self),
            .decoder: (0..<d).flatMap { i in directions.map { $0[i] } },
            .hiddenBias: Array(repeating: 0, count: m),
            .threshold: Array(repeating: Float(threshold), count: architecture.dictionary == .jumpReLU ? m : 1),
            .magnitudeScale: Array(repeating: 1, count: m),
            .magnitudeBias: Array(repeating: 0, count: m),
        ]
    }

    /// The values of a parameter, in row-major order; empty if the model has none of that role.
    subscript(role: ToyModel.Parameter.Role) -> [Float] { values[role] ?? [] }
}
