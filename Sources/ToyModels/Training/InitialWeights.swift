/// The random start of a model: Xavier-normal weights (Glorot and Bengio, 2010), no bias.
struct InitialWeights {
    /// Shape `[hidden, features]`.
    let W: [Float]
    /// Shape `[features]`.
    let b: [Float]

    init(of architecture: ToyModel.Architecture, scale: Double, key: UInt64) {
        let (n, m) = (architecture.features, architecture.hidden)
        let deviation = scale * (2 / Double(n + m)).squareRoot()
        var stream = RandomStream(key: key)
        W = (0..<m * n).map { _ in Float(deviation * stream.nextNormal()) }
        b = Array(repeating: 0, count: n)
    }
}
