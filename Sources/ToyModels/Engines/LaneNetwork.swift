/// Trained models of one architecture, one in each lane of a vector, that only answer: encoders of inputs, or teachers.
struct LaneNetwork {
    private let n: Int
    private let m: Int
    private let isReLU: Bool
    private let isHiddenReLU: Bool
    // Encoder and decoder `[hidden, features]`, biases `[features]` and `[hidden]`.
    private let encoder, decoder, bias, hiddenBias: UnsafeMutablePointer<Vector>

    /// The vectors that networks of an architecture keep.
    static func capacity(_ architecture: ToyModel.Architecture) -> Int {
        let (n, m) = (architecture.features, architecture.hidden)
        return 2 * m * n + n + m
    }

    /// - Parameter models: one per lane, all of one architecture.
    init(_ models: [ToyModel], buffers: Buffers) {
        let architecture = models[0].architecture
        (n, m) = (architecture.features, architecture.hidden)
        isReLU = architecture.output == .relu
        isHiddenReLU = architecture.hiddenActivation == .relu
        encoder = buffers.take(m * n)
        decoder = buffers.take(m * n)
        bias = buffers.take(n)
        hiddenBias = buffers.take(m)
        for (lane, model) in models.enumerated() {
            for j in 0..<m * n {
                encoder[j][lane] = Float(model.W.elements[j])
                decoder[j][lane] = Float(model.W2?[j % n, j / n] ?? model.W.elements[j])
            }
            for i in 0..<n { bias[i][lane] = Float(model.b[i]) }
            for k in 0..<m { hiddenBias[k][lane] = Float(model.b1?[k] ?? 0) }
        }
    }

    /// Computes the hidden activations of a block of inputs, shapes `[features, 8]` and `[hidden, 8]`.
    func encode(_ x: UnsafePointer<Vector>, into h: UnsafeMutablePointer<Vector>) {
        let size = VectorBlock.count
        for k in 0..<m {
            var block = VectorBlock(repeating: hiddenBias[k])
            for i in 0..<n { block.add(encoder[k &* n &+ i], times: x + i &* size) }
            if isHiddenReLU { block = block.whereActive(block) }
            block.store(h + k &* size)
        }
    }

    /// Computes the outputs of a block of inputs, both of shape `[features, 8]`, by way of `h` of shape `[hidden, 8]`.
    func answer(
        _ x: UnsafePointer<Vector>, hidden h: UnsafeMutablePointer<Vector>, into y: UnsafeMutablePointer<Vector>
    ) {
        let size = VectorBlock.count
        encode(x, into: h)
        for i in 0..<n {
            var block = VectorBlock(repeating: bias[i])
            for k in 0..<m { block.add(decoder[k &* n &+ i], times: h + k &* size) }
            if isReLU { block = block.whereActive(block) }
            block.store(y + i &* size)
        }
    }
}
