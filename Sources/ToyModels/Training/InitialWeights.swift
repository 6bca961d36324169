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
        let deviation = experiment.initialScale * (2 / Double(n + m)).squareRoot()
        var stream = RandomStream(key: key.appending(.initialWeights, model))
        var values: [ToyModel.Parameter.Role: [Float]] = [:]
        for parameter in architecture.parameters {
            values[parameter.role] =
                switch parameter.role {
                case .bias, .hiddenBias: Array(repeating: 0, count: parameter.count)
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

    /// The values of a parameter, in row-major order; empty if the model has none of that role.
    subscript(role: ToyModel.Parameter.Role) -> [Float] { values[role] ?? [] }
}
