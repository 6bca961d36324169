/// The random start of a model: Xavier-normal weights (Glorot and Bengio, 2010), no bias.
struct InitialWeights {
    /// Shape `[hidden, features]`.
    let W: [Float]
    /// Shape `[features, hidden]` of an untied model.
    let W2: [Float]?

    init(of experiment: Experiment, key: UInt64) {
        let (n, m) = (experiment.architecture.features, experiment.architecture.hidden)
        let deviation = experiment.initialScale * (2 / Double(n + m)).squareRoot()
        var stream = RandomStream(key: key)
        func drawn() -> [Float] { (0..<m * n).map { _ in Float(deviation * stream.nextNormal()) } }
        let encoder = drawn()
        W = encoder
        if experiment.architecture.isTied {
            W2 = nil
        } else if let factor = experiment.initialDecoderFromEncoder {
            W2 = (0..<n * m).map { Float(factor) * abs(encoder[$0 % m * n + $0 / m]) }
        } else {
            W2 = drawn()
        }
    }
}
