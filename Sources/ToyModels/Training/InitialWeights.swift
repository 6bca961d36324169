/// The start of a model: the weights that the experiment gives, or Xavier-normal ones (Glorot and Bengio, 2010) and no bias.
struct InitialWeights {
    /// Shape `[hidden, features]`.
    let W: [Float]
    /// Shape `[features, hidden]` of an untied model.
    let W2: [Float]?
    /// Shape `[features]`.
    let b: [Float]

    init(ofModel model: Int, of experiment: Experiment, key: StreamKey) {
        let (n, m) = (experiment.architecture.features, experiment.architecture.hidden)
        if let given = experiment.initialWeights {
            func part(_ numbers: [Float], _ count: Int) -> [Float] {
                Array(numbers[model * count..<(model + 1) * count])
            }
            (W, W2, b) = (part(given.W, m * n), given.W2.map { part($0, n * m) }, part(given.b, n))
            return
        }
        let deviation = experiment.initialScale * (2 / Double(n + m)).squareRoot()
        var stream = RandomStream(key: key.appending(.initialWeights, model))
        func drawn() -> [Float] { (0..<m * n).map { _ in Float(deviation * stream.nextNormal()) } }
        let encoder = drawn()
        W = encoder
        b = Array(repeating: 0, count: n)
        if experiment.architecture.isTied {
            W2 = nil
        } else if let factor = experiment.initialDecoderFromEncoder {
            W2 = (0..<n * m).map { Float(factor) * abs(encoder[$0 % m * n + $0 / m]) }
        } else {
            W2 = drawn()
        }
    }
}
